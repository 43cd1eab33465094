"""Reading the tensors of the shared format one after another, from a stream that cannot seek."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.header import Tensor, bad_data, read_header_from

# Bytes that are read, copied or written at a time.
BLOCK = 1 << 20
DTYPES = {"I64": "<i8", "F32": "<f4", "U8": "u1"}


class TensorStream:
    """Tensors of a stream in the order in which they arrive."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        self.header = read_header_from(stream, name)

    def read(self, tensor: Tensor) -> NDArray[np.generic]:
        """All of a tensor as a flat array; memory grows as bytes arrive, not by what the header promises."""
        content = bytearray()
        for block in self._blocks(tensor):
            content += block
        return np.frombuffer(content, DTYPES[tensor.dtype])

    def skip(self, tensor: Tensor) -> None:
        for _ in self._blocks(tensor):
            pass

    def read_rows(self, tensor: Tensor) -> Iterator[NDArray[np.float32]]:
        """A table [V, D] in blocks of rows, float32 [rows, D], each valid until the next."""
        n_rows, dim = tensor.shape
        buffer = np.empty((max(1, min(n_rows, BLOCK // (4 * dim))) if n_rows else 0, dim), "<f4")
        start = 0
        while start < n_rows:
            block = buffer[: n_rows - start]
            self._fill(block, tensor, start)
            yield block
            start += len(block)

    def _fill(self, block: NDArray[np.float32], tensor: Tensor, row: int) -> None:
        target = block.data.cast("B")
        filled, place = 0, tensor.start + row * block.shape[1] * 4
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
        return bad_data(self.name, position, f"{self.header.file_size} bytes in all", found)

    def check_end(self) -> None:
        if self.stream.read(1):
            end = self.header.file_size
            raise bad_data(self.name, end, "the end of the data", "more of it", "give one file at a time")
