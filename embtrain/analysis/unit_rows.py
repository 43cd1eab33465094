"""Vectors of length 1 in blocks, and the error of the float32 products of such vectors."""

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import unit_rows_or_zeros

#: Values of a matrix that are normalised at a time: 4 MiB of float32.
BLOCK_VALUES = 1 << 20


def unit_block(vectors: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Rows start to stop, as `unit_rows_or_zeros` gives them, in float32."""
    return unit_rows_or_zeros(vectors[start:stop]).astype(np.float32)


def product_error(dim: int) -> float:
    """Upper bound of the error of a float32 scalar product of two vectors of length 1."""
    return 1.2e-7 * (dim + 16)
