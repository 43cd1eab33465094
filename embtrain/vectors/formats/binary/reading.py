"""Reads binary formats forward or at random, with bounded memory and errors that name the byte."""

import mmap
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vectors.formats.base import Problem, ReadOptions, Rows, VectorInput
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

BLOCK = 1 << 20
# Decoded tables up to this size are kept in memory.
IN_MEMORY = 1 << 26
DAMAGED = "the file is damaged or was cut short: fetch or write it again"


def bad(name: str, byte: int, expected: str, found: str, remedy: str = DAMAGED) -> DataError:
    """Builds the DataError for a binary format: file, byte, expected, found, what to do."""
    return DataError(f"{name}: byte {byte:,}: expected {expected}, found {found}; {remedy}")


def report(options: ReadOptions, kind: Literal["header", "truncated"], byte: int, message: str) -> None:
    """Reports a problem that leaves words and vectors intact."""
    options.report(Problem(kind, f"byte {byte:,}", message))


def check_width(rows: Rows) -> None:
    """Raises DataError if words were cut to fewer values than n-grams."""
    if rows.subwords is not None and rows.subwords.vectors.shape[1] != rows.dim:
        found = rows.subwords.vectors.shape[1]
        raise DataError(
            f"vectors of words have {counted(rows.dim, 'value')} and those of n-grams {found}: with fewer "
            "values a word's vector is no longer the mean of its n-grams; leave the n-grams out"
        )


class ByteReader:
    """A stream that is read forward.

    Attributes:
        name: the input's name in messages.
        position: bytes read so far.
    """

    def __init__(self, source: VectorInput) -> None:
        self.name = source.name
        self.position = 0
        self.size = _size_of(source.path)
        self._stream: BinaryIO = source.stream
        self._left = b""

    @classmethod
    def over(cls, data: "Random", position: int) -> "ByteReader":
        """Reads random-access data from a position on."""
        reader = cls(VectorInput(data.name, data.stream(position), None))
        reader.position, reader.size = position, data.size
        return reader

    def read(self, n_bytes: int, what: str) -> bytes:
        """Reads exactly n_bytes. Raises DataError at the end of the data; ``what`` names the bytes in it."""
        self.expect(n_bytes, what)
        while len(self._left) < n_bytes:
            more = self._stream.read(min(n_bytes - len(self._left), max(BLOCK, len(self._left))))
            if not more:
                raise self._cut(n_bytes, what)
            self._left = self._left + more if self._left else more
        content, self._left = self._left[:n_bytes], self._left[n_bytes:]
        self.position += n_bytes
        return content

    def expect(self, n_bytes: int, what: str) -> None:
        """Raises DataError if the file is known to be too short for n_bytes more."""
        if self.size is not None and n_bytes > self.size - self.position:
            found = f"the end of the file at byte {self.size:,}"
            raise bad(self.name, self.position, f"{counted(n_bytes, 'byte')} of {what}", found)

    def unpack(self, layout: str, what: str) -> tuple[Any, ...]:
        """Reads little-endian numbers in a layout of ``struct``."""
        return struct.unpack("<" + layout, self.read(struct.calcsize("<" + layout), what))

    def floats(self, n_rows: int, dim: int, what: str) -> NDArray[np.float32]:
        """Reads rows, float32 [n_rows, D]."""
        content = self.read(n_rows * dim * 4, what)
        return np.frombuffer(content, "<f4").reshape(n_rows, dim)

    def entries(
        self, n: int, layout: Literal["fasttext", "prefixed", "indexed"], what: str
    ) -> tuple[Vocabulary, NDArray[np.int64], NDArray[np.uint8]]:
        """Reads n words with the number that the layout gives each, and their types (fastText).

        Memory grows with the data. Raises DataError if there are fewer words.
        """
        from embtrain._native import read_entries

        parts = []
        missing = n
        while missing:
            data = np.frombuffer(self._left, np.uint8)
            part = read_entries(data, missing, layout)
            if len(part[1]) > 1:
                parts.append(part)
                missing -= len(part[1]) - 1
                self._take(part[4])
            elif not self._fill():
                place = self.position
                raise bad(self.name, place, f"{what} {n - missing + 1:,} of {n:,}", "the end of the data")
        return _joined(parts)

    def _take(self, n_bytes: int) -> None:
        self._left = self._left[n_bytes:]
        self.position += n_bytes

    def _fill(self) -> bool:
        more = self._stream.read(max(BLOCK, len(self._left)))
        self._left += more
        return bool(more)

    def peek(self, n_bytes: int) -> bytes:
        """The next n_bytes, or fewer at the end, without consuming them."""
        while len(self._left) < n_bytes and self._fill():
            pass
        return self._left[:n_bytes]

    def skip(self, n_bytes: int, what: str) -> None:
        """Skips n_bytes. Raises DataError if there are fewer."""
        self.expect(n_bytes, what)
        if n_bytes > len(self._left) and isinstance(self._stream, _Cursor):
            self._stream.skip(n_bytes - len(self._left))
            self._left = b""
            self.position += n_bytes
            return
        while n_bytes:
            step = min(n_bytes, BLOCK)
            self.read(step, what)
            n_bytes -= step

    def at_end(self) -> bool:
        """Whether the data has ended."""
        return not self._left and not self._fill()

    def rest(self) -> Iterator[bytes]:
        """Yields the remaining bytes in blocks."""
        while self._left or self._fill():
            block, self._left = self._left, b""
            self.position += len(block)
            yield block

    def _cut(self, n_bytes: int, what: str) -> DataError:
        found = f"the end of the data after {len(self._left):,}"
        return bad(self.name, self.position, f"{counted(n_bytes, 'byte')} of {what}", found)


