"""`embtrain.train`: every kind of corpus gives what the same text as a file gives, and events in order."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest

import embtrain
from embtrain import api, native
from embtrain.errors import DataError, UsageError
from embtrain.training.corpora import objects
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native, topic_text

OPTIONS = {"dim": 12, "epochs": 2, "threads": 1, "min_count": 1}
#: The backend that trains if none is requested.
BACKEND = "cpu" if native.problem() is None else "batched"
LINES = topic_text(300).decode().splitlines()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("api") / "text.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


@pytest.fixture(scope="module")
def expected(path):
    return embtrain.train(path, **OPTIONS)


def same(one, two):
    return list(one.words) == list(two.words) and np.array_equal(one.vectors, two.vectors)


def test_it_is_what_the_command_writes(path, expected, call, tmp_path):
    output = tmp_path / "v.safetensors"
    arguments = ("--dim", 12, "--epochs", 2, "--threads", 1, "--min-count", 1)
    assert call("train", path, "-o", output, "--context", "-q", *arguments).code == 0
    written = embtrain.load(output)
    assert same(written, expected)
    assert np.array_equal(written.context, expected.context)
    assert written.vocabulary.counts.tolist() == expected.vocabulary.counts.tolist()
    assert written.metadata == expected.metadata
    assert json.loads(expected.metadata["config"])["backend"] == BACKEND


@pytest.mark.parametrize(
    "corpus",
    [
        lambda path: str(path),
        lambda path: [path],
        lambda path: iter([path]),
        lambda path: LINES,
        lambda path: ["\n".join(LINES[:100]), *LINES[100:]],
        lambda path: (line for line in LINES),
        lambda path: [line.split() for line in LINES],
        lambda path: (tuple(line.split()) for line in LINES),
        lambda path: [np.array(line.split(), object) for line in LINES],
    ],
    ids=["str", "paths", "path-generator", "lines", "texts", "generator", "lists", "tuples", "arrays"],
)
def test_every_kind_of_corpus(corpus, path, expected):
    assert same(embtrain.train(corpus(path), **OPTIONS), expected)


def test_many_lines_are_handed_over_in_chunks(monkeypatch, expected):
    monkeypatch.setattr(objects, "_PIECE_BYTES", 100)
    assert same(embtrain.train(LINES, **OPTIONS), expected)


def test_the_result_can_be_used_and_saved(expected, tmp_path):
    assert expected.neighbors("a00", 3)
    expected.save(tmp_path / "v.safetensors")
    assert same(embtrain.load(tmp_path / "v.safetensors"), expected)


def test_events_come_in_order():
    events = []
    embtrain.train(LINES, on_event=events.append, backend="batched", **OPTIONS)
    names = [type(event).__name__ for event in events]
    assert names[0] == "Reading"
    shape = [name for name in names if name not in ("Reading", "Step")]
    assert shape == ["Encoded", "Started", "EpochEnd", "EpochEnd", "Trained"]
    steps = [event for event in events if isinstance(event, api.Step)]
    assert steps[-1].progress.done == steps[-1].total == 2 * 3000
    assert [e.progress.epoch for e in events if isinstance(e, api.EpochEnd)] == [1, 2]
    encoded = next(event for event in events if isinstance(event, api.Encoded))
    assert encoded.stats.tokens == 3000
    assert events[-1].seconds > 0
    assert [epoch.words for epoch in events[-1].epochs] == [3000, 3000]
    assert all(epoch.words > epoch.kept > 0 and epoch.pairs > 0 for epoch in events[-1].epochs)
    assert not hasattr(events[-1].epochs[0], "records")


@pytest.mark.parametrize("backend", [pytest.param("cpu", marks=needs_native), "batched", "gensim"])
@pytest.mark.parametrize("event", [api.Reading, api.Step])
def test_what_a_listener_raises_ends_it(backend, event):
    def listen(now):
        if isinstance(now, event):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embtrain.train(LINES, on_event=listen, backend=backend, **OPTIONS)


def test_a_fallback_is_told(monkeypatch, caplog):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    events = []
    vectors = embtrain.train(LINES, on_event=events.append, **OPTIONS)
    assert json.loads(vectors.metadata["config"])["backend"] == "batched"
    assert isinstance(events[0], api.Warned)
    assert "slower backend 'batched': EMBTRAIN_NATIVE=0" in events[0].message
    with caplog.at_level(logging.WARNING, "embtrain"):
        embtrain.train(LINES, **OPTIONS)
    assert "slower backend 'batched'" in caplog.text


SHOUTED = [line.replace("a0", "A0") + " 7" for line in LINES]


def test_text_is_rewritten_and_tokenised_as_by_the_command(call, tmp_path):
    path, stop_words, output = tmp_path / "text.txt", tmp_path / "stop", tmp_path / "v"
    path.write_text("".join(f"({line})\n" for line in SHOUTED))
    stop_words.write_text("a01\n")
    options = {"tokenizer": "words", "lowercase": True, "stop_words": str(stop_words)}
    arguments = ("--tokenizer", "words", "--lowercase", "--stop-words", stop_words)
    usual = ("--dim", 12, "--epochs", 2, "--threads", 1, "--min-count", 1)
    assert call("train", path, "-o", output, "-q", *arguments, *usual).code == 0
    written = embtrain.load(output)
    for corpus in (path, [f"({line})" for line in SHOUTED]):
        found = embtrain.train(corpus, **options, **OPTIONS)
        assert same(found, written)
        assert json.loads(found.metadata["config"]) == json.loads(written.metadata["config"])
    assert [word in written for word in ("a00", "7", "A00", "(a00", "a01")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_lists_of_words_are_rewritten_but_not_tokenised():
    lists = [line.split() for line in SHOUTED]
    found = embtrain.train(lists, lowercase=True, digits="run", **OPTIONS)
    expected = embtrain.train(SHOUTED, lowercase=True, digits="run", **OPTIONS)
    assert same(found, expected)
    assert "a0" in found
    with pytest.raises(UsageError, match="tokenizer='words' is for text, but the corpus is lists of words"):
        embtrain.train(lists, tokenizer="words", **OPTIONS)
    with pytest.raises(DataError, match="sentence 1 holds the word"):
        embtrain.train([["a\u00a0b"]], normalize="NFKC", **OPTIONS)


def test_a_document_can_be_one_sentence():
    documents = ["\n".join(LINES[start : start + 10]) for start in range(0, len(LINES), 10)]
    events = []
    embtrain.train(documents, sentence="document", on_event=events.append, **OPTIONS)
    assert next(event.stats for event in events if isinstance(event, api.Encoded)).sentences == 30


def test_json_lines_and_their_bad_records(tmp_path, expected):
    path = tmp_path / "docs.jsonl"
    path.write_text("".join(json.dumps({"body": line}) + "\n" for line in LINES) + "{broken\n")
    with pytest.raises(DataError, match="line 301"):
        embtrain.train(path, field="body", **OPTIONS)
    events = []
    found = embtrain.train(path, field="body", on_error="skip", on_event=events.append, **OPTIONS)
    assert same(found, expected)
    assert any("skipped 1 bad record;" in event.message for event in events if isinstance(event, api.Warned))


def test_a_vocabulary_made_before(path, expected, tmp_path):
    counted = expected.vocabulary
    lines = b"".join(b"%b %d\n" % pair for pair in zip(counted.iter_bytes(), counted.counts, strict=True))
    (tmp_path / "vocab").write_bytes(lines + b"rare 0\n")
    for given in (counted, str(tmp_path / "vocab")):
        found = embtrain.train(path, vocabulary=given, **OPTIONS)
        assert same(found, expected)
        assert "vocabulary_words_seen" in json.loads(found.metadata["provenance"])["corpus"]
    with pytest.raises(UsageError, match="the vocabulary has no counts, which negatives need"):
        embtrain.train(path, vocabulary=Vocabulary.from_words(["a"]), **OPTIONS)
    options = OPTIONS | {"min_count": 0, "ns_exponent": -1.0}
    with pytest.raises(UsageError, match=r"vocab: a word with count 0 has no probability under count\^-1"):
        embtrain.train(path, vocabulary=tmp_path / "vocab", **options)


def test_numbers_may_be_those_of_numpy(expected):
    options = {name: np.int64(value) for name, value in OPTIONS.items()}
    others = {"sample": np.float32(2**-10), "model": np.str_("skipgram"), "lowercase": np.bool_(False)}
    trained = embtrain.train(LINES, **options, **others)
    assert trained.words[:3] == expected.words[:3]
    assert json.loads(trained.metadata["config"])["sample"] == 2**-10
    with pytest.raises(UsageError):
        embtrain.train(LINES, **{**OPTIONS, "dim": np.float64(12.5)})


@pytest.mark.parametrize("option", ["format", "on_error"])
def test_choices_are_checked(option):
    with pytest.raises(UsageError, match=f"train: {option} is 'csv'; expected one of "):
        embtrain.train(LINES, **{option: "csv"})


@pytest.mark.parametrize("backend", ["batched", "gensim"])
def test_cbow(backend):
    vectors = embtrain.train(LINES, model="cbow", backend=backend, **OPTIONS)
    config = json.loads(vectors.metadata["config"])
    assert (config["model"], config["cbow-gradient"]) == ("cbow", "word2vec")


def test_a_gradient_is_for_cbow():
    with pytest.raises(UsageError, match="cbow_gradient='corrected' is for model='cbow', but the model is"):
        embtrain.train(LINES, cbow_gradient="corrected", **OPTIONS)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vector_size", "train: 'vector_size' is another tool's name; give dim instead"),
        ("workers", "give threads instead"),
        ("alpha", "give lr instead"),
        ("iter", "give epochs instead"),
        ("hs", "train: 'hs' is gensim's name; leave it out: only negative sampling"),
        ("sg", "give model='skipgram' for 1, model='cbow' for 0"),
        ("sentences", "give the text as the first argument"),
        ("max_final_vocab", "give it as vocabulary"),
        ("vocab", "unknown option 'vocab'; did you mean 'vocabulary'?"),
        ("dmi", "train: unknown option 'dmi'; did you mean 'dim'?"),
    ],
)
def test_other_names_are_refused_with_ours(name, message):
    with pytest.raises(UsageError) as caught:
        embtrain.train(LINES, **{name: 1})
    assert message in str(caught.value)


@pytest.mark.parametrize("word", ["New York", "", "a\tb", "a\n", " a"])
def test_words_with_white_space_are_refused(word):
    with pytest.raises(DataError, match=r"sentence 2 holds the word .* empty or has white space"):
        embtrain.train([["a", "b"], ["fine", word, "b"]], **OPTIONS)


def test_two_wrong_words_do_not_hide_each_other():
    with pytest.raises(DataError, match="holds the word 'a b'"):
        embtrain.train([["a b", ""]], **OPTIONS)


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        (b"bytes", "must be a path, or an iterable .* found bytes"),
        (7, "found int"),
        ([["a"], "text"], "sentence 2 must be a sequence of str, found str"),
        ([["a", 1]], "sentence 1 must hold words of type str only"),
        (["text", ["a"]], "begins with str, but holds list too"),
        ([None], "item 1 of the corpus is None; leave it out"),
    ],
)
def test_what_is_no_corpus_is_refused(corpus, message):
    with pytest.raises(TypeError, match=message):
        embtrain.train(corpus, **OPTIONS)


def test_file_names_are_not_taken_for_text(path):
    with pytest.raises(UsageError, match=r"which is a file; .* give pathlib\.Path"):
        embtrain.train([str(path)], **OPTIONS)


def test_an_empty_corpus_has_no_words():
    with pytest.raises(DataError, match="no words"):
        embtrain.train([], **OPTIONS)


def test_a_missing_file_is_a_usage_error():
    with pytest.raises(UsageError, match="no such file"):
        embtrain.train(Path("/does/not/exist"), **OPTIONS)
