"""Vectors of sentences against their formulas."""

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.vectors.sentences import sif_weights, weighted_means, without_common_component

TABLE = np.array([[1, 2], [3, -4], [0, 8]], np.float32)


def embeddings(counts=None):
    return Embeddings(Vocabulary.from_words(["the", "cat", "sat"], counts), TABLE)


def test_a_mean_counts_every_word_each_time_and_leaves_out_unknown_ones():
    found = embeddings().sentence("the cat sat  the unheard")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [(1 + 3 + 0 + 1) / 4, (2 - 4 + 8 + 2) / 4])
    assert embeddings().sentence([b"cat"]).tolist() == [3, -4]


def test_frequent_words_count_less_in_sif():
    # Shares 0.9, 0.09, 0.01; a = 0.01: weights 1/91, 1/10, 1/2.
    found = embeddings([90, 9, 1]).sentence("the cat sat", "sif", a=0.01)
    expected = (np.array([1, 2]) / 91 + np.array([3, -4]) / 10 + np.array([0, 8]) / 2) / 3
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(sif_weights(np.array([0, 5]), 10, 0.5), [1, 0.5])


def test_sif_needs_counts_and_a_sentence_a_known_word():
    with pytest.raises(ValueError, match="needs the counts of words"):
        embeddings().sentence("cat", "sif")
    with pytest.raises(KeyError, match="none of the 2 words"):
        embeddings().sentence("un known")


def test_an_empty_sentence_has_no_vector():
    means = weighted_means(TABLE, np.ones(3), [1, 0, 2])
    assert means[[0, 2]].tolist() == [[1, 2], [1.5, 2]]
    assert np.isnan(means[1]).all()


def test_the_common_component_is_the_first_singular_vector():
    rng = np.random.default_rng(0)
    vectors = rng.normal([5, 1, 0, 0, -3, 2], 1, (40, 6)).astype(np.float32)
    with_a_gap = np.insert(vectors, 3, np.nan, axis=0)
    cleaned = without_common_component(with_a_gap)
    assert np.isnan(cleaned[3]).all()
    first = np.linalg.svd(vectors.astype(np.float64), full_matrices=False)[2][0]
    np.testing.assert_allclose(np.delete(cleaned, 3, axis=0) @ first, 0, atol=1e-5)
    np.testing.assert_allclose(
        np.delete(cleaned, 3, axis=0), vectors - np.outer(vectors @ first, first), atol=1e-5
    )
    assert np.isnan(without_common_component(np.full((2, 3), np.nan, np.float32))).all()
