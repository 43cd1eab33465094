"""Reads rows of a table by token id, as blocks of words and vectors, for formats with a tokenizer."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.formats.base import RowBlock
from embtrain.vectors.formats.tables.stored_table import StoredTable
from embtrain.vectors.formats.tokenizer_models.tokenizer_words import Tokens
from embtrain.vocabulary import Vocabulary


def named_rows(tokens: Tokens, n_rows: int, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Rows with a token, ascending, and their tokens.

    Raises DataError if a token has no row: tokenizer and table then belong to different models.
    """
    rows = sorted(tokens.by_id)
    if not rows or rows[0] < 0 or rows[-1] >= n_rows:
        found = "no tokens" if not rows else f"the ids {rows[0]} to {rows[-1]}"
        raise DataError(
            f"{name}: expected token ids from 0 to {n_rows - 1}, a row for each, found {found}; the"
            " tokenizer is that of another model"
        )
    return np.array(rows, np.int64), [tokens.by_id[row] for row in rows]


def picked(table: StoredTable, rows: NDArray[np.int64], words: list[str]) -> Iterator[RowBlock]:
    """Yields some rows of a table with their words; rows are ascending and may repeat."""
    first = place = 0
    for vectors in table.blocks():
        last = int(np.searchsorted(rows, first + len(vectors)))
        if last > place:
            mine = rows[place:last] - first
            whole = len(mine) == len(vectors) and bool((mine == np.arange(len(vectors))).all())
            yield RowBlock(Vocabulary.from_words(words[place:last]), vectors if whole else vectors[mine])
        first, place = first + len(vectors), last


def without_words(n_rows: int) -> tuple[str, ...]:
    """The note that rows were left out because they have no token."""
    return (f"rows beyond the tokenizer's vocabulary ({n_rows:,})",) if n_rows else ()
