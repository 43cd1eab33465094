"""A matrix of co-occurrence counts in a file, read a range of rows at a time."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.counting import Counting as Counting
from embtrain.counts.header import damaged
from embtrain.vocabulary import Vocabulary

Bytes = NDArray[np.uint8]
Ends = NDArray[np.int64]

#: Bytes of rows in memory at a time, unless a single row is longer.
RANGE_BYTES = 8 << 20


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
        name: the matrix's name in messages.
        text: JSON of the options that made words of the text; None if unknown.

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
        name: str = "the counts",
        text: str | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.counting = counting
        self.tokens = tokens
        self.row_ends = row_ends
        self._store = store
        self._start = start
        self.name = name
        self.text = text

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

    def entries(self, first: int, last: int) -> tuple[Ends, NDArray[np.uint32], NDArray[np.float64]]:
        """Decodes rows first <= row < last.

        Returns:
            The end of each row, int64 [last - first], in entries; columns, uint32 [n], ascending within a
            row; their counts, float64 [n].

        Raises:
            DataError: the rows are damaged.
        """
        try:
            ends, columns, counts = _native.read_rows(self.rows(first, last)[0], len(self.row_ends))
        except ValueError as error:
            raise damaged(self.name, str(error)) from error
        return ends, columns, counts / self.counting.units

    def count_pairs(self, threads: int = 1) -> int:
        """Counts the entries of all rows, and checks these; reads the whole matrix.

        Raises:
            DataError: the rows are damaged.
        """
        n_words = len(self.row_ends)
        try:
            return sum(_native.count_entries(*self.rows(*some), n_words, threads) for some in self.ranges())
        except ValueError as error:
            raise damaged(self.name, str(error)) from error

    def close(self) -> None:
        """Closes the store; nothing can be read afterwards."""
        self._store.close()
