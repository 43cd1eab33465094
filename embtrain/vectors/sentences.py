"""Vectors of sentences: means of their words' vectors, plain or weighted."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary

#: ``mean``: all words count alike; ``sif``: rare words count more.
Weighting = Literal["mean", "sif"]

#: SIF's constant in the experiments of Arora et al. (2017).
SIF_A = 1e-3


def sif_weights(counts: NDArray[np.int64], total: int, a: float = SIF_A) -> NDArray[np.float64]:
    """Smooth inverse frequency, float64 [n]: a / (a + p), p = count / total (Arora et al. 2017, section 3).

    Args:
        counts: int64 [n], how often each word occurs.
        total: how often all words of the vocabulary occur together, at least 1.
        a: the smaller, the less frequent words count.
    """
    weights: NDArray[np.float64] = a / (a + counts / max(total, 1))
    return weights


class WordWeights:
    """How much each word of a sentence counts.

    Args:
        weighting: ``mean`` or ``sif``.
        counted: words with counts, for ``sif``.
        a: SIF's constant.

    Raises ValueError where ``sif`` gets no counts.
    """

    def __init__(self, weighting: Weighting, counted: Vocabulary | None, a: float = SIF_A) -> None:
        if weighting == "sif" and (counted is None or counted.counts is None or not counted.counts.any()):
            raise ValueError("SIF needs to know how often words occur, but these vectors hold no counts")
        self._counted = counted if weighting == "sif" else None
        self._a = a
        self._total = 0 if self._counted is None else int(_counts(self._counted).sum())

    def __call__(self, words: Sequence[bytes]) -> NDArray[np.float64]:
        """Weights float64 [n] of words; one that was never counted counts in full."""
        if self._counted is None:
            return np.ones(len(words))
        rows = self._counted.find(words)
        counts = np.where(rows < 0, 0, _counts(self._counted)[rows])
        return sif_weights(counts, self._total, self._a)


def _counts(vocabulary: Vocabulary) -> NDArray[np.int64]:
    assert vocabulary.counts is not None
    return vocabulary.counts


def weighted_means(
    vectors: NDArray[np.float32], weights: NDArray[np.float64], lengths: Sequence[int]
) -> NDArray[np.float32]:
    """Sum of weight times vector divided by the number of words, of each group of rows.

    Args:
        vectors: float32 [n, D], the words of all sentences one after another.
        weights: float64 [n].
        lengths: words of each sentence, n together.

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
        vectors: float32 [sentences, D]; rows that are not finite take no part and stay as they are.
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
