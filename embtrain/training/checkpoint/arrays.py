"""Writes and reads named arrays with metadata, as a safetensors file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.safetensors import (
    SafetensorsHeader,
    Tensor,
    encode_safetensors_header,
    read_safetensors_header,
)

_NAMES: Final = {"float32": "F32", "int64": "I64", "int32": "I32", "uint8": "U8"}
_TYPES: Final = {name: np.dtype(numpy) for numpy, name in _NAMES.items()}
#: Bytes at a time, so that Ctrl-C and other threads never wait for a whole table.
_BLOCK: Final = 1 << 22


def write_arrays(file: BinaryIO, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> None:
    """Writes arrays one after another.

    Args:
        file: where to write; it need not be seekable.
        arrays: float32, int64, int32 or uint8, contiguous.
        metadata: text by key.
    """
    tensors, start = [], 0
    for name, array in arrays.items():
        tensors.append(Tensor(name, _NAMES[array.dtype.name], array.shape, start, start + array.nbytes))
        start += array.nbytes
    file.write(encode_safetensors_header(tensors, metadata))
    for array in arrays.values():
        data = array.reshape(-1).view(np.uint8).data
        for place in range(0, len(data), _BLOCK):
            file.write(data[place : place + _BLOCK])


@contextmanager
def open_arrays(path: str) -> Iterator[tuple[SafetensorsHeader, BinaryIO]]:
    """Opens a file of arrays and reads its header. Raises DataError if it is missing or damaged."""
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed below
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); the checkpoint is damaged") from error
    with file:
        header = read_safetensors_header(file, path)
        header.check_size(file, path)
        yield header, file


def read_into(file: BinaryIO, tensor: Tensor, array: NDArray[Any], name: str) -> None:
    """Fills an array with a tensor. Raises DataError if the types, shapes or bytes do not fit."""
    if _TYPES.get(tensor.dtype) != array.dtype or tensor.shape != array.shape:
        raise DataError(
            f"{name}: {tensor.name} is {tensor.dtype} {list(tensor.shape)}, expected "
            f"{_NAMES[array.dtype.name]} {list(array.shape)}; these options do not belong to the checkpoint"
        )
    file.seek(tensor.start)
    data = array.reshape(-1).view(np.uint8).data
    place = 0
    while place < len(data):
        n_read = file.readinto(data[place : place + _BLOCK])  # type: ignore[attr-defined]
        if not n_read:
            raise DataError(f"{name}: ends early; the checkpoint is damaged")
        place += n_read


def read_arrays(path: str) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Reads all arrays and the metadata. Raises DataError."""
    arrays: dict[str, NDArray[Any]] = {}
    with open_arrays(path) as (header, file):
        for name, tensor in header.tensors.items():
            if tensor.dtype not in _TYPES:
                raise DataError(f"{path}: {name} has the type {tensor.dtype}; the checkpoint is damaged")
            arrays[name] = np.empty(tensor.shape, _TYPES[tensor.dtype])
            read_into(file, tensor, arrays[name], path)
    return arrays, header.metadata
