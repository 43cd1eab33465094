"""Normalises vectors in blocks, and bounds the error of float32 products of unit vectors."""

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import unit_rows_or_zeros

#: Values of a matrix normalised at a time: 4 MiB of float32.
BLOCK_VALUES = 1 << 20


def unit_block(vectors: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Rows start to stop, normalised by `unit_rows_or_zeros`, as float32."""
    return unit_rows_or_zeros(vectors[start:stop]).astype(np.float32)


def product_error(dim: int) -> float:
    """Upper bound of the error of the float32 dot product of two unit vectors."""
    return 1.2e-7 * (dim + 16)
