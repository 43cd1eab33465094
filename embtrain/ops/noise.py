"""Subsampling of tokens and drawing of negatives."""

import numpy as np
from numpy.typing import NDArray

from embtrain.native import native_or_plain
from embtrain.ops import draws


def keep_probabilities(counts: NDArray[np.int64], sample: float) -> NDArray[np.float32]:
    """Probability of keeping a token of each word, float32 [V]: min(1, sqrt(t / f) + t / f).

    f is the word's share of all tokens of the vocabulary, t is `sample`. If `sample` or all counts are 0,
    every token is kept.
    Source: word2vec.c (the formula of Mikolov et al. 2013b, section 2.3, lacks the second term).
    """
    if sample == 0 or not counts.any():
        return np.ones(len(counts), np.float32)
    ratio = sample * counts.sum(dtype=np.float64) / np.maximum(counts, 1)
    keep: NDArray[np.float32] = np.minimum(1.0, np.sqrt(ratio) + ratio).astype(np.float32)
    return keep


def alias_table(counts: NDArray[np.int64], exponent: float) -> NDArray[np.int64]:
    """Alias table of the noise distribution count^exponent, int64 [V], each cell threshold << 32 | alias.

    Draw (index, coin) with `draws.scaled`; the word is `index` where coin < threshold, else the cell's alias.
    Source: Vose 1991, "A linear algorithm for generating random numbers with a given distribution".
    """
    weights = np.power(np.maximum(counts, 0).astype(np.float64), exponent)
    table: NDArray[np.int64] = native_or_plain().alias_table(weights)
    return table


def draw_negatives(
    alias: NDArray[np.int64], seed: int, epoch: int, positions: NDArray[np.int64], negatives: int
) -> NDArray[np.int64]:
    """Negatives of the groups whose first centres are at corpus positions, int64 [positions, negatives].

    Source of shared negatives: within a window Ji et al. 2016, "Parallelizing Word2Vec in Shared and
    Distributed Memory"; between windows Rengasamy et al. 2017, "Optimizing Word2Vec Performance on Multicore
    Systems".
    """
    cells = alias.view(np.uint64)
    columns = []
    for k in range(negatives):
        bits = draws.draw(draws.key(seed, epoch, draws.NEGATIVE + k), positions)
        index, coin = draws.scaled(bits, len(cells))
        cell = cells[index]
        other = (cell & np.uint64(0xFFFFFFFF)).astype(np.int64)
        columns.append(np.where(coin < (cell >> np.uint64(32)), index, other))
    return np.stack(columns, axis=1) if columns else np.zeros((len(positions), 0), np.int64)
