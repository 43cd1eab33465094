"""Rotates one space onto another (Schoenemann 1966) to find the words that moved relative to the rest."""

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.compare.shared_words import SharedRows
from embtrain.analysis.unit_rows import BLOCK_VALUES


def aligned_cosines(first: SharedRows, second: SharedRows) -> NDArray[np.float64]:
    """The cosine of each word's two vectors after the best rotation, float64 [S]; NaN without a direction.

    The tables hold the same words, row by row, and are normalised first. The rotation (or reflection) is the
    orthogonal map that maximises the mean of these cosines. If dimensions differ, the larger space is
    projected to the dimension of the smaller one.
    """
    step = max(1, BLOCK_VALUES // max(first.dim, second.dim))
    blocks = [slice(start, start + step) for start in range(0, len(first), step)]
    products = np.zeros((first.dim, second.dim))
    for block in blocks:
        products += first.units(block).T @ second.units(block)
    left, _, right = np.linalg.svd(products, full_matrices=False)
    parts = [_cosines(first.units(block), second.units(block), left, right.T) for block in blocks]
    return np.concatenate(parts) if parts else np.empty(0)


def _cosines(
    one: NDArray[np.float32],
    other: NDArray[np.float32],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
) -> NDArray[np.float64]:
    cosines: NDArray[np.float64] = ((one @ left) * (other @ right)).sum(axis=1)
    cosines[~(one.any(axis=1) & other.any(axis=1))] = np.nan
    return cosines
