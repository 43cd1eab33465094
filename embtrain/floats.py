"""Arithmetic on vectors: non-finite values without warnings, and rows of unit length."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def without_warnings() -> np.errstate:
    """Silences numpy's warnings for arithmetic on a file's values, where non-finite values are valid data."""
    return np.errstate(all="ignore")


def unit_rows(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Scales vectors [..., D] to length 1, float64; zero or non-finite vectors give non-finite results."""
    with without_warnings():
        exact = vectors.astype(np.float64)
        exact /= np.sqrt(np.square(exact).sum(axis=-1, keepdims=True))
    return exact


def unit_rows_or_zeros(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Scales rows [n, D] to length 1, float64; zero or non-finite rows become zeros."""
    unit = unit_rows(vectors)
    unit[~np.isfinite(unit).all(axis=1)] = 0
    return unit


def normalized(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Scales rows [n, D] to length 1, float32, and counts zero or non-finite rows, which stay unchanged."""
    with without_warnings():  # numpy 1 warns of every NaN that it casts
        scaled, n_without_length = scaled_to_unit(vectors.astype(np.float64))
        return scaled.astype(np.float32), n_without_length


def scaled_to_unit(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """The same as `normalized` in float64."""
    with without_warnings():
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        scalable = np.isfinite(lengths) & (lengths > 0)
        scaled = rows / np.where(scalable, lengths, 1)[:, None]
    return scaled, int((~scalable).sum())
