"""The header of a file of co-occurrence counts (docs/reference/cooccurrences.md), without numpy.

Treats all input as hostile.
"""

import json
import operator
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from embtrain.counts.counting import MAX_WINDOW, Counting
from embtrain.errors import DataError
from embtrain.option_names import option

FORMAT: Final = "embtrain co-occurrences"
VERSION: Final = "1"
#: The tensors in the order of the file, with their types and the bytes of an item.
TENSORS: Final = {
    "vocab.offsets": ("I64", 8),
    "vocab.bytes": ("U8", 1),
    "counts": ("I64", 8),
    "row_ends": ("I64", 8),
    "rows": ("U8", 1),
}
#: The data begins at a multiple of this.
ALIGNMENT: Final = 64
#: The length of the header, and its first character.
START_BYTES: Final = 9
_MAX_HEADER: Final = 1 << 20


@dataclass(frozen=True)
class CountsHeader:
    """A checked header.

    Attributes:
        sizes: number of items of each tensor, in the order of `TENSORS`.
        counting: what was counted.
        tokens: tokens of the text; 0 if unknown.
        text: JSON of the options that made words of it; None if unknown.
        data_start: offset of the first tensor.
    """

    sizes: dict[str, int]
    counting: Counting
    tokens: int
    text: str | None
    data_start: int

    @property
    def n_words(self) -> int:
        """Number of words, V."""
        return self.sizes["counts"]

    def place(self, tensor: str) -> int:
        """Offset of a tensor in the file."""
        names = list(TENSORS)
        before = names[: names.index(tensor)]
        return self.data_start + sum(self.sizes[name] * TENSORS[name][1] for name in before)

    @property
    def file_size(self) -> int:
        """Bytes of the whole file."""
        return self.place("rows") + self.sizes["rows"]


def encode_header(sizes: dict[str, int], counting: Counting, tokens: int, text: str | None = None) -> bytes:
    """Returns the header with its length, padded so that the data begins at a multiple of `ALIGNMENT`.

    Args:
        sizes, counting, tokens, text: as in `CountsHeader`.
    """
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "window": str(counting.window),
        "symmetric": json.dumps(counting.symmetric),
        "distance_weighting": json.dumps(counting.distance_weighting),
        "units": str(counting.units),
        "tokens": str(tokens),
    } | ({} if text is None else {"text": text})
    header: dict[str, Any] = {"__metadata__": metadata}
    place = 0
    for name, (dtype, item_bytes) in TENSORS.items():
        stop = place + sizes[name] * item_bytes
        header[name] = {"dtype": dtype, "shape": [sizes[name]], "data_offsets": [place, stop]}
        place = stop
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-(8 + len(encoded)) % ALIGNMENT)
    return struct.pack("<Q", len(encoded)) + encoded


def is_counts(stream: BinaryIO) -> bool:
    """Whether a stream begins like a file of counts; reads its header."""
    try:
        text, _ = _read_text(stream, "", b"")
        return bool(json.loads(text)["__metadata__"]["format"] == FORMAT)
    except (DataError, ValueError, KeyError, TypeError, RecursionError):
        return False


def read_header(stream: BinaryIO, name: str, start: bytes = b"") -> CountsHeader:
    """Reads and checks the header, and leaves the stream at the first tensor.

    Args:
        name: the file's name in messages.
        start: what was read from the stream already, at most `START_BYTES`.

    Raises:
        DataError: the file does not hold counts, or is damaged.
    """
    text, data_start = _read_text(stream, name, start)
    try:
        header = json.loads(text)
        metadata = header.pop("__metadata__")
        if metadata["format"] != FORMAT:
            raise _not_counts(name)
        if metadata["version"] != VERSION:
            raise DataError(
                f"{name}: has version {metadata['version']!r}, expected {VERSION!r}; use a newer embtrain"
            )
        sizes = _sizes(header, name)
        tokens, made = _whole(metadata, "tokens", name), metadata.get("text")
        if made is not None and not isinstance(json.loads(made), dict):
            raise damaged(name, "it does not say how its text was read")
        return CountsHeader(sizes, _counting(metadata, name), tokens, made, data_start)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _not_counts(name) from None


def _read_text(stream: BinaryIO, name: str, start: bytes) -> tuple[bytes, int]:
    """Reads the JSON of a header; returns it and the offset of the first tensor."""
    start += stream.read(START_BYTES - len(start))
    length = struct.unpack("<Q", start[:8])[0] if len(start) == START_BYTES else 0
    if start[8:] != b"{" or not 2 <= length <= _MAX_HEADER:
        raise _not_counts(name)
    return start[8:] + stream.read(length - 1), 8 + length


def _sizes(header: dict[str, Any], name: str) -> dict[str, int]:
    if list(header) != list(TENSORS):
        raise damaged(name, f"its tensors are {', '.join(map(repr, list(header)[:8]))}")
    sizes, place = {}, 0
    for key, (dtype, item_bytes) in TENSORS.items():
        (size,) = header[key]["shape"]
        stop = place + operator.index(size) * item_bytes
        if not 0 <= stop < 2**62 or size < 0:
            raise damaged(name, f"{key} has an impossible size")
        if header[key]["dtype"] != dtype or header[key]["data_offsets"] != [place, stop]:
            raise damaged(name, f"{key} has another type or place than expected")
        sizes[key], place = size, stop
    n_words = sizes["counts"]
    if n_words == 0 or sizes["vocab.offsets"] != n_words + 1 or sizes["row_ends"] != n_words:
        raise damaged(name, "it has different numbers of words, counts and rows")
    return sizes


def _counting(metadata: dict[str, str], name: str) -> Counting:
    flags = [metadata.get(key) for key in ("symmetric", "distance_weighting")]
    if not all(flag in ("true", "false") for flag in flags):
        raise damaged(name, "it does not say which contexts were counted")
    window = _whole(metadata, "window", name)
    counting = Counting(window, *(flag == "true" for flag in flags))
    if not 1 <= window <= MAX_WINDOW or _whole(metadata, "units", name) != counting.units:
        raise damaged(name, "its units are not those of its window")
    return counting


def _whole(metadata: dict[str, str], key: str, name: str) -> int:
    value = metadata.get(key, "")
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19):
        raise damaged(name, f"{key} is {str(value)[:40]!r}")
    return int(value)


def _not_counts(name: str) -> DataError:
    return DataError(
        f"{name}: is not a file of co-occurrence counts; make one with `embtrain cooccur build`, or name the "
        f"vocabulary of a cooccurrence.bin of Stanford's GloVe with {option('vocab')}"
    )


def damaged(name: str, found: str) -> DataError:
    """Builds the error for damaged counts."""
    return DataError(f"{name}: the counts are damaged: {found}; copy the file again, or count again")
