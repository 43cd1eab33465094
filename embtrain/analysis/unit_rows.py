"""Vectors of length 1, and how far the float32 products of such vectors can be off."""

import numpy as np
from numpy.typing import NDArray

#: Values of a matrix that are normalised at a time: 4 MiB of float32.
BLOCK_VALUES = 1 << 20


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows scaled to length 1, float64 [n, D]; zeros for rows that are zero or not finite."""
    exact = vectors.astype(np.float64)
    with np.errstate(all="ignore"):
        unit: NDArray[np.float64] = exact / np.sqrt(np.square(exact).sum(axis=1, keepdims=True))
    unit[~np.isfinite(unit).all(axis=1)] = 0
    return unit


def unit_block(vectors: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Rows start to stop, as `unit_rows` gives them, in float32."""
    return unit_rows(vectors[start:stop]).astype(np.float32)


def product_error(dim: int) -> float:
    """Upper bound of the error of a float32 scalar product of two vectors of length 1."""
    return 1.2e-7 * (dim + 16)
