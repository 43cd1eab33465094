"""Computes vectors of sentences as plain or weighted means of their words' vectors."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary

#: ``mean`` weights all words equally; ``sif`` gives rare words more weight.
Weighting = Literal["mean", "sif"]

#: SIF's constant in the experiments of Arora et al. (2017).
SIF_A = 1e-3


def sif_weights(counts: NDArray[np.int64], total: int, a: float = SIF_A) -> NDArray[np.float64]:
    """Smooth inverse frequency, float64 [n]: a / (a + p), p = count / total (Arora et al. 2017, section 3).

    Args:
        counts: int64 [n], the count of each word.
        total: sum of the counts of the vocabulary, at least 1.
        a: smaller values give frequent words less weight.
    """
    weights: NDArray[np.float64] = a / (a + counts / max(total, 1))
    return weights


class RowWeights:
    """Weights of words that are given by their rows in a vocabulary.

    Args:
        weighting, a: as for `WordWeights`.
        counted: has the rows, and the counts for ``sif``.

    Raises ValueError for an unknown weighting, or ``sif`` without counts.
    """

    def __init__(self, weighting: Weighting, counted: Vocabulary | None, a: float = SIF_A) -> None:
        if weighting not in get_args(Weighting):
            raise ValueError(f"weighting is {weighting!r}; expected mean or sif")
        self._counts: NDArray[np.int64] | None = None
        if weighting == "sif":
            if counted is None or counted.counts is None or not counted.counts.any():
                raise ValueError("SIF needs the counts of words, but these vectors hold none")
            self._counts = counted.counts
        self._a = a
        self._total = 0 if self._counts is None else int(self._counts.sum())

    def __call__(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Weights float64 [n] of rows; empty if all are equal. A row of no word has weight 1."""
        if self._counts is None:
            return np.empty(0)
        known = (rows >= 0) & (rows < len(self._counts))
        counts = np.where(known, self._counts[np.where(known, rows, 0)], 0)
        return sif_weights(counts, self._total, self._a)


class WordWeights:
    """Weights of the words of a sentence.

    Args:
        weighting: ``mean`` or ``sif``.
        counted: vocabulary with counts, for ``sif``.
        a: SIF's constant.

    Raises ValueError for ``sif`` without counts.
    """

    def __init__(self, weighting: Weighting, counted: Vocabulary | None, a: float = SIF_A) -> None:
        self._weights = RowWeights(weighting, counted, a)
        self._counted = counted if weighting == "sif" else None

    def __call__(self, words: Sequence[bytes]) -> NDArray[np.float64]:
        """Weights float64 [n] of words; a word without a count has weight 1."""
        return np.ones(len(words)) if self._counted is None else self._weights(self._counted.find(words))


def weighted_means(
    vectors: NDArray[np.float32], weights: NDArray[np.float64], lengths: Sequence[int]
) -> NDArray[np.float32]:
    """Weighted mean of each sentence: the sum of weight times vector, divided by the number of words.

    Args:
        vectors: float32 [n, D], the words of all sentences one after another.
        weights: float64 [n].
        lengths: number of words in each sentence; the sum is n.

    Returns:
        float32 [sentences, D]; NaN for a sentence without words.
    """
    means = np.full((len(lengths), vectors.shape[1]), np.nan, np.float32)
    stops = np.cumsum(lengths)
    for row, (length, stop) in enumerate(zip(lengths, stops.tolist(), strict=True)):
        if length:
            own = slice(stop - length, stop)
            means[row] = weights[own] @ vectors[own].astype(np.float64) / length
    return means


def without_common_component(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors without their projection on their first singular vector (Arora et al. 2017, algorithm 1).

    Args:
        vectors: float32 [sentences, D]; rows that are not finite are ignored and stay unchanged.
    """
    usable = np.isfinite(vectors).all(axis=1)
    if not usable.any():
        return vectors
    known = vectors[usable].astype(np.float64)
    # The singular vector is the eigenvector of a [D, D] matrix, however many sentences there are.
    common = np.linalg.eigh(known.T @ known)[1][:, -1]
    cleaned = vectors.copy()
    cleaned[usable] = known - np.outer(known @ common, common)
    return cleaned
