"""Stores rows of vectors until all words are known: in memory while they are few, then in a file."""

import mmap
from collections.abc import Iterator
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from embtrain.io.spool import Spool

_IN_MEMORY = 16 << 20
_BLOCK_BYTES = 1 << 20


class RowSpool:
    """Rows float32 [n, dim]: appended, changed anywhere, and read in order.

    Args:
        dim: values per row.
        directory: where to create the file, if one is needed; None for the system's temporary directory.
    """

    def __init__(self, dim: int, directory: str | None) -> None:
        self._dim = dim
        self._directory = directory
        self._held: list[NDArray[np.float32]] = []
        self._spool: Spool | None = None
        self.n_rows = 0

    def __enter__(self) -> "RowSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._spool is not None:
            self._spool.close()

    @property
    def n_bytes_on_disk(self) -> int:
        """Bytes of temporary data."""
        return 0 if self._spool is None else self._spool.size

    def append(self, rows: NDArray[np.float32]) -> None:
        """Appends a copy of rows [n, dim]. Raises ResourceError if the disk is full."""
        self.n_rows += len(rows)
        if self._spool is not None:
            self._spool.append(np.ascontiguousarray(rows).reshape(-1))
            return
        self._held.append(np.array(rows, np.float32, order="C"))
        if 4 * self._dim * self.n_rows > _IN_MEMORY:
            self._move_to_disk()

    def _move_to_disk(self) -> None:
        self._spool = Spool(self._directory)
        for rows in self._held:
            self._spool.append(rows.reshape(-1))
        self._held.clear()

    def read(self, row: int) -> NDArray[np.float32]:
        """A copy of one row, float32 [dim]."""
        spool = self._on_disk()
        values = np.empty(self._dim, np.float32)
        spool.read_at(4 * self._dim * row, values)
        return values

    def change(self, row: int, values: NDArray[np.float32]) -> None:
        """Replaces a row by other values, float32 [dim]."""
        self._on_disk().write_at(4 * self._dim * row, np.ascontiguousarray(values))

    def _on_disk(self) -> Spool:
        if self._spool is None:
            self._move_to_disk()
        assert self._spool is not None
        return self._spool

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yields all rows in order, each block valid until the next."""
        if self._spool is None:
            yield from self._held
            return
        n_block = max(1, _BLOCK_BYTES // (4 * self._dim))
        buffer = np.empty((n_block, self._dim), np.float32)
        for start in range(0, self.n_rows, n_block):
            block = buffer[: self.n_rows - start]
            self._spool.read_at(4 * self._dim * start, block.reshape(-1))
            yield block

    def table(self) -> NDArray[np.float32]:
        """All rows as one table, float32 [n, dim]; what is on disk is mapped and read on access."""
        if self._spool is None:
            return np.concatenate(self._held or [np.empty((0, self._dim), np.float32)])
        mapping = mmap.mmap(self._spool.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(mapping, np.float32, self.n_rows * self._dim).reshape(-1, self._dim)
