"""Writes the headers of safetensors files, and reads and checks them, without numpy.

Reading treats all input as hostile: sizes and places in a header are only believed once they fit each other.
"""

import json
import math
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from embtrain.errors import DataError
from embtrain.wording import counted

#: Bytes per value of safetensors' types.
ITEM_SIZES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
#: The data of a file that is written begins at a multiple of this.
ALIGNMENT = 64
# The same limit as in the library "safetensors".
_MAX_HEADER = 100_000_000
_MAX_DIMENSIONS = 8
_BLOCK = 1 << 20
_DAMAGED = "the file is damaged or was cut short: copy or write it again"


class Tensor(NamedTuple):
    """One tensor of a file, at the bytes start <= byte < stop."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class SafetensorsHeader:
    """A checked header: the tensors lie one after another, and known types fit their shapes.

    Attributes:
        tensors: name -> tensor, in file order.
        metadata: the text of ``__metadata__``, by key.
        data_start: bytes before the first tensor.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    data_start: int

    @property
    def file_size(self) -> int:
        """Size of the whole file in bytes."""
        return max((tensor.stop for tensor in self.tensors.values()), default=self.data_start)

    def check_size(self, file: BinaryIO, name: str) -> None:
        """Raises DataError if a regular file is shorter or longer than its tensors need."""
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size != self.file_size:
            raise bad_data(name, status.st_size, f"the end of the file at byte {self.file_size}", "it here")


def bad_data(name: str, byte: int, expected: str, found: str, remedy: str = _DAMAGED) -> DataError:
    """Builds the DataError for a damaged file: where, what was expected, what was found, what to do."""
    return DataError(f"{name}: byte {byte}: expected {expected}, found {found}; {remedy}")


def brief(value: Any) -> str:
    """A value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."


def encode_safetensors_header(tensors: Sequence[Tensor], metadata: Mapping[str, str]) -> bytes:
    """Bytes before the data, padded so that it begins at a multiple of `ALIGNMENT`.

    Args:
        tensors: in the order of the file, with places relative to the first.
        metadata: text by key, in the order of the file.
    """
    content: dict[str, Any] = {"__metadata__": dict(metadata)}
    for tensor in tensors:
        offsets = [tensor.start, tensor.stop]
        content[tensor.name] = {"dtype": tensor.dtype, "shape": list(tensor.shape), "data_offsets": offsets}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def read_safetensors_header(stream: BinaryIO, name: str, head: bytes = b"") -> SafetensorsHeader:
    """Reads and checks the header at the start of a stream, and leaves the stream at the first tensor.

    Memory grows as bytes arrive, whatever length the header claims.

    Args:
        stream: the file.
        name: its name in messages.
        head: up to 10 bytes that have already been read.

    Raises:
        DataError: the header is damaged or cut short.
    """
    head += read_up_to(stream, 8 - len(head))
    length = int.from_bytes(head[:8], "little")
    if len(head) < 8 or not 2 <= length <= _MAX_HEADER:
        found = f"the length {length}" if len(head) >= 8 else f"the end after {counted(len(head), 'byte')}"
        raise bad_data(name, 0, f"a header of 2 to {_MAX_HEADER} bytes", found)
    text = head[8:] + read_up_to(stream, 8 + length - len(head))
    if len(text) < length:
        expected = f"a header of {counted(length, 'byte')}"
        raise bad_data(name, 8 + len(text), expected, f"the end after {len(text)}")
    return _parse(text, name)


def read_up_to(stream: BinaryIO, n_bytes: int) -> bytes:
    """Reads n_bytes in blocks, or fewer if the stream ends."""
    content = bytearray()
    while len(content) < n_bytes:
        block = stream.read(min(_BLOCK, n_bytes - len(content)))
        if not block:
            break
        content += block
    return bytes(content)


def _parse(text: bytes, name: str) -> SafetensorsHeader:
    """Checks the JSON text of a header."""
    content = _parse_json(text, name)
    metadata = content.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise bad_data(name, 8, "text for every key of __metadata__", "another type")
    data_start = 8 + len(text)
    tensors = [_parse_tensor(key, entry, data_start, name) for key, entry in content.items()]
    tensors.sort(key=lambda tensor: (tensor.start, tensor.stop))
    position = data_start
    for tensor in tensors:
        if tensor.start != position:
            raise bad_data(name, 8, f"{tensor.name!r} to start at byte {position}", f"byte {tensor.start}")
        position = tensor.stop
    return SafetensorsHeader({tensor.name: tensor for tensor in tensors}, metadata, data_start)


def _parse_json(text: bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        found = f"the byte {text[error.start]:#04x}"
        raise bad_data(name, 8 + error.start, "a header in UTF-8", found) from None
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
        raise bad_data(name, 8, f"a shape for {key!r}", brief(shape))
    if not _is_sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise bad_data(name, 8, f"data_offsets [start, stop] of {key!r}", brief(offsets))
    start, stop = offsets
    size = math.prod(shape) * ITEM_SIZES[dtype] if dtype in ITEM_SIZES else stop - start
    if size != stop - start:
        expected = f"{counted(size, 'byte')} for {key!r} of dtype {dtype} and shape {shape}"
        raise bad_data(name, 8, expected, f"{stop - start}")
    return Tensor(key, dtype, tuple(shape), data_start + start, data_start + stop)


def _is_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 1 << 63 for value in values)
