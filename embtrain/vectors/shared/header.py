"""Reads and checks the header of the shared format (docs/reference/format.md), without numpy.

Treats all input as hostile.
"""

import json
import math
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from embtrain.errors import DataError
from embtrain.vectors.formats.unrecognised import HEAD_BYTES, identify, import_command
from embtrain.vectors.shared.layout import (
    BYTES,
    CONTEXT,
    COUNTS,
    DTYPES,
    EMBEDDING_DTYPES,
    EMBEDDINGS,
    FORMAT,
    ITEM_SIZES,
    NGRAM_BYTES,
    NGRAM_OFFSETS,
    NGRAM_ROWS,
    OFFSETS,
    SCALES,
    SUBWORD_BUCKETS,
    SUBWORD_TENSORS,
    SUBWORDS,
    VERSION,
    Tensor,
)
from embtrain.wording import counted

# The same limit as in the library "safetensors".
_MAX_HEADER = 100_000_000
_MAX_DIMENSIONS = 8
_BLOCK = 1 << 20
_DAMAGED = "the file is damaged or was cut short: copy or write it again"


@dataclass(frozen=True)
class Header:
    """A checked header.

    Attributes:
        tensors: name -> tensor, in file order.
        metadata: all keys of ``__metadata__`` except the format's name and version.
        data_start: bytes before the first tensor.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    data_start: int

    @property
    def n_words(self) -> int:
        """Number of words, V."""
        return self.tensors[EMBEDDINGS].shape[0]

    @property
    def dim(self) -> int:
        """Values per vector, D."""
        return self.tensors[EMBEDDINGS].shape[1]

    def relative(self) -> list[Tensor]:
        """The tensors, with places relative to the first tensor."""
        start = self.data_start
        return [replace(t, start=t.start - start, stop=t.stop - start) for t in self.tensors.values()]

    @property
    def file_size(self) -> int:
        """Size of the whole file in bytes."""
        return max((tensor.stop for tensor in self.tensors.values()), default=self.data_start)


def bad_data(name: str, byte: int, expected: str, found: str, remedy: str = _DAMAGED) -> DataError:
    """Builds the DataError for a damaged file: where, what was expected, what was found, what to do."""
    return DataError(f"{name}: byte {byte}: expected {expected}, found {found}; {remedy}")


def read_header(path: str | os.PathLike[str]) -> Header:
    """Reads and checks the header of a file, and checks the file's length against it.

    Raises:
        DataError: the file is not in the shared format, damaged, or too short or long.
        OSError: the file cannot be opened.
    """
    name = os.fsdecode(path)
    with open(path, "rb") as file:
        header = read_header_from(file, name)
        status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size != header.file_size:
        raise bad_data(name, status.st_size, f"the end of the file at byte {header.file_size}", "it here")
    return header


def is_shared(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins like the shared format. Raises OSError if it cannot be opened."""
    with open(path, "rb") as file:
        return file.read(9)[8:] == b"{"


def read_header_from(stream: BinaryIO, name: str) -> Header:
    """Reads and checks the header at the start of a stream, and leaves the stream at the first tensor.

    Memory grows as bytes arrive, whatever length the header claims. Raises DataError.
    """
    head = _read_up_to(stream, 9)
    if head[8:9] != b"{":
        head += _read_up_to(stream, HEAD_BYTES - len(head))
        kind = identify(bytes(head), name)
        remedy = kind.remedy or f"make one: {import_command(name)}"
        raise DataError(
            f"{name}: byte 0: expected vectors in the shared format, but this looks like {kind.looks}; "
            f"{remedy}"
        )
    length = int.from_bytes(head[:8], "little")
    if not 2 <= length <= _MAX_HEADER:
        raise bad_data(name, 0, f"a header of 2 to {_MAX_HEADER} bytes", f"the length {length}")
    text = head[8:] + _read_up_to(stream, length - 1)
    if len(text) < length:
        raise bad_data(
            name, 8 + len(text), f"a header of {counted(length, 'byte')}", f"the end after {len(text)}"
        )
    return parse_header(bytes(text), name)


def _read_up_to(stream: BinaryIO, n_bytes: int) -> bytearray:
    """Reads n_bytes in blocks, or fewer if the stream ends."""
    content = bytearray()
    while len(content) < n_bytes:
        block = stream.read(min(_BLOCK, n_bytes - len(content)))
        if not block:
            break
        content += block
    return content


def parse_header(text: bytes, name: str) -> Header:
    """Checks the JSON text of a header; name is the file's, for messages. Raises DataError."""
    content = _parse_json(text, name)
    metadata = content.pop("__metadata__", None)
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        found = f"a safetensors file of something else (tensors: {', '.join(list(content)[:5]) or 'none'})"
        raise bad_data(
            name, 8, f'vectors with "format": "{FORMAT}"', found, "give a file that embtrain has written"
        )
    if metadata.get("version") != VERSION:
        found = f"version {metadata.get('version')!r}"
        raise bad_data(name, 8, f'format version "{VERSION}"', found, "read it with a newer embtrain")
    if not all(isinstance(value, str) for value in metadata.values()):
        raise bad_data(name, 8, "text for every key of __metadata__", "another type")
    data_start = 8 + len(text)
    tensors = [_parse_tensor(key, entry, data_start, name) for key, entry in content.items()]
    tensors.sort(key=lambda tensor: (tensor.start, tensor.stop))
    _check_contiguous(tensors, data_start, name)
    header = Header({tensor.name: tensor for tensor in tensors}, metadata, data_start)
    _check_shapes(header, name)
    del metadata["format"], metadata["version"]
    return header


