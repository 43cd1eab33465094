"""Training GloVe: from a text and from counts, in Python and on the command line."""

import json

import numpy as np
import pytest

import embtrain
from embtrain.errors import BackendError, EmbtrainError, NotFoundError, UsageError
from embtrain.training.reporting.events import CountsRead, Preparing, Started
from tests.conftest import needs_native, topic_text

pytestmark = needs_native

OPTIONS = {"model": "glove", "dim": 12, "epochs": 6, "min_count": 1, "x_max": 10.0, "threads": 1}
COMMAND = ("--model", "glove", "--dim", 12, "--epochs", 6, "--min-count", 1, "--x-max", 10)


def lines(sentences=1500, seed=7):
    return topic_text(sentences, seed).decode().splitlines()


def train(corpus=None, **options):
    return embtrain.train(lines() if corpus is None else corpus, **OPTIONS | options)


def test_words_of_a_topic_are_neighbours():
    vectors = train()
    for word in ("a00", "b07"):
        assert {found[0] for found, _ in vectors.neighbors(word, 11)} == {word[0]}


def test_the_loss_falls_and_is_in_the_metadata():
    vectors = train()
    losses = [epoch["loss"] for epoch in json.loads(vectors.metadata["training"])]
    assert len(losses) == 6
    assert losses == sorted(losses, reverse=True)
    config = json.loads(vectors.metadata["config"])
    assert config["x-max"] == 10
    assert config["negative"] is None


@pytest.mark.parametrize("threads", [2, 5])
def test_the_number_of_threads_changes_no_bit(threads):
    assert np.array_equal(train().vectors, train(threads=threads).vectors)


def test_the_seed_changes_the_vectors():
    assert not np.array_equal(train().vectors, train(seed=2).vectors)


def test_batched_learns_as_well():
    native, batched = train(), train(backend="batched")
    one, two = (json.loads(vectors.metadata["training"])[-1]["loss"] for vectors in (native, batched))
    assert two == pytest.approx(one, rel=0.2)


def test_the_sum_of_both_tables_is_written_or_both():
    summed, both = train(), train(add_context=False)
    assert summed.context is None
    assert np.array_equal(summed.vectors, both.vectors + both.context)


def test_memory_for_counting_changes_no_bit():
    # 24 words in a text of 3 million tokens: several parts with the least memory.
    text = [" ".join(lines(300_000))]
    assert np.array_equal(
        train(text, epochs=1, memory=52_000_000).vectors, train(text, epochs=1, memory=1 << 30).vectors
    )


def test_counts_train_like_their_text(call, corpus, tmp_path):
    counts, text, counted = (
        tmp_path / name for name in ("counts", "text.safetensors", "counted.safetensors")
    )
    assert call("cooccur", "build", corpus, "--window", 4, "--min-count", 1, "-o", counts).code == 0
    done = call("train", corpus, *COMMAND, "--window", 4, "-o", text)
    assert done.code == 0, done.err
    options = [option for option in COMMAND if option not in ("--min-count", 1)]
    done = call("train", "--cooccur", counts, *options, "-o", counted)
    assert done.code == 0, done.err
    assert "both sides within 4 words" in done.err
    one, two = embtrain.load(text), embtrain.load(counted)
    assert list(one.vocabulary) == list(two.vocabulary)
    assert np.array_equal(one.vectors, two.vectors)
    config = json.loads(two.metadata["config"])
    assert config["window"] == 4
    of_text = json.loads(one.metadata["config"])
    recorded = (
        "tokenizer",
        "lowercase",
        "normalize",
        "digits",
        "sentence",
        "user-dict",
        "stop-words",
        "encoding",
    )
    assert {name: config[name] for name in recorded} == {name: of_text[name] for name in recorded}
    assert "min-count" not in config
    events = []
    three = embtrain.train(
        cooccur=counts, on_event=events.append, **{k: v for k, v in OPTIONS.items() if k != "min_count"}
    )
    assert np.array_equal(three.vectors, two.vectors)
    assert [event.words for event in events if isinstance(event, CountsRead)] == [24]


def test_events_tell_of_counting():
    events = []
    train(on_event=events.append)
    assert [event.phase for event in events if isinstance(event, Preparing)] == [
        "counting", "shuffling", "shuffling",
    ]  # fmt: skip
    (started,) = (event for event in events if isinstance(event, Started))
    assert started.total == 6 * started.tokens
    assert "within 10 words, weighted by distance" in started.notes[0]


