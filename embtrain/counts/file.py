"""Reads and writes files of co-occurrence counts (docs/reference/cooccurrences.md)."""

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.counts.header import ALIGNMENT, CountsHeader, damaged, encode_header, read_header
from embtrain.counts.matrix import CountMatrix
from embtrain.counts.parts import CountsPart, Shard
from embtrain.errors import DataError, ResourceError
from embtrain.io.disk_space import Reservation
from embtrain.io.inputs.open import reading_failed
from embtrain.io.random_access_file import RandomAccessFile
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_BLOCK: Final = 1 << 20


def write_counts(matrix: CountMatrix, file: BinaryIO) -> int:
    """Writes counts and returns the bytes written. Equal counts make equal files."""
    vocabulary = matrix.vocabulary
    first = int(vocabulary.offsets[0])
    arena = vocabulary.arena[first : int(vocabulary.offsets[-1])]
    # Padded, so that the 64-bit tensors after the words begin at multiples of 8.
    arena = np.concatenate([arena, np.zeros(-len(arena) % ALIGNMENT, np.uint8)])
    counts = vocabulary.counts if vocabulary.counts is not None else np.zeros(len(vocabulary), np.int64)
    arrays: dict[str, NDArray[Any]] = {
        "vocab.offsets": vocabulary.offsets - first,
        "vocab.bytes": arena,
        "counts": counts,
        "row_ends": matrix.row_ends,
    }
    sizes = {name: len(array) for name, array in arrays.items()} | {"rows": matrix.n_bytes}
    written = file.write(encode_header(sizes, matrix.counting, matrix.tokens, matrix.text))
    for array in arrays.values():
        written += file.write(np.ascontiguousarray(array).view(np.uint8).data)
    for begin, end in matrix.ranges():
        written += file.write(matrix.rows(begin, end)[0].data)
    return written


def read_counts(stream: BinaryIO, name: str, tmp_dir: str | None = None) -> CountMatrix:
    """Reads counts from a stream; its rows are checked, and kept in a temporary file.

    Args:
        stream: the file from its beginning, decompressed.
        name: the file's name in messages.
        tmp_dir: holds the temporary file; None is the system's choice.

    Raises:
        DataError: the stream does not hold counts, is damaged, or ends early.
        ResourceError: the disk is full.
    """
    spool = Spool(tmp_dir)
    try:
        matrix = read_shard(stream, name, lambda: spool).matrix()
        matrix.count_pairs()
        return matrix
    except BaseException:
        spool.close()
        raise


def read_shard(stream: BinaryIO, name: str, spool: Callable[[], Spool], start: bytes = b"") -> Shard:
    """Reads counts from a stream, and appends its rows to a temporary file.

    Args:
        spool: returns the temporary file.
        start: what was read from the stream already.

    Raises:
        DataError, ResourceError: as for `read_counts`.
    """
    header, vocabulary = read_words(stream, name, start)
    to = spool()
    place = to.size
    for block in _blocks(stream, header.file_size - header.place("row_ends"), name):
        to.append(block)
    if stream.read(1):
        raise damaged(name, "bytes follow its end")
    first_row = place + header.place("rows") - header.place("row_ends")
    part = CountsPart(name, to, first_row, place, header.sizes["rows"])
    return Shard(header.counting, vocabulary, header.tokens, part, header.text)


def open_in_place(
    path: str, name: str, header: CountsHeader, vocabulary: Vocabulary, keep_open: bool
) -> Shard:
    """Opens an uncompressed file whose words have been read; its rows are read when they are needed.

    Args:
        keep_open: whether the file stays open; otherwise it is opened again for each read.

    Raises:
        DataError: the file has another size than its header says.
    """
    store = CountsFile(path, name, header.file_size, keep_open)
    part = CountsPart(name, store, header.place("rows"), header.place("row_ends"), header.sizes["rows"])
    return Shard(header.counting, vocabulary, header.tokens, part, header.text)


def read_words(stream: BinaryIO, name: str, start: bytes = b"") -> tuple[CountsHeader, Vocabulary]:
    """Reads a file up to the ends of its rows. Raises DataError.

    Args:
        start: what was read from the stream already.
    """
    header = read_header(stream, name, start)
    offsets = _read_array(stream, header.sizes["vocab.offsets"], np.dtype(np.int64), name)
    arena = _read_array(stream, header.sizes["vocab.bytes"], np.dtype(np.uint8), name)
    counts = _read_array(stream, header.sizes["counts"], np.dtype(np.int64), name)
    if offsets[0] != 0 or (np.diff(offsets) < 1).any() or offsets[-1] > len(arena):
        raise damaged(name, "the words overlap")
    if (counts < 0).any() or counts.sum(dtype=np.float64) >= 2**63:
        raise damaged(name, "a word has an impossible count")
    return header, Vocabulary(arena, offsets, counts)


def _blocks(stream: BinaryIO, n_bytes: int, name: str) -> Iterator[bytes]:
    """Yields exactly n_bytes in blocks, so that memory grows as bytes arrive, whatever the header claims."""
    left = n_bytes
    while left:
        block = stream.read(min(left, _BLOCK))
        if not block:
            raise _cut_short(name, left)
        left -= len(block)
        yield block


def _read_array(stream: BinaryIO, size: int, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    data = b"".join(_blocks(stream, size * dtype.itemsize, name))
    return np.frombuffer(data, dtype)


def _cut_short(name: str, missing: int) -> DataError:
    return DataError(f"{name}: ends {counted(missing, 'byte')} early; copy it again, or count again")


class CountsFile(RandomAccessFile):
    """An uncompressed file of counts that is read in place.

    Args:
        path: the file.
        name: its name in messages.
        size: its expected size.
        keep_open: whether to keep it open between reads.

    Raises:
        DataError: it has another size.
    """

    def __init__(self, path: str, name: str, size: int, keep_open: bool) -> None:
        super().__init__(-1, Reservation(-1))
        self._path, self._name = path, name
        self._keep_open = keep_open
        self._identity = self._open()
        found = self._identity[2]
        if found != size:
            self.close()
            raise _cut_short(name, size - found) if found < size else damaged(name, "bytes follow its end")
        if not keep_open:
            self.close()

    def read_at(self, offset: int, buffer: Any) -> None:
        """Fills a buffer. Raises DataError if the file has changed, ResourceError if it cannot be read."""
        opened = self._descriptor < 0
        identity = self._open() if opened else _identity(self._descriptor)
        try:
            if identity != self._identity:
                raise DataError(
                    f"{self._name}: the file changed while it was read; run this again when nothing "
                    "writes to it"
                )
            super().read_at(offset, buffer)
        finally:
            if opened:
                self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> tuple[int, int, int, int]:
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            return _identity(self._descriptor)
        except OSError as error:
            raise reading_failed(self._name, 0, error.strerror or str(error)) from error

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        return reading_failed(self._name, offset, reason or "unknown")


def _identity(descriptor: int) -> tuple[int, int, int, int]:
    """Device, inode, size and modification time of an open file."""
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
