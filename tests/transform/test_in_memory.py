"""`Embeddings.transform`: the steps in memory, with n-grams and context vectors."""

import logging

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.errors import DataError, UsageError
from embtrain.subwords import Subwords
from tests.analysis.subword_vectors import listed
from tests.transform import plain
from tests.transform.test_fit import rows_with_directions

WORDS = [f"w{number}" for number in range(40)]


@pytest.fixture
def vectors():
    rows, context = rows_with_directions(40, 5), rows_with_directions(40, 5, seed=2)
    words = Vocabulary.from_words(WORDS)
    words.counts = np.arange(40, 0, -1)
    return Embeddings(words, rows, context, {"config": "{}"})


def test_steps_give_new_vectors(vectors):
    before = vectors.vectors.copy()
    made = vectors.transform("center", "pca:3", "unit-length")
    expected = plain.transform(before, ["pca:3", "unit-length"])
    np.testing.assert_allclose(made.vectors, expected, atol=1e-6)
    assert (made.vectors.dtype, made.dim) == (np.float32, 3)
    assert list(made.words) == WORDS
    assert made.words.counts.tolist() == list(range(40, 0, -1))
    assert made.context is None
    assert made.metadata == {"config": "{}", "transform": '["center", "pca:3", "unit-length"]'}
    np.testing.assert_array_equal(vectors.vectors, before)
    again = made.transform("all-but-the-top")
    assert again.metadata["transform"] == '["center", "pca:3", "unit-length", "all-but-the-top:1"]'


def test_context_vectors_are_added(vectors):
    made = vectors.transform("add-context")
    np.testing.assert_array_equal(made.vectors, vectors.vectors + vectors.context)
    with pytest.raises(UsageError, match="add-context needs context vectors, which it has none of"):
        made.transform("add-context")


@pytest.mark.parametrize("steps", [["center"], ["all-but-the-top:1", "pca:2"]])
def test_vectors_of_unknown_words_are_transformed_alike(steps):
    """The vector of an unknown word is a mean of rows, so that mapping the rows maps it."""
    embeddings, _ = listed(["king", "queen", "kings", "prince"], ["king", "queen", "prince", "princess"])
    unknown = ["princess", "kinging", "ueen"]
    made = embeddings.transform(*steps)
    # Each direction and shift is that of the four words: what they make of any vector, rows tell.
    known, mapped = embeddings.vectors.astype(np.float64), made.vectors.astype(np.float64)
    differences, images = known[1:] - known[0], mapped[1:] - mapped[0]
    before = embeddings[unknown].astype(np.float64)
    # What of an unknown word lies in the span of the words must be mapped like it.
    shares = np.linalg.lstsq(differences.T, (before - known[0]).T, rcond=None)[0]
    inside = known[0] + shares.T @ differences
    outside = before - inside
    expected = mapped[0] + shares.T @ images
    centre = known.mean(axis=0)
    after = made[unknown]
    if steps == ["center"]:
        np.testing.assert_allclose(after, before - centre, atol=1e-5)
    else:
        # Four rows vary in three directions only: what lies outside has no direction that is kept.
        np.testing.assert_allclose(after, expected, atol=1e-5)
    assert np.abs(outside).max() > 0.01


@pytest.mark.parametrize(
    ("settings", "steps", "said"),
    [
        ({}, ["unit-length"], "unit-length of rows changes their mean"),
        ({}, ["center", "unit-length"], "unit-length of rows changes their mean"),
        ({"normalize": True}, ["center"], "to unit length, which no step can undo"),
        ({"absent": "zero"}, ["center"], "count as zeros"),
    ],
)
def test_vectors_of_ngrams_that_cannot_follow_are_refused_or_left_out(settings, steps, said, caplog):
    rows = np.eye(3, dtype=np.float32)
    subwords = Subwords("fasttext", 3, 3, 9, rows, settings, np.array([1, 4, 7]))
    embeddings = Embeddings(Vocabulary.from_words(["a", "b", "c"]), rows, subwords=subwords)
    with pytest.raises(DataError, match=said) as error:
        embeddings.transform(*steps)
    assert str(error.value).endswith("leave them out with drop_subwords=True")
    with caplog.at_level(logging.WARNING, "embtrain"):
        assert embeddings.transform(*steps, drop_subwords=True).subwords is None
    assert "the vectors of 9 n-gram buckets were left out" in caplog.text


def test_what_may_surprise_is_logged(caplog):
    embeddings = Embeddings(Vocabulary.from_words(["a", "b"]), np.array([[1, 0], [0, 0]], np.float32))
    with caplog.at_level(logging.WARNING, "embtrain"):
        embeddings.transform("unit-length")
        embeddings.transform("pca:2")
    assert "1 row is zero or not finite and kept as it is" in caplog.text
    assert "pca:2: the vectors vary in only 1 direction" in caplog.text


def test_the_record_of_steps_must_be_a_list(vectors):
    vectors.metadata["transform"] = "{}"
    with pytest.raises(DataError, match=r"'transform': expected a JSON list of steps, found '\{\}'"):
        vectors.transform("center")
