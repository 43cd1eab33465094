"""Reads tables with rows of words followed by rows of n-grams, forward or at random."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.vectors.formats.binary.reading import BLOCK, ByteReader, Random, table_of

Floats = NDArray[np.float32]
#: Decodes rows of a quantised table, float32 [n, D], given their numbers.
Decode = Callable[[NDArray[np.int64]], Floats]


@dataclass(frozen=True)
class Matrix:
    """A table in a file.

    Attributes:
        data: the input.
        start: first byte of a dense table.
        end: first byte after the table.
        n_rows, dim: its shape.
        decode: decodes rows of a quantised table; None if the table is dense.
    """

    data: Random
    start: int
    end: int
    n_rows: int
    dim: int
    decode: Decode | None = None

    def rows(self, first: int, stop: int) -> Floats:
        """Copies rows first to stop, float32 [n, D]. Raises DataError if they are missing."""
        if self.decode is not None:
            return self.decode(np.arange(first, stop))
        place = self.start + 4 * self.dim * first
        flat: Floats = self.data.copy(place, (stop - first) * self.dim, "<f4", "rows of the table")
        return flat.reshape(-1, self.dim)

    def table(self, first: int, order: NDArray[np.int64] | None = None) -> Floats:
        """All rows from `first` on, or those that `order` selects, counted from there, as a separate table.

        Dense rows are mapped, and read on access.
        """
        if self.decode is None:
            place, n_rows = self.start + 4 * self.dim * first, self.n_rows - first
            flat: Floats = self.data.view(place, n_rows * self.dim, "<f4", "rows of n-grams")
            return flat.reshape(n_rows, self.dim)
        which = np.arange(first, self.n_rows) if order is None else first + order
        return table_of(self._decoded(which, self.decode), self.dim, self.data.tmp_dir)

    def _decoded(self, which: NDArray[np.int64], decode: Decode) -> Iterator[Floats]:
        step = block_rows(self.dim)
        for start in range(0, len(which), step):
            yield decode(which[start : start + step])


@dataclass(frozen=True)
class Arriving:
    """A dense table read forward from a stream."""

    reader: ByteReader
    dim: int

    def rows(self, first: int, stop: int) -> Floats:
        """Reads the next rows, float32 [stop - first, D]. Raises DataError if they are missing."""
        return self.reader.floats(stop - first, self.dim, "rows of the table")


def block_rows(dim: int) -> int:
    """Rows per block."""
    return max(1, BLOCK // dim)
