"""Reads tables of vectors stored row by row in a file (npy, safetensors), in blocks of float32."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, ResourceError
from embtrain.io.inputs.mapped import check_whole
from embtrain.wording import counted

BLOCK_BYTES = 1 << 20
BFLOAT16 = "bfloat16"
_MAX_NPY_HEADER = 10_000
_FLOATS = {"f2", "f4", "f8"}


@dataclass(frozen=True)
class StoredTable:
    """The place of a table [V, D] in a file.

    Attributes:
        path: path of the file.
        start: offset of the table's first byte.
        dtype: numpy's name for the type with byte order ("<f4"), or BFLOAT16 (little-endian).
        shape: V and D.
        by_column: whether the table is stored by columns instead of rows.
    """

    path: str
    start: int
    dtype: str
    shape: tuple[int, int]
    by_column: bool = False

    @property
    def row_bytes(self) -> int:
        return self.shape[1] * (2 if self.dtype == BFLOAT16 else np.dtype(self.dtype).itemsize)

    @property
    def is_exact(self) -> bool:
        """Whether float32 can represent every value exactly."""
        return self.dtype[1:] != "f8"

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yields the rows in order, float32 [rows, D], each block valid until the next.

        Raises DataError if the file ends early, ResourceError if it cannot be read.
        """
        try:
            with open(self.path, "rb", buffering=0) as file:
                yield from self._columns() if self.by_column else self._rows(file)
        except OSError as error:
            raise ResourceError(f"{self.path}: reading failed: {error.strerror}") from error

    def load(self) -> NDArray[np.generic]:
        """Reads a small table whole, [V, D], in its own type (bfloat16 as uint16).

        Raises DataError if the file ends early, OSError if it cannot be read.
        """
        dtype = "<u2" if self.dtype == BFLOAT16 else self.dtype
        count = self.shape[0] * self.shape[1]
        values = np.fromfile(self.path, dtype, count, offset=self.start)
        if len(values) < count:
            end = self.start + self.shape[0] * self.row_bytes
            raise DataError(_too_short(self.path, end, self.start + values.nbytes))
        return values.reshape(self.shape, order="F" if self.by_column else "C")

    def _columns(self) -> Iterator[NDArray[np.float32]]:
        mapped = np.memmap(self.path, self.dtype, "r", self.start, self.shape, "F")
        yield from array_blocks(mapped)

    def _rows(self, file: BinaryIO) -> Iterator[NDArray[np.float32]]:
        n_rows, row_bytes = self.shape[0], self.row_bytes
        step = _block_rows(self.shape[1])
        buffer = bytearray(min(step, n_rows) * row_bytes)
        file.seek(self.start)
        for first in range(0, n_rows, step):
            rows = min(step, n_rows - first)
            view = memoryview(buffer)[: rows * row_bytes]
            self._fill(file, view, self.start + first * row_bytes)
            yield self._widen(view, rows)

    def _fill(self, file: BinaryIO, view: memoryview, start: int) -> None:
        filled = 0
        while filled < len(view):
            count = file.readinto(view[filled:])  # type: ignore[attr-defined]
            if not count:
                raise DataError(
                    _too_short(self.path, self.start + self.shape[0] * self.row_bytes, start + filled)
                )
            filled += count

    def _widen(self, view: memoryview, rows: int) -> NDArray[np.float32]:
        if self.dtype == BFLOAT16:
            # bfloat16 is the upper half of a float32.
            wide = np.frombuffer(view, "<u2").astype(np.uint32) << np.uint32(16)
            return wide.view(np.float32).reshape(rows, -1)
        return to_float32(np.frombuffer(view, self.dtype)).reshape(rows, -1)


def _too_short(path: str, expected: int, found: int) -> str:
    return (
        f"{path}: byte {found}: expected {counted(expected, 'byte')} up to the last vector, found the end; "
        "the file was cut short: copy it again"
    )


def to_float32(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Converts values to float32 in native byte order; float64 is rounded to the nearest."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False)


def _block_rows(dim: int) -> int:
    """Rows per block, the same for tables of any type."""
    return max(1, BLOCK_BYTES // (4 * max(1, dim)))


def array_blocks(array: NDArray[np.generic]) -> Iterator[NDArray[np.float32]]:
    """Yields the rows of an array [V, D] in blocks, float32 [rows, D] in C order."""
    step = _block_rows(array.shape[1])
    for first in range(0, len(array), step):
        check_whole(array)
        yield np.ascontiguousarray(to_float32(array[first : first + step]))


def table_blocks(table: "StoredTable | NDArray[np.generic]") -> Iterator[NDArray[np.float32]]:
    """Yields the rows of a table in a file or in memory in blocks, like `StoredTable.blocks`."""
    return table.blocks() if isinstance(table, StoredTable) else array_blocks(table)


def npy_table(path: str) -> StoredTable:
    """Locates the table in an npy file from its header.

    Raises:
        DataError: it is not an npy file, not a table of floats, or shorter than its header says.
        OSError: the file cannot be opened.
    """
    with open(path, "rb") as file:
        shape, by_column, dtype = read_npy_header(file, path)
        start = file.tell()
        size = os.fstat(file.fileno()).st_size
    if len(shape) != 2 or shape[1] < 1 or dtype.str[1:] not in _FLOATS:
        found = f"shape {list(shape)} of {dtype}"
        raise DataError(
            f"{path}: expected a table [words, dim >= 1] of floats, found {found}; this is another array"
        )
    table = StoredTable(path, start, dtype.str, (shape[0], shape[1]), by_column)
    if size < start + shape[0] * table.row_bytes:
        raise DataError(_too_short(path, start + shape[0] * table.row_bytes, size))
    return table


def read_npy_header(file: IO[bytes], name: str) -> "tuple[tuple[int, ...], bool, np.dtype[np.generic]]":
    """Shape, whether it is stored by columns, and dtype of an npy file; leaves the file at the data.

    Raises DataError if it is not an npy file, or holds Python objects.
    """
    read = np.lib.format
    try:
        version = read.read_magic(file)
        header = read.read_array_header_1_0 if version == (1, 0) else read.read_array_header_2_0
        shape, by_column, dtype = header(file, max_header_size=_MAX_NPY_HEADER)
    except Exception as error:  # the header is Python text, and numpy does not wrap errors of its parser
        problem = str(error).partition("\n")[0] or type(error).__name__
        raise DataError(f"{name}: expected a numpy array (.npy), found {problem}; copy it again") from error
    if dtype.hasobject or dtype.subdtype or dtype.names:
        raise DataError(
            f"{name}: expected numbers, found {dtype}; arrays of objects can run code and are not read"
        )
    if any(length < 0 for length in shape):
        raise DataError(
            f"{name}: expected lengths of 0 or more, found the shape {list(shape)}; copy it again"
        )
    return shape, by_column, dtype