def _size_of(path: str | None) -> int | None:
    if path is None:
        return None
    status = os.stat(path)
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _joined(parts: list[Any]) -> tuple[Vocabulary, NDArray[np.int64], NDArray[np.uint8]]:
    if not parts:
        empty = np.zeros(0, np.uint8)
        return Vocabulary(empty, np.zeros(1, np.int64)), np.zeros(0, np.int64), empty
    starts = np.cumsum([0, *(len(part[0]) for part in parts)])
    offsets = [part[1][1:] + start for part, start in zip(parts, starts.tolist(), strict=False)]
    arena = np.concatenate([part[0] for part in parts])
    bounds = np.concatenate([np.zeros(1, np.int64), *offsets])
    values = np.concatenate([part[2] for part in parts])
    return Vocabulary(arena, bounds), values, np.concatenate([part[3] for part in parts])


class Random:
    """Random access to the bytes of a file.

    Attributes:
        start: position of the first byte in the input.
        size: position of the end in the input.
    """

    def __init__(self, name: str, descriptor: int, start: int, tmp_dir: str | None) -> None:
        self.name = name
        self.start = start
        self.tmp_dir = tmp_dir
        self.size = os.fstat(descriptor).st_size + start
        self._descriptor = descriptor
        self._mapping = (
            mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) if self.size > start else memoryview(b"")
        )

    def expect(self, position: int, n_bytes: int, what: str) -> None:
        """Raises DataError if fewer than n_bytes follow a position."""
        if n_bytes > self.size - position:
            found = f"the end of the data at byte {self.size:,}"
            raise bad(self.name, position, f"{counted(n_bytes, 'byte')} of {what}", found)

    def view(self, position: int, n_items: int, dtype: str, what: str) -> "NDArray[Any]":
        """A flat view of n_items from a position on, which may outlive this object. Raises like `expect`."""
        self.expect(position, n_items * np.dtype(dtype).itemsize, what)
        return np.frombuffer(self._mapping, dtype, n_items, position - self.start)

    def copy(self, position: int, n_items: int, dtype: str, what: str) -> "NDArray[Any]":
        """Copies n_items without mapping them, because mapped pages would count as memory of the process."""
        self.expect(position, n_items * np.dtype(dtype).itemsize, what)
        content = np.empty(n_items, dtype)
        buffer, done = content.view(np.uint8).data, 0
        while done < len(buffer):
            n_read = os.preadv(self._descriptor, [buffer[done:]], position - self.start + done)
            if n_read == 0:
                raise bad(self.name, position + done, what, "the end of the file, which became shorter")
            done += n_read
        return content

    def stream(self, position: int) -> BinaryIO:
        """An independent stream over the data, from a position on."""
        return cast(BinaryIO, _Cursor(self._descriptor, position - self.start))

    def unpack(self, position: int, layout: str, what: str) -> tuple[Any, ...]:
        """Reads little-endian numbers at a position."""
        content = self.copy(position, struct.calcsize("<" + layout), "u1", what)
        return struct.unpack("<" + layout, content.tobytes())


class _Cursor:
    """A stream over a shared file descriptor."""

    def __init__(self, descriptor: int, position: int) -> None:
        self._descriptor = descriptor
        self._position = position

    def read(self, n_bytes: int) -> bytes:
        content = os.pread(self._descriptor, n_bytes, self._position)
        self._position += len(content)
        return content

    def skip(self, n_bytes: int) -> None:
        self._position += n_bytes


@contextmanager
def at_random(source: VectorInput, reader: ByteReader, tmp_dir: str | None) -> Iterator[Random]:
    """Gives random access to the rest of the input.

    An uncompressed file is mapped. A pipe is first copied to a temporary file in `tmp_dir`, which is mapped:
    the table of n-grams is needed before the first word but follows the last.
    """
    if source.path is not None and reader.size is not None:
        with open(source.path, "rb", buffering=0) as file:
            yield Random(source.name, file.fileno(), 0, tmp_dir)
    else:
        start = reader.position
        with Spool(tmp_dir) as spool:
            for block in reader.rest():
                spool.append(block)
            yield Random(source.name, spool.fileno(), start, tmp_dir)


def table_of(blocks: Iterator[NDArray[np.float32]], dim: int, tmp_dir: str | None) -> NDArray[np.float32]:
    """Joins blocks of rows to a table, float32 [n, D]. A large table is mapped from a temporary
    file, which disappears with the last reference to the table."""
    with Spool(tmp_dir) as spool:
        for block in blocks:
            spool.append(np.ascontiguousarray(block, "<f4").data)
        if spool.size <= IN_MEMORY:
            content = np.empty(spool.size // 4, "<f4")
            spool.read_at(0, content.data)
        else:
            content = np.frombuffer(mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ), "<f4")
    return content.reshape(-1, dim)
