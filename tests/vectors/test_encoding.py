"""Vectors of many texts: as `sentence` gives them one by one, as plain Python does, and as model2vec does."""

import json
import logging
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import embtrain
from embtrain import Embeddings, Vocabulary, plain
from embtrain.config import TrainConfig
from embtrain.vectors import encoding
from tests.conftest import needs_native

WORDS = ["the", "cat", "sat", "café", "café", "北", "0", "the", "a" * 20, "d'or"]
TEXTS = [
    "the cat sat",
    "",
    "The CAT, sat!",
    "nothing known",
    "the\ncat  sat\tthe\r\nunheard",
    "café 北京 d'or 1999",
    " ",
    "the " * 300,
    "a" * 20 + " x" + "a" * 20,
]


def embeddings(counts=None, **options):
    table = np.random.default_rng(5).standard_normal((len(WORDS), 7)).astype(np.float32)
    metadata = {"config": TrainConfig(**options).to_json()} if options else {}
    return Embeddings(Vocabulary.from_words(WORDS, counts), table, metadata=metadata)


def sentences(vectors, texts, **options):
    found = []
    for text in texts:
        try:
            found.append(vectors.sentence(text, **options))
        except KeyError:
            found.append(np.full(vectors.dim, np.nan, np.float32))
    return np.array(found)


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "chars"])
@pytest.mark.parametrize("others", [{}, {"lowercase": True, "digits": "run"}, {"sentence": "document"}])
def test_a_row_is_the_vector_of_its_text(tokenizer, others):
    vectors = embeddings(tokenizer=tokenizer, **others)
    found = vectors.encode(TEXTS)
    assert found.dtype == np.float32
    assert np.array_equal(found, sentences(vectors, TEXTS), equal_nan=True)
    assert np.array_equal(found, vectors.encode(TEXTS, threads=1), equal_nan=True)


def test_sif_weights_words_as_in_a_sentence():
    vectors = embeddings(range(10, 0, -1))
    expected = sentences(vectors, TEXTS, weighting="sif", a=0.01)
    assert np.array_equal(vectors.encode(TEXTS, weighting="sif", a=0.01), expected, equal_nan=True)
    assert not np.array_equal(expected, sentences(vectors, TEXTS), equal_nan=True)


def test_pieces_of_any_size_give_the_same(monkeypatch):
    vectors = embeddings()
    expected = vectors.encode(TEXTS * 50)
    monkeypatch.setattr(encoding, "_BATCH", 40)
    assert np.array_equal(vectors.encode(TEXTS * 50), expected, equal_nan=True)


def test_long_texts_are_shared_among_threads():
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice([*WORDS, "x"], 200)) for _ in range(600)]
    vectors = embeddings()
    found = vectors.encode(texts, threads=np.int64(4), subwords=np.bool_(False))
    assert np.array_equal(found, vectors.encode(texts, threads=1))
    assert np.array_equal(found[-1], vectors.sentence(texts[-1]))


@pytest.mark.parametrize("missing", ["nan", "zeros"])
def test_texts_without_a_known_word_are_counted(missing, caplog):
    with caplog.at_level(logging.INFO, "embtrain"):
        found = embeddings().encode(["the", "unheard", "", "cat"], missing=missing)
    assert caplog.messages == [f"2 texts hold no known word; their vectors are {missing}"]
    empty = np.isnan(found) if missing == "nan" else found == 0
    assert empty.all(axis=1).tolist() == [False, True, True, False]
    caplog.clear()
    embeddings().encode(["the"])
    assert caplog.messages == []


@needs_native
def test_unknown_words_count_if_their_ngrams_do():
    trained = embtrain.train(
        ["fire fires fired water waters"] * 20,
        dim=5, min_count=1, subwords="3-5", buckets="100", epochs=1, threads=1,
    )  # fmt: skip
    found = trained.encode(["fire firing", "zz", "firing firing fire"], subwords=True)
    expected = trained[["fire", "firing"]].astype(np.float64)
    np.testing.assert_allclose(found[0], expected.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found[2], (expected[0] + 2 * expected[1]) / 3, rtol=1e-6)
    assert np.isnan(found[1]).all() == ("zz" not in trained and trained.get("zz") is None)
    assert np.array_equal(trained.encode(["fire firing"])[0], trained["fire"])
    with pytest.raises(ValueError, match="hold no n-grams"):
        embeddings().encode(["the"], subwords=True)