def _parse_json(text: bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise bad_data(
            name, 8 + error.start, "a header in UTF-8", f"the byte {text[error.start]:#04x}"
        ) from None
    except json.JSONDecodeError as error:
        raise bad_data(name, 8 + error.pos, "a JSON header", f"{error.msg.lower()}") from None
    except (ValueError, RecursionError) as error:
        raise bad_data(name, 8, "a JSON header", str(error)) from None
    if not isinstance(content, dict):
        raise bad_data(name, 8, "a JSON object", type(content).__name__)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} twice")
    return content


def _parse_tensor(key: str, entry: Any, data_start: int, name: str) -> Tensor:
    if not isinstance(entry, dict) or not isinstance(entry.get("dtype"), str):
        raise bad_data(name, 8, f"dtype, shape and data_offsets of {key!r}", "something else")
    dtype: str = entry["dtype"]
    shape: Any = entry.get("shape")
    offsets: Any = entry.get("data_offsets")
    if not _is_sizes(shape) or len(shape) > _MAX_DIMENSIONS:
        raise bad_data(name, 8, f"a shape for {key!r}", _brief(shape))
    if not _is_sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise bad_data(name, 8, f"data_offsets [start, stop] of {key!r}", _brief(offsets))
    start, stop = offsets
    size = math.prod(shape) * ITEM_SIZES[dtype] if dtype in ITEM_SIZES else stop - start
    if size != stop - start:
        found = f"{stop - start}"
        raise bad_data(
            name, 8, f"{counted(size, 'byte')} for {key!r} of dtype {dtype} and shape {shape}", found
        )
    return Tensor(key, dtype, tuple(shape), data_start + start, data_start + stop)


def _is_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 1 << 63 for value in values)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."


def _check_contiguous(tensors: list[Tensor], data_start: int, name: str) -> None:
    position = data_start
    for tensor in tensors:
        if tensor.start != position:
            raise bad_data(name, 8, f"{tensor.name!r} to start at byte {position}", f"byte {tensor.start}")
        position = tensor.stop


def _check_shapes(header: Header, name: str) -> None:
    """Checks that the format's tensors are present, with matching dtypes and shapes."""
    tensors = header.tensors
    for required in (OFFSETS, BYTES, EMBEDDINGS):
        if required not in tensors:
            raise bad_data(name, 8, f"the tensor {required!r}", f"only {_brief(list(tensors))}")
    table = tensors[EMBEDDINGS].shape
    if len(table) != 2 or table[1] < 1:
        raise bad_data(name, 8, "embeddings of shape [words, dim >= 1]", f"{list(table)}")
    if tensors[EMBEDDINGS].dtype not in EMBEDDING_DTYPES:
        expected = f"embeddings as one of {', '.join(EMBEDDING_DTYPES)}"
        raise bad_data(name, 8, expected, tensors[EMBEDDINGS].dtype, "this version reads no other")
    if (SCALES in tensors) != (tensors[EMBEDDINGS].dtype == "I8"):
        raise bad_data(name, 8, "scales where embeddings are I8, and only there", f"{_brief(list(tensors))}")
    length = tensors[BYTES].stop - tensors[BYTES].start
    shapes = {
        OFFSETS: (table[0] + 1,), BYTES: (length,), COUNTS: (table[0],), SCALES: (table[0],),
        EMBEDDINGS: table, CONTEXT: table, **_subword_shapes(tensors, table[1]),
    }  # fmt: skip
    for key, shape in shapes.items():
        tensor = tensors.get(key)
        dtype = tensors[EMBEDDINGS].dtype if key == EMBEDDINGS else DTYPES[key]
        if tensor and (tensor.dtype, tensor.shape) != (dtype, shape):
            found = f"{tensor.dtype} {list(tensor.shape)}"
            raise bad_data(name, 8, f"{key!r} as {dtype} {list(shape)}", found, "this version reads no other")


def _subword_shapes(tensors: Mapping[str, Tensor], dim: int) -> dict[str, tuple[int, ...]]:
    """Shapes that the tensors of n-grams must have, given the first size of each."""
    first = {name: (tensors[name].shape or (0,))[0] for name in SUBWORD_TENSORS if name in tensors}
    n_rows, n_ngrams = first.get(SUBWORDS, 0), first.get(NGRAM_ROWS, 0)
    return {
        SUBWORDS: (n_rows, dim),
        SUBWORD_BUCKETS: (n_rows,),
        NGRAM_ROWS: (n_ngrams,),
        NGRAM_OFFSETS: (n_ngrams + 1,),
        NGRAM_BYTES: (first.get(NGRAM_BYTES, 0),),
    }
