"""Replays streams whose beginning was read ahead to recognise their content."""

import io
from typing import Any, BinaryIO, cast

_BUFFER_BYTES = 1 << 20


def replayed(head: bytes, rest: Any) -> BinaryIO:
    """Returns a buffered stream that reads `head` and then `rest`, a buffered stream that reads forward."""
    return cast(BinaryIO, io.BufferedReader(_Replayed(head, rest), _BUFFER_BYTES))


class _Replayed(io.RawIOBase):
    def __init__(self, head: bytes, rest: Any) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            n_bytes: int = self._rest.readinto1(buffer)
            return n_bytes
        size = min(len(self._head), len(buffer))
        buffer[:size], self._head = self._head[:size], self._head[size:]
        return size
