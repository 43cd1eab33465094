"""Finds tables in safetensors files of other tools, and checks headers against the files."""

import math
import os

import msgspec

from embtrain.errors import DataError
from embtrain.vectors.formats.tables.stored_table import BFLOAT16, StoredTable
from embtrain.wording import counted

# The same limit as in the library "safetensors".
_MAX_HEADER = 100_000_000
_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": BFLOAT16,
    "I8": "|i1",
    "I64": "<i8",
    "I32": "<i4",
}
_SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I8": 1, "U8": 1, "BOOL": 1, "I16": 2, "I32": 4, "I64": 8}


class Entry(msgspec.Struct, frozen=True):
    """One tensor: safetensors' dtype, shape, and byte range relative to the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


class SafetensorsFile:
    """The header of a safetensors file.

    Attributes:
        path: path of the file.
        entries: tensors by name.
        metadata: text by key.
    """

    def __init__(self, path: str) -> None:
        """Raises DataError if it is not a safetensors file or is truncated, OSError if it cannot be read."""
        self.path = path
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(_MAX_HEADER, size - 8):
                limit = f"the length of a header, at most {min(_MAX_HEADER, max(0, size - 8))}"
                raise self._bad(0, limit, str(length))
            text = file.read(length)
        self._data_start, self._size = 8 + length, size
        try:
            raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
            metadata = raw.pop("__metadata__", msgspec.Raw(b"{}"))
            self.metadata = msgspec.json.decode(metadata, type=dict[str, str] | None) or {}
            self.entries = {name: msgspec.json.decode(entry, type=Entry) for name, entry in raw.items()}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._bad(8, "a safetensors header", str(error)) from None

    def _bad(self, byte: int, expected: str, found: str) -> DataError:
        return DataError(
            f"{self.path}: byte {byte}: expected {expected}, found {found}; the file is damaged, or no"
            " safetensors file: fetch it again"
        )

    def table(self, name: str) -> StoredTable:
        """Locates a tensor [rows, dim] or [rows]; the latter counts as rows of one value.

        Raises DataError if it has another shape, a non-numeric type, or a place outside the file.
        """
        entry = self.entries[name]
        start, stop = entry.data_offsets
        shape = entry.shape if len(entry.shape) == 2 else (*entry.shape, 1)
        if len(shape) != 2 or min(shape) < 0 or shape[1] < 1 or entry.dtype not in _DTYPES:
            raise self._bad(8, f"{name!r} as a table of numbers", f"{entry.dtype} {list(entry.shape)}")
        if stop - start != math.prod(shape) * _SIZES[entry.dtype] or start < 0:
            expected = f"data_offsets of {name!r} to fit {entry.dtype} {list(entry.shape)}"
            raise self._bad(8, expected, f"{start} to {stop}")
        if self._data_start + stop > self._size:
            raise self._bad(
                self._size, f"{counted(self._data_start + stop, 'byte')} in all", "the end of the file"
            )
        return StoredTable(self.path, self._data_start + start, _DTYPES[entry.dtype], (shape[0], shape[1]))


def tensor_names(path: str) -> tuple[str, ...]:
    """Names of a file's tensors; empty if it is not a safetensors file, damaged, or cannot be read."""
    try:
        return tuple(SafetensorsFile(path).entries)
    except (DataError, OSError):
        return ()
