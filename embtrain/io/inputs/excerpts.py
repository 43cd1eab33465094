"""Reads the lines of a large plain file in an order in which any beginning is a fair sample of the whole."""

import io
import os
from collections.abc import Iterator
from typing import Any, Final

from embtrain.io.inputs.compressions import is_plain_file

#: Bytes at the beginning that are looked at: lines can be cut out of text without NUL bytes.
_HEAD_BYTES: Final = 1 << 16
#: Bytes of the places that are read one after another.
PLACE_BYTES: Final = 1 << 20


def can_excerpt(path: str) -> bool:
    """Whether lines can be cut out of a file: it is not compressed, and looks like lines of text."""
    if not is_plain_file(path):
        return False
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    return b"\n" in head and b"\0" not in head and not head.startswith(b"PAR1")


class Excerpts(io.RawIOBase):
    """The lines of a file, one place after another: the beginning, the middle, the quarters, the eighths...

    A line belongs to the place in which it begins, so every line is read once.

    Args:
        path: a file for which `can_excerpt` is true.

    Attributes:
        n_bytes: bytes handed out so far.
    """

    def __init__(self, path: str, place_bytes: int = PLACE_BYTES) -> None:
        self.n_bytes = 0
        self._file = open(path, "rb")  # noqa: SIM115 - closed by close
        n_places = -(-os.fstat(self._file.fileno()).st_size // place_bytes)
        self._places = (self._lines_at(k * place_bytes, place_bytes) for k in spread(n_places))
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            place = next(self._places, None)
            if place is None:
                return 0
            self._ready = memoryview(place)
        size = min(len(self._ready), len(buffer))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        self.n_bytes += size
        return size

    def close(self) -> None:
        self._file.close()
        super().close()

    def _lines_at(self, start: int, n_bytes: int) -> bytes:
        """The lines that begin in the bytes from `start` on."""
        if start:
            self._file.seek(start - 1)
            self._file.readline()  # a line that began before, or its end
            n_bytes -= self._file.tell() - start
            if n_bytes <= 0:
                return b""
        lines = self._file.read(n_bytes)
        if not lines.endswith(b"\n"):
            lines += self._file.readline()
        # The last line of the file may lack its end, and another place follows it here.
        return lines if lines.endswith(b"\n") or not lines else lines + b"\n"


def spread(n: int) -> Iterator[int]:
    """The numbers from 0 to n - 1 so that any first few of them are evenly distributed (van der Corput)."""
    bits = max(0, n - 1).bit_length()
    for k in range(1 << bits):
        reverse = int(f"{k:0{bits}b}"[::-1], 2) if bits else 0
        if reverse < n:
            yield reverse
