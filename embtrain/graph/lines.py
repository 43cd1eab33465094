"""Reads an input as blocks of whole lines."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from embtrain.plain.graph.edges import MAX_LINE

_BLOCK_BYTES: Final = 1 << 20
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class LineBlocks:
    """Blocks of whole lines; the last line may lack its newline.

    Attributes:
        has_mark: whether a byte order mark of UTF-8 was left out at the beginning.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.has_mark = False
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        """Yields the blocks. A line that goes on beyond `MAX_LINE` bytes is the last one, and is cut."""
        left = b""
        for block in self._blocks():
            end = block.rfind(b"\n") + 1
            if end:
                yield left + block[:end]
                left = b""
            left += block[end:]
            if len(left) > MAX_LINE:
                break
        if left:
            yield left

    def _blocks(self) -> Iterator[bytes]:
        first = self._file.read(_BLOCK_BYTES)
        self.has_mark = first.startswith(_BYTE_ORDER_MARK)
        yield first.removeprefix(_BYTE_ORDER_MARK)
        while block := self._file.read(_BLOCK_BYTES):
            yield block
