"""Reads the tensors of the shared format in order from a stream that cannot seek."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.safetensors import Tensor, bad_data
from embtrain.vectors.shared.header import SharedHeader, read_header_from
from embtrain.wording import counted

# Bytes read, copied or written at a time.
BLOCK = 1 << 20
#: Type of a tensor -> numpy's dtype.
NUMPY_DTYPES = {"I64": "<i8", "F32": "<f4", "F16": "<f2", "I8": "i1", "U8": "u1"}


class TensorStream:
    """Reads the tensors of a stream in their order."""

    def __init__(self, stream: BinaryIO, name: str, header: SharedHeader | None = None) -> None:
        """Args:
        stream: positioned at its first byte, or at its first tensor if the header is given.
        name: its name in messages.
        header: the stream's header, if it has been read.
        """
        self.stream = stream
        self.name = name
        self.header = read_header_from(stream, name) if header is None else header

    def read(self, tensor: Tensor) -> NDArray[np.generic]:
        """Reads a tensor as a flat array; allocates memory as bytes arrive, not by the size in the header."""
        content = bytearray()
        for block in self._blocks(tensor):
            content += block
        return np.frombuffer(content, NUMPY_DTYPES[tensor.dtype])

    def skip(self, tensor: Tensor) -> None:
        for _ in self._blocks(tensor):
            pass

    def read_rows(
        self, tensor: Tensor, scales: NDArray[np.float32] | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Reads a table [V, D] in blocks of rows, float32 [rows, D], each valid until the next.

        Args:
            tensor: the table; F32, F16, or I8.
            scales: float32 [V], factors for the rows of an I8 table.
        """
        n_rows, dim = tensor.shape
        n_block = max(1, min(n_rows, BLOCK // (4 * dim))) if n_rows else 0
        buffer = np.empty((n_block, dim), NUMPY_DTYPES[tensor.dtype])
        start = 0
        while start < n_rows:
            block = buffer[: n_rows - start]
            self._fill(block, tensor, start)
            yield to_float32(block, None if scales is None else scales[start : start + len(block)])
            start += len(block)

    def _fill(self, block: NDArray[np.generic], tensor: Tensor, row: int) -> None:
        target = block.reshape(-1).view(np.uint8).data
        filled, place = 0, tensor.start + row * block.shape[1] * block.itemsize
        while filled < len(target):
            content = self.stream.read(len(target) - filled)
            if not content:
                raise self._cut(tensor, place + filled)
            target[filled : filled + len(content)] = content
            filled += len(content)

    def _blocks(self, tensor: Tensor) -> Iterator[bytes]:
        position = tensor.start
        while position < tensor.stop:
            block = self.stream.read(min(BLOCK, tensor.stop - position))
            if not block:
                raise self._cut(tensor, position)
            position += len(block)
            yield block

    def _cut(self, tensor: Tensor, position: int) -> DataError:
        found = f"the end of the data within {tensor.name!r}"
        return bad_data(self.name, position, f"{counted(self.header.file_size, 'byte')} in all", found)

    def check_end(self) -> None:
        if self.stream.read(1):
            end = self.header.file_size
            raise bad_data(self.name, end, "the end of the data", "more of it", "give one file at a time")


def to_float32(rows: NDArray[np.generic], scales: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Converts rows [n, D] of any dtype of the format to float32; scales, float32 [n], are for int8."""
    values = rows.astype(np.float32, copy=False)
    return values if scales is None else values * scales[:, None]
