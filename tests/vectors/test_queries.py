"""Neighbours of several words and vectors, weighted sums, and parsed metadata."""

import json

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import DataError
from tests.conftest import needs_native

WORDS = [f"w{number}" for number in range(30)]
TABLE = np.random.default_rng(2).standard_normal((30, 6)).astype(np.float32)


@pytest.fixture
def vectors():
    return Embeddings(Vocabulary.from_words(WORDS), TABLE)


def unit(words):
    rows = TABLE[[WORDS.index(word) for word in words]].astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest(query, without, k):
    order = np.argsort(-unit(WORDS) @ query)
    return [WORDS[row] for row in order if WORDS[row] not in without][:k]


def names(found):
    return [word for word, _ in found]


@needs_native
@pytest.mark.parametrize(
    ("arguments", "weights"),
    [
        ({"word": ["w1", "w2"]}, {"w1": 1, "w2": 1}),
        ({"word": ["w1", "w2"], "negative": "w3"}, {"w1": 1, "w2": 1, "w3": -1}),
        ({"word": "w1", "negative": ["w3", "w4"]}, {"w1": 1, "w3": -1, "w4": -1}),
        ({"word": ["w1", "w2"], "weights": [2, 0.5]}, {"w1": 2, "w2": 0.5}),
        ({"word": {"w1": 2, "w2": -0.5}}, {"w1": 2, "w2": -0.5}),
        ({"word": "w1", "negative": {"w2": 0.25}}, {"w1": 1, "w2": -0.25}),
        ({"word": ("w1", b"w2")}, {"w1": 1, "w2": 1}),
    ],
)
def test_several_words_are_weighed_and_added(vectors, arguments, weights):
    query = np.array(list(weights.values())) @ unit(list(weights))
    found = vectors.neighbors(k=5, **arguments)
    assert names(found) == nearest(query, weights, 5)
    best = unit([found[0][0]])[0] @ query / np.linalg.norm(query)
    assert found[0][1] == pytest.approx(best)


@needs_native
def test_words_and_vectors_can_be_mixed(vectors):
    query = unit(["w1", "w5"]).sum(axis=0)
    assert names(vectors.neighbors(["w1", TABLE[5]], 4)) == nearest(query, ["w1"], 4)
    assert names(vectors.neighbors(TABLE[[1, 5]], 4)) == nearest(query, [], 4)
    assert names(vectors.neighbors(TABLE[[1, 5]].tolist(), 4)) == nearest(query, [], 4)
    theirs = vectors.to_gensim().most_similar(positive=["w1", "w2"], negative=["w3"], topn=4)
    found = vectors.neighbors(["w1", "w2"], 4, negative=["w3"])
    assert names(found) == names(theirs)
    np.testing.assert_allclose([score for _, score in found], [score for _, score in theirs], rtol=1e-5)


@needs_native
def test_answers_can_be_limited_to_some_words(vectors):
    among = ["w9", "w1", "w3", "w9", "w20"]
    found = vectors.neighbors("w1", 10, among=among)
    assert names(found) == [word for word in nearest(unit(["w1"])[0], ["w1"], 30) if word in among]
    scores = dict(vectors.neighbors("w1", 30))
    assert all(scores[word] == score for word, score in found)
    with pytest.raises(KeyError, match="'nothing' is not among the 30 words"):
        vectors.neighbors("w1", among=["w2", "nothing"])


def test_what_does_not_fit_is_refused(vectors):
    with pytest.raises(ValueError, match="a weight for each of 2 words, found 1 weight"):
        vectors.neighbors(["w1", "w2"], weights=[1.0])
    with pytest.raises(TypeError, match="a dict holds the weights already"):
        vectors.neighbors({"w1": 1.0}, weights=[1.0])
    with pytest.raises(KeyError, match="'w99' is not among"):
        vectors.neighbors(["w1", "w99"])
    with pytest.raises(ValueError, match="expected a vector of 6 values"):
        vectors.neighbors([TABLE[0][:3], "w1"])


def test_a_dict_of_weights_is_a_sum_of_vectors(vectors):
    found = vectors[{"w1": 1, "w2": -1.5}]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, TABLE[1] - 1.5 * TABLE[2], rtol=1e-5)
    with pytest.raises(KeyError, match="w99"):
        vectors[{"w99": 1}]


def test_get_has_a_default(vectors):
    assert vectors.get("w3").tolist() == TABLE[3].tolist()
    assert vectors.get("x") is None
    assert vectors.get("x", 0) == 0


def test_words_have_slices(vectors):
    assert vectors.words[:3] == ["w0", "w1", "w2"]
    assert vectors.words[-1] == "w29"
    assert vectors[vectors.words[2:5]].tolist() == TABLE[2:5].tolist()


def test_metadata_are_parsed(vectors):
    assert (vectors.config, vectors.training, vectors.provenance) == ({}, [], {})
    trained = embtrain.train(["a b c"] * 9, dim=3, epochs=2, min_count=1, threads=1, sample=0)
    assert trained.config["dim"] == 3
    assert [epoch["epoch"] for epoch in trained.training] == [1, 2]
    assert trained.provenance["tool"].startswith("embtrain ")
    trained.config["dim"] = 5  # a copy
    assert json.loads(trained.metadata["config"])["dim"] == 3
    vectors.metadata["config"] = "{"
    with pytest.raises(DataError, match="metadata 'config' is not JSON"):
        vectors.config  # noqa: B018
    vectors.metadata["config"] = "[]"
    with pytest.raises(DataError, match="'config' holds list; expected dict"):
        vectors.config  # noqa: B018
