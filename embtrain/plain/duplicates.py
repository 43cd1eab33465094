"""Leaves out the lines of a text that occurred before."""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.scanner import Chunk

#: Bytes of a hash, its object and its place in a set.
_HASH_BYTES: Final = 16 + 33 + 64


class DuplicateFilter:
    """Passes a text through, except for lines with the words of an earlier line in the same order.

    Lines are known by 128 bits of hash. Lines without words stay, and so do those of `longest` bytes or more.

    Args:
        limit: bytes for the hashes.
        longest: a line is held until its end is known; longer ones are not compared.
    """

    def __init__(self, limit: int, longest: int = 1 << 24) -> None:
        self._limit = limit
        self._longest = longest
        self._seen: set[bytes] = set()
        self._held = b""
        self._passing = False  # the open line is too long, and its beginning was returned
        names = ("lines", "words", "duplicate_lines", "duplicate_words", "long_lines")
        self._counters = dict.fromkeys(names, 0)

    def feed(self, chunk: Chunk) -> NDArray[np.uint8]:
        """Takes the next bytes of the current input. Returns what is certain to stay, uint8.

        Raises ValueError where the hashes need more than `limit` bytes.
        """
        *lines, rest = (self._held + bytes(chunk)).split(b"\n")
        out = bytearray()
        for line in lines:
            if self._passing or self._stays(line):
                out += line + b"\n"
            self._passing = False
        if not self._passing and len(rest) >= self._longest:
            self._counters["long_lines"] += 1
            self._passing = True
        if self._passing:
            out += rest
        self._held = b"" if self._passing else rest
        return np.frombuffer(bytes(out), np.uint8)

    def end_input(self) -> NDArray[np.uint8]:
        """Ends the current input. Returns its last line, uint8, if that stays."""
        last = self._held if self._stays(self._held) else b""
        self._held, self._passing = b"", False
        return np.frombuffer(last, np.uint8)

    def counters(self) -> dict[str, int]:
        """Counts of what was read so far, by name."""
        return dict(self._counters)

    def memory(self) -> int:
        """Approximate bytes of the hashes."""
        return len(self._seen) * _HASH_BYTES

    def _stays(self, line: bytes) -> bool:
        words = line.split()
        if not words:
            return True
        if len(line) >= self._longest:
            self._counters["long_lines"] += 1
            return True
        self._counters["lines"] += 1
        self._counters["words"] += len(words)
        key = hashlib.blake2b(b" ".join(words), digest_size=16).digest()
        if key not in self._seen:
            if self.memory() + _HASH_BYTES > self._limit:
                raise ValueError("the memory for different lines is used up")
            self._seen.add(key)
            return True
        self._counters["duplicate_lines"] += 1
        self._counters["duplicate_words"] += len(words)
        return False
