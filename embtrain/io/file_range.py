"""Parts of a file: the lines that begin in a range of its bytes."""

import io
from typing import Any, Self

_BLOCK_BYTES = 1 << 16


class FileRange(str):
    """A path with a range of bytes: an input that consists of the lines which begin there.

    Attributes:
        start, end: the first byte of the range, and the one after its last.
    """

    start: int
    end: int

    def __new__(cls, path: str, start: int, end: int) -> Self:
        """The lines of a file that begin at the bytes from `start` to `end` - 1."""
        made = super().__new__(cls, path)
        made.start, made.end = start, end
        return made


class RangeReader(io.RawIOBase):
    """Reads the lines of a file that begin in a range.

    Args:
        file: open for reading, unbuffered; the caller closes it.
        start, end: as in `FileRange`.
    """

    def __init__(self, file: io.FileIO, start: int, end: int) -> None:
        self._file = file
        first = _line_start(file, start)
        self._left = _line_start(file, end) - first
        file.seek(first)

    def readable(self) -> bool:
        """True."""
        return True

    def fileno(self) -> int:
        """The descriptor of the file."""
        return self._file.fileno()

    def readinto(self, buffer: Any, /) -> int:
        """Reads the next bytes into a buffer. Returns their number, 0 at the end."""
        view = memoryview(buffer).cast("B")[: self._left]
        size = self._file.readinto(view) or 0 if len(view) else 0
        self._left -= size
        return size


def _line_start(file: io.FileIO, position: int) -> int:
    """Where the first line begins that begins at a position or after it; the file's end if none does."""
    if position <= 0:
        return 0
    at = file.seek(position - 1)
    while block := file.read(_BLOCK_BYTES):
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(block)
    return at
