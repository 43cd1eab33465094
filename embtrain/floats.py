"""Arithmetic on the values of vectors: whatever a file holds, and rows of unit length."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def without_warnings() -> np.errstate:
    """For sums and products of a file's values: those that are not finite are data, and no reason to warn."""
    return np.errstate(all="ignore")


def unit_rows(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The vectors [..., D] scaled to length 1, float64; not finite where one is zero or not finite."""
    with without_warnings():
        exact = vectors.astype(np.float64)
        exact /= np.sqrt(np.square(exact).sum(axis=-1, keepdims=True))
    return exact


def unit_rows_or_zeros(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Rows [n, D] scaled to length 1, float64; zeros where one is zero or not finite."""
    unit = unit_rows(vectors)
    unit[~np.isfinite(unit).all(axis=1)] = 0
    return unit


def normalized(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Rows [n, D] scaled to length 1, float32, and how many are zero or not finite: these stay as they
    are."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    scalable = np.isfinite(lengths) & (lengths > 0)
    return (wide / np.where(scalable, lengths, 1)[:, None]).astype(np.float32), int((~scalable).sum())