@pytest.mark.parametrize(
    "column",
    [
        tuple,
        iter,
        np.array,
        lambda texts: np.array(texts, object),
        lambda texts: pytest.importorskip("pyarrow").array(texts),
        lambda texts: pytest.importorskip("pyarrow").chunked_array([texts[:2], texts[2:]]),
    ],
    ids=["tuple", "iterator", "str-array", "object-array", "arrow", "arrow-chunks"],
)
def test_every_kind_of_column(column):
    texts = ["the cat", "", "sat"]
    assert np.array_equal(embeddings().encode(column(texts)), embeddings().encode(texts), equal_nan=True)


def test_no_texts():
    assert embeddings().encode([]).shape == (0, 7)


@pytest.mark.parametrize(
    ("texts", "options", "error", "message"),
    [
        ("the cat", {}, TypeError, "takes a list of texts"),
        (["the", None], {}, TypeError, "text 1 is NoneType; expected str"),
        (["the", b"cat"], {}, TypeError, "text 1 is bytes"),
        (["the"], {"missing": "drop"}, ValueError, "expected nan or zeros"),
        (["the"], {"weighting": "tfidf"}, ValueError, "expected mean or sif"),
        (["the"], {"weighting": "sif"}, ValueError, "needs the counts of words"),
        (["the"], {"threads": 0}, ValueError, "expected at least 1"),
    ],
)
def test_what_cannot_be_encoded(texts, options, error, message):
    with pytest.raises(error, match=message):
        embeddings().encode(texts, **options)


def test_the_index_is_built_once_and_not_pickled():
    vectors = embeddings()
    vectors.encode(["the"])
    index = vectors.lookup.index
    vectors.encode(["cat"])
    assert vectors.lookup.index is index
    again = pickle.loads(pickle.dumps(vectors))
    assert np.array_equal(again.encode(TEXTS), vectors.encode(TEXTS), equal_nan=True)
    assert [vectors[word].tolist() for word in WORDS] == [again[word].tolist() for word in WORDS]
    assert vectors.rows(["the", "x", "sat", "café"]).tolist() == [0, -1, 2, 3]


def test_without_the_native_module(monkeypatch):
    vectors = embeddings(range(10, 0, -1), tokenizer="words", lowercase=True)
    expected = vectors.encode(TEXTS), vectors.encode(TEXTS, weighting="sif")
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    again = pickle.loads(pickle.dumps(vectors))
    found = again.encode(TEXTS), again.encode(TEXTS, weighting="sif")
    assert np.array_equal(found[0], expected[0], equal_nan=True)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-6)


@pytest.mark.parametrize(
    ("tokenizer", "lowercase"),
    [("words", True), ("words", False), ("whitespace", True), ("whitespace", False)],
)
@needs_native
def test_an_exported_folder_of_model2vec_gives_the_same(tokenizer, lowercase, call, tmp_path):
    model2vec = pytest.importorskip("model2vec", reason="compares with model2vec")
    kept = Embeddings(
        Vocabulary.from_words(dict.fromkeys(WORDS)),
        embeddings().vectors[: len(set(WORDS))],
        metadata={"config": TrainConfig(tokenizer=tokenizer, lowercase=lowercase).to_json()},
    )
    kept.save(tmp_path / "v.safetensors")
    assert call("export", tmp_path / "v.safetensors", "--to", "model2vec", "-o", tmp_path / "m").code == 0
    model = model2vec.StaticModel.from_pretrained(tmp_path / "m")
    # model2vec adds float32, so that its mean of hundreds of words is further from the true one.
    texts = [text for text in TEXTS if len(text) < 100]
    found = kept.encode(texts, missing="zeros")
    np.testing.assert_allclose(found, model.encode(texts), atol=1e-6, rtol=0)
    assert (np.abs(found).sum(axis=1) > 0).sum() >= 4


