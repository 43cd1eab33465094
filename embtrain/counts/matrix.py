"""A matrix of co-occurrence counts in a file, read a range of rows at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

Bytes = NDArray[np.uint8]
Ends = NDArray[np.int64]

#: Bytes of rows in memory at a time, unless a single row is longer.
RANGE_BYTES = 8 << 20
#: Widest window that can be counted.
MAX_WINDOW = 1000


@dataclass(frozen=True)
class Counting:
    """What is counted, and what a pair of words counts.

    Attributes:
        window: the largest distance of a pair.
        symmetric: whether a row counts the words on both sides of its word, or only those that follow it.
        distance_weighting: whether a pair at distance d counts 1 / d, or 1.
    """

    window: int = 10
    symmetric: bool = True
    distance_weighting: bool = True

    @property
    def units(self) -> int:
        """Units in a count of 1. Stored counts are whole numbers of units, so their sums are exact."""
        from embtrain import _native

        return _native.cooccurrence_units(self.window, self.distance_weighting)

    def describe(self) -> str:
        """Returns a text such as 'both sides within 10 words, weighted by distance'."""
        sides = "both sides" if self.symmetric else "the words that follow"
        weights = "weighted by distance" if self.distance_weighting else "unweighted"
        return f"{sides} within {counted(self.window, 'word')}, {weights}"


class RowStore(Protocol):
    """The file with the rows: a temporary file, or a file of counts."""

    def read_at(self, offset: int, buffer: Bytes) -> None:
        """Fills a buffer from a byte offset."""

    def close(self) -> None:
        """Closes the file."""


class CountMatrix:
    """Co-occurrence counts of a text.

    Attributes:
        vocabulary: the words of rows and columns, with counts.
        counting: what a pair counts.
        tokens: number of tokens in the text that was counted; 0 if unknown.
        row_ends: int64 [V], the end of each row in bytes, counted from the first row.

    Args:
        store: holds the rows, encoded, one after another.
        start: offset of the first row in the store.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        counting: Counting,
        tokens: int,
        row_ends: Ends,
        store: RowStore,
        start: int = 0,
    ) -> None:
        self.vocabulary = vocabulary
        self.counting = counting
        self.tokens = tokens
        self.row_ends = row_ends
        self._store = store
        self._start = start

    @property
    def n_bytes(self) -> int:
        """Bytes of all rows."""
        return int(self.row_ends[-1]) if len(self.row_ends) else 0

    def rows(self, first: int, last: int) -> tuple[Bytes, Ends]:
        """Reads rows first <= row < last: encoded, uint8 [n], and the end of each, int64 [last - first]."""
        start = int(self.row_ends[first - 1]) if first else 0
        ends = self.row_ends[first:last] - start
        buffer = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
        self._store.read_at(self._start + start, buffer)
        return buffer, ends

    def ranges(self, edges: NDArray[np.integer] | None = None) -> Iterator[tuple[int, int]]:
        """Yields ranges of rows of about `RANGE_BYTES`, at least one row each, that end at `edges`."""
        n_words = len(self.row_ends)
        first = 0
        while first < n_words:
            start = int(self.row_ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(self.row_ends, start + RANGE_BYTES, side="right")), first + 1)
            if edges is not None and last < n_words:
                place = int(np.searchsorted(edges, last, side="right")) - 1
                last = int(edges[place]) if edges[place] > first else int(edges[place + 1])
            yield first, last
            first = last

    def entries(self, row: int) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Reads a row: its columns, uint32 [n], ascending, and their counts, float64 [n]."""
        from embtrain import _native

        _, columns, counts = _native.read_rows(self.rows(row, row + 1)[0], len(self.row_ends))
        return columns, counts / self.counting.units

    def count_pairs(self) -> int:
        """Counts the entries of all rows; reads the whole matrix."""
        from embtrain import _native

        n_words = len(self.row_ends)
        return sum(len(_native.read_rows(self.rows(*part)[0], n_words)[1]) for part in self.ranges())

    def close(self) -> None:
        """Closes the store; nothing can be read afterwards."""
        self._store.close()