def test_patience_keeps_the_best_epoch(call, corpus, tmp_path):
    words = [f"{letter}{number:02}" for letter in "ab" for number in range(5)]
    rows = [f"{one}\t{two}\t{9 if one[0] == two[0] else 1}" for one in words for two in words if one < two]
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("\n".join(rows))
    done = call(
        "train", corpus, *COMMAND, "--eval", f"similarity:{pairs}", "--patience", 1,
        "--log", tmp_path / "log", "-o", tmp_path / "v.safetensors",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "kept epoch" in done.err
    events = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert all(event["records"] > 0 for event in events if event["event"] == "epoch")


def test_a_training_that_diverges_names_the_record_and_the_rate():
    with pytest.raises(
        EmbtrainError, match=r"diverged in epoch \d at record \d+, '[ab]\d\d' and .*now 100\)"
    ):
        train(lr=100.0, epochs=50, x_max=0.01)


@pytest.mark.parametrize("corpus", [["a\nb\na\nb"], ["a"]])
def test_a_text_without_pairs_is_nothing_to_train(corpus):
    with pytest.raises(NotFoundError, match="nothing to train: no two words"):
        train(corpus)


REFUSED = [
    (["--negative", 5], "--negative 5: GloVe has no negatives: it fits counts (--x-max and"),
    (["--sample", 0.001], "--sample 0.001: GloVe does not subsample; --x-max limits"),
    (["--ns-exponent", 0.5], "--ns-exponent 0.5: GloVe draws no negatives"),
    (["--alpha", 0.75], "GloVe's alpha is --weighting-exponent, word2vec's is --lr"),
    (["-alpha", 0.75], "GloVe's alpha is --weighting-exponent, word2vec's is --lr"),
    (["--cbow-gradient", "corrected"], "--cbow-gradient corrected is for --model cbow"),
    (["--backend", "gensim"], "--backend gensim does not have --model glove; choose"),
    (["--context", "--add-context"], "--context writes word and context vectors, --add-context their sum"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[case[0][0] for case in REFUSED])
def test_options_of_other_models_are_refused_with_what_to_use(call, corpus, tmp_path, options, message):
    done = call("train", corpus, "--model", "glove", *options, "-o", tmp_path / "v.safetensors")
    assert done.code == 2
    assert message in done.err
    assert not list(tmp_path.iterdir())


def test_a_recipe_for_word2vec_is_refused_with_what_to_use(call, corpus, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("model = 'glove'\nalpha = 0.025\n")
    done = call("train", corpus, "--config", recipe, "-o", tmp_path / "v.safetensors")
    assert done.code == 2
    assert "GloVe's alpha is --weighting-exponent" in done.err


def test_other_models_refuse_the_options_of_glove(call, corpus, tmp_path):
    for option, value in (
        ("--x-max", 10),
        ("--weighting-exponent", 1),
        ("--cooccur", "x"),
        ("--memory", "1G"),
    ):
        done = call(
            "train", *(() if option == "--cooccur" else (corpus,)), option, value, "-o", tmp_path / "v"
        )
        assert done.code == 2
        assert option in done.err
        assert "is for --model glove, but the model is skipgram" in done.err


def test_python_refuses_them_in_its_own_spelling():
    with pytest.raises(UsageError, match=r"negative=5: GloVe has no negatives.*x_max and weighting_exponent"):
        train(negative=5)
    with pytest.raises(UsageError, match="'alpha': GloVe's alpha is weighting_exponent"):
        train(alpha=0.5)
    with pytest.raises(UsageError, match="window was decided when the co-occurrences were counted"):
        embtrain.train(cooccur="counts", model="glove", window=5)
    with pytest.raises(UsageError, match="cooccur replaces the text"):
        embtrain.train(["a b"], cooccur="counts", model="glove")


def test_glove_names_are_understood(call, corpus, tmp_path):
    done = call(
        "train", corpus, "-model", "glove", "-vector-size", 8, "-iter", 2, "-window-size", 3, "-x-max", 5,
        "-eta", 0.1, "--min-count", 1, "-o", tmp_path / "v.safetensors",
    )  # fmt: skip
    assert done.code == 0, done.err
    config = json.loads(embtrain.load(tmp_path / "v.safetensors").metadata["config"])
    assert [config[name] for name in ("dim", "epochs", "window", "x-max", "lr")] == [8, 2, 3, 5, 0.1]


def test_context_writes_both_tables(call, corpus, tmp_path):
    done = call("train", corpus, *COMMAND, "--context", "-o", tmp_path / "v.safetensors")
    assert done.code == 0, done.err
    both = embtrain.load(tmp_path / "v.safetensors")
    assert both.context is not None
    assert np.array_equal(both.vectors, train(add_context=False).vectors)


def test_without_the_native_module_it_is_refused_before_anything_is_read(monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    with pytest.raises(BackendError, match="counting co-occurrences needs the native module"):
        train(iter(["a b"]))