# What a text and a vocabulary are made of: white space of every kind, long words, bytes that are not UTF-8.
pieces = st.sampled_from([b" ", b"\n", b"\t", b"\r\n", b"\v", b"\f", b"a", b"bc", b"\xff", b"\0", b"x" * 17])
vocabularies = st.lists(st.sampled_from([b"a", b"bc", b"abc", b"\xff", b"\0", b"x" * 17, b"aa"]), max_size=8)


@needs_native
@given(st.lists(pieces, max_size=40).map(b"".join), vocabularies, st.booleans(), st.integers(1, 3))
def test_words_of_texts_are_found_as_in_plain_python(text, words, keep, threads):
    from embtrain import _native

    vocabulary = Vocabulary.from_words(words)
    index, slow = _native.WordIndex(), plain.WordIndex()
    for one in (index, slow):
        one.add(vocabulary.arena, vocabulary.offsets)
    found = _native.find_text(index, memoryview(text), keep, threads)
    expected = plain.find_text(slow, text, keep, threads)
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]
    assert [index.row(word) for word in words] == [slow.row(word) for word in words]
    assert index.row(b"absent") == slow.row(b"absent") == -1


def lists_of_rows(n_rows):
    lists = st.lists(st.lists(st.integers(-2, n_rows - 1), max_size=6), max_size=5)
    return lists.map(lambda given: (np.array([row for rows in given for row in rows], np.int64), given))


@needs_native
@given(lists_of_rows(5), st.booleans(), st.integers(1, 3))
def test_means_of_rows_are_those_of_plain_python(lists, weighted, threads):
    from embtrain import _native

    rows, given = lists
    rng = np.random.default_rng(len(rows))
    table, more = (rng.standard_normal((n, 3)).astype(np.float32) for n in (3, 2))
    weights = rng.random(len(rows)) if weighted else np.empty(0)
    ends = np.cumsum([0, *map(len, given)]).astype(np.int64)
    out, slow = (np.full((len(given), 3), np.nan, np.float32) for _ in range(2))
    counts = _native.mean_rows(table, more, rows, weights, ends, out, threads)
    expected = plain.mean_rows(table, more, rows, weights, ends, slow, threads)
    assert counts.tolist() == expected.tolist() == [sum(row >= 0 for row in part) for part in given]
    np.testing.assert_allclose(out, slow, rtol=1e-6)
    for place, part in enumerate(given):
        kept = [row for row in part if row >= 0]
        if kept and not weighted:
            mean = np.concatenate([table, more])[kept].mean(axis=0, dtype=np.float64)
            np.testing.assert_allclose(out[place], mean, rtol=1e-6)


@pytest.mark.parametrize("code", [pytest.param("native", marks=needs_native), "plain"])
@pytest.mark.parametrize(
    ("rows", "weights", "ends"),
    [
        ([0, 3], [], [0, 2]),
        ([0], [], [0, 2]),
        ([0, 1], [], [2, 0]),
        ([0], [1.0, 2.0], [0, 1]),
        ([0], [], [0]),
    ],
)
def test_lists_that_do_not_fit_are_refused(code, rows, weights, ends):
    module = plain if code == "plain" else pytest.importorskip("embtrain._native")
    table = np.zeros((2, 3), np.float32)
    arrays = np.array(rows, np.int64), np.array(weights, np.float64), np.array(ends, np.int64)
    with pytest.raises(ValueError, match=r"row|ends|weight"):
        module.mean_rows(table, table[:1], *arrays, np.zeros((1, 3), np.float32), 1)


def test_a_file_that_is_mapped_is_encoded_from(tmp_path):
    vectors = embeddings(range(10, 0, -1), lowercase=True)
    vectors.save(tmp_path / "v.safetensors")
    opened = embtrain.load(tmp_path / "v.safetensors")
    assert np.array_equal(opened.encode(TEXTS), vectors.encode(TEXTS), equal_nan=True)
    assert json.loads(opened.metadata["config"])["lowercase"]
