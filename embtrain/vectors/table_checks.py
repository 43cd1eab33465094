"""Checks that tables of vectors match their words."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.subwords import Subwords


def check_tables(
    vocabulary: Vocabulary,
    vectors: NDArray[np.float32],
    context: NDArray[np.float32] | None,
    subwords: "Subwords | None",
) -> None:
    """Raises ValueError unless each table has one float32 row per word, all of the same length."""
    for name, table in (("vectors", vectors), ("context", context)):
        if table is not None:
            _check_table(name, table, len(vocabulary), vectors.shape)
    if subwords is not None:
        _check_subwords(subwords, vectors.shape[1])


def _check_table(name: str, table: NDArray[np.float32], n_words: int, shape: tuple[int, ...]) -> None:
    if table.ndim != 2 or len(table) != n_words or table.shape != shape or table.shape[1] < 1:
        raise ValueError(
            f"{name} must have shape [{counted(n_words, 'word')}, dim >= 1], found {list(table.shape)}"
        )
    if table.dtype != np.float32:
        raise ValueError(f"{name} must be float32, found {table.dtype}")


def _check_subwords(subwords: "Subwords", dim: int) -> None:
    shape, dtype = subwords.vectors.shape, subwords.vectors.dtype
    if len(shape) != 2 or shape[1] != dim or dtype != np.float32:
        raise ValueError(f"vectors of n-grams must be float32 [rows, {dim}], found {dtype} {list(shape)}")
