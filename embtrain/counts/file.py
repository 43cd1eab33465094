"""Reads and writes files of co-occurrence counts (docs/reference/cooccurrences.md)."""

import json
import operator
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.counts.matrix import MAX_WINDOW, Counting, CountMatrix
from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary

FORMAT: Final = "embtrain co-occurrences"
VERSION: Final = "1"
_ALIGNMENT: Final = 64
_MAX_HEADER: Final = 1 << 20
_BLOCK: Final = 1 << 20
_TENSORS: Final = {
    "vocab.offsets": ("I64", np.int64),
    "vocab.bytes": ("U8", np.uint8),
    "counts": ("I64", np.int64),
    "row_ends": ("I64", np.int64),
    "rows": ("U8", np.uint8),
}


def _header(sizes: dict[str, int], metadata: dict[str, str]) -> bytes:
    """Returns the header with its length, padded so that the data begins at a multiple of 64."""
    header: dict[str, Any] = {"__metadata__": metadata}
    place = 0
    for name, (dtype, kind) in _TENSORS.items():
        stop = place + sizes[name] * np.dtype(kind).itemsize
        header[name] = {"dtype": dtype, "shape": [sizes[name]], "data_offsets": [place, stop]}
        place = stop
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    return struct.pack("<Q", len(text)) + text


def write_counts(matrix: CountMatrix, file: BinaryIO) -> int:
    """Writes counts and returns the bytes written. Equal counts make equal files."""
    vocabulary, counting = matrix.vocabulary, matrix.counting
    first = int(vocabulary.offsets[0])
    arena = vocabulary.arena[first : int(vocabulary.offsets[-1])]
    # Padded, so that the 64-bit tensors after the words begin at multiples of 8.
    arena = np.concatenate([arena, np.zeros(-len(arena) % _ALIGNMENT, np.uint8)])
    counts = vocabulary.counts if vocabulary.counts is not None else np.zeros(len(vocabulary), np.int64)
    arrays: dict[str, NDArray[Any]] = {
        "vocab.offsets": vocabulary.offsets - first,
        "vocab.bytes": arena,
        "counts": counts,
        "row_ends": matrix.row_ends,
    }
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "window": str(counting.window),
        "symmetric": json.dumps(counting.symmetric),
        "distance_weighting": json.dumps(counting.distance_weighting),
        "units": str(counting.units),
        "tokens": str(matrix.tokens),
    }
    header = _header(
        {name: len(array) for name, array in arrays.items()} | {"rows": matrix.n_bytes}, metadata
    )
    written = file.write(header)
    for array in arrays.values():
        written += file.write(np.ascontiguousarray(array).view(np.uint8).data)
    for begin, end in matrix.ranges():
        written += file.write(matrix.rows(begin, end)[0].data)
    return written


def read_counts(stream: BinaryIO, name: str, tmp_dir: str | None = None) -> CountMatrix:
    """Reads a file of counts; its rows are kept in a temporary file.

    Args:
        stream: the file from its beginning, decompressed.
        name: the file's name in messages.

    Raises:
        DataError: the file does not hold counts, is damaged, or ends early.
        ResourceError: the disk is full.
    """
    sizes, metadata = _read_header(stream, name)
    arrays = {key: _read_array(stream, key, sizes[key], name) for key in _TENSORS if key != "rows"}
    offsets, counts, row_ends = arrays["vocab.offsets"], arrays["counts"], arrays["row_ends"]
    n_words = len(counts)
    if len(offsets) != n_words + 1 or len(row_ends) != n_words or n_words == 0:
        raise _damaged(name, "it has different numbers of words, counts and rows")
    if offsets[0] != 0 or (np.diff(offsets) < 1).any() or offsets[-1] > len(arrays["vocab.bytes"]):
        raise _damaged(name, "the words overlap")
    if row_ends[-1] != sizes["rows"] or row_ends[0] < 0 or (np.diff(row_ends) < 0).any():
        raise _damaged(name, "the rows overlap")
    counting, tokens = _counting(metadata, name), _whole(metadata, "tokens", name)
    spool = Spool(tmp_dir)
    try:
        for block in _blocks(stream, sizes["rows"], name):
            spool.append(block)
    except BaseException:
        spool.close()
        raise
    vocabulary = Vocabulary(arrays["vocab.bytes"], offsets, counts)
    return CountMatrix(vocabulary, counting, tokens, row_ends, spool)


def _read_header(stream: BinaryIO, name: str) -> tuple[dict[str, int], dict[str, str]]:
    """Returns the number of items of each tensor, and the metadata."""
    start = stream.read(8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 0 < length <= _MAX_HEADER:
        raise _not_counts(name)
    try:
        header = json.loads(stream.read(length))
        metadata = header.pop("__metadata__")
        if metadata["format"] != FORMAT:
            raise _not_counts(name)
        if metadata["version"] != VERSION:
            raise DataError(
                f"{name}: has version {metadata['version']!r}, expected {VERSION}; use a newer embtrain"
            )
        return _sizes(header, name), metadata
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _not_counts(name) from None


def _sizes(header: dict[str, Any], name: str) -> dict[str, int]:
    if list(header) != list(_TENSORS):
        raise _damaged(name, f"its tensors are {', '.join(map(repr, list(header)[:8]))}")
    sizes, place = {}, 0
    for key, (dtype, kind) in _TENSORS.items():
        (size,) = header[key]["shape"]
        stop = place + operator.index(size) * np.dtype(kind).itemsize
        if size < 0 or header[key]["dtype"] != dtype or header[key]["data_offsets"] != [place, stop]:
            raise _damaged(name, f"{key} has another type, size or place than expected")
        sizes[key], place = size, stop
    return sizes


def _blocks(stream: BinaryIO, n_bytes: int, name: str) -> Iterator[bytes]:
    """Yields exactly n_bytes in blocks, so that memory grows as bytes arrive, whatever the header claims."""
    left = n_bytes
    while left:
        block = stream.read(min(left, _BLOCK))
        if not block:
            raise DataError(f"{name}: ends {left:,} bytes early; copy it again or make it again")
        left -= len(block)
        yield block


def _read_array(stream: BinaryIO, key: str, size: int, name: str) -> NDArray[Any]:
    kind = _TENSORS[key][1]
    data = b"".join(_blocks(stream, size * np.dtype(kind).itemsize, name))
    return np.frombuffer(data, kind)


def _counting(metadata: dict[str, str], name: str) -> Counting:
    flags = [metadata.get(key) for key in ("symmetric", "distance_weighting")]
    if not all(flag in {"true", "false"} for flag in flags):
        raise _damaged(name, "it does not say which contexts were counted")
    counting = Counting(_whole(metadata, "window", name), *(flag == "true" for flag in flags))
    if not 1 <= counting.window <= MAX_WINDOW or _whole(metadata, "units", name) != counting.units:
        raise _damaged(name, "its units are not those of its window")
    return counting


def _whole(metadata: dict[str, str], key: str, name: str) -> int:
    value = metadata.get(key, "")
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19):
        raise _damaged(name, f"'{key}' is {value!r}")
    return int(value)


def _not_counts(name: str) -> DataError:
    return DataError(
        f"{name}: is not a file of co-occurrence counts; expected one from `embtrain cooccur build`"
    )


def _damaged(name: str, found: str) -> DataError:
    return DataError(f"{name}: the counts are damaged: {found}; copy or make them again")
