"""Vectors of texts: the rows of their words, and means of rows."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import joined
from embtrain.plain.find_words import WordIndex
from embtrain.plain.scanner import Chunk
from embtrain.wording import counted

Rows = NDArray[np.float32]


def find_text(
    index: WordIndex, text: Chunk, keep_unknown: bool, threads: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Looks up the words of lines of text, separated by ASCII white space.

    Returns:
        The row of each word, int64, -1 if it is absent; where the words of each line begin, int64 [lines +
        1]; bytes and offsets of the absent words, if they are to be kept.
    """
    lines = [line.split() for line in bytes(text).split(b"\n")]
    words = [word for line in lines for word in line]
    rows = np.fromiter(map(index.row, words), np.int64, len(words))
    ends = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=ends[1:])
    unknown = [word for word, row in zip(words, rows.tolist(), strict=True) if row < 0]
    return rows, ends, *joined(unknown if keep_unknown else [])


def mean_rows(
    table: Rows,
    more: Rows,
    rows: NDArray[np.int64],
    weights: NDArray[np.float64],
    ends: NDArray[np.int64],
    out: Rows,
    threads: int,
) -> NDArray[np.int64]:
    """Writes the weighted mean of each list of rows to out; returns the number of rows in each, int64.

    Row V + i is row i of `more`; negative rows are left out, and a list without rows leaves its row of out
    as it is. Empty weights are equal weights.

    Raises:
        ValueError: the arrays do not fit each other, or a row is in neither table.
    """
    n_rows = len(table) + len(more)
    if len(ends) != len(out) + 1 or ends[0] < 0 or ends[-1] > len(rows) or (np.diff(ends) < 0).any():
        raise ValueError(f"ends must rise from 0 to at most {len(rows)}, one more of them than rows of out")
    if len(weights) not in (0, len(rows)):
        raise ValueError("there must be one weight for each row, or none")
    if len(rows) and rows.max() >= n_rows:
        raise ValueError(f"row {rows.max()} is not among the {counted(n_rows, 'row')}")
    counts = np.zeros(len(out), np.int64)
    for place, (start, stop) in enumerate(pairwise(ends.tolist())):
        given = rows[start:stop]
        known = given[given >= 0]
        counts[place] = len(known)
        if len(known) == 0:
            continue
        vectors = np.where(
            (known < len(table))[:, None],
            _taken(table, known),
            _taken(more, known - len(table)),
        ).astype(np.float64)
        if len(weights):
            vectors *= weights[start:stop][given >= 0][:, None]
        out[place] = vectors.sum(axis=0) / len(known)
    return counts


def _taken(table: Rows, rows: NDArray[np.int64]) -> Rows:
    """Rows of a table; some other row, or zeros, for a row that is not in it."""
    if len(table) == 0:
        return np.zeros((len(rows), table.shape[1]), np.float32)
    taken: Rows = table[np.clip(rows, 0, len(table) - 1)]
    return taken
