"""Looks words up in an arena, and in an index."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import joined
from embtrain.wording import counted

_BLOCK = 1 << 16


def find_words(arena: NDArray[np.uint8], offsets: NDArray[np.int64], words: list[bytes]) -> NDArray[np.int64]:
    """Finds the rows of words, int64 [n]; -1 if a word is absent, the first row of a duplicate.

    Raises:
        TypeError: an array has another dtype, or a word is not bytes.
        ValueError: the offsets do not fit the arena.
    """
    if arena.dtype != np.uint8 or offsets.dtype != np.int64 or not offsets.flags.c_contiguous:
        raise TypeError(f"expected uint8 and contiguous int64, found {arena.dtype} and {offsets.dtype}")
    if not all(isinstance(word, bytes) for word in words):
        raise TypeError("words must be bytes")
    if len(offsets) == 0:
        raise ValueError("offsets are empty: expected one more than there are words")
    missing, found = set(words), dict.fromkeys(words, -1)
    for first in range(0, len(offsets) - 1, _BLOCK):
        if not missing:
            break
        bounds = offsets[first : first + _BLOCK + 1]
        _check(bounds, first, len(arena))
        text = arena[bounds[0] : bounds[-1]].tobytes()
        stops = (bounds - bounds[0]).tolist()
        block = {text[start:stop]: row for row, (start, stop) in _backwards(stops)}
        for word in missing & block.keys():
            found[word] = first + block[word]
        missing -= block.keys()
    return np.array([found[word] for word in words], np.int64)


def _backwards(stops: list[int]) -> list[tuple[int, tuple[int, int]]]:
    """Rows and their bounds, last row first, so that a dictionary keeps the first of equal words."""
    return list(enumerate(pairwise(stops)))[::-1]


def _check(bounds: NDArray[np.int64], first: int, size: int) -> None:
    wrong = np.flatnonzero((bounds[:-1] < 0) | (bounds[1:] < bounds[:-1]) | (bounds[1:] > size))
    if len(wrong):
        row = int(wrong[0])
        raise ValueError(
            f"word {first + row} has offsets {bounds[row]} to {bounds[row + 1]} in "
            f"{counted(size, 'byte')} of words: the table of offsets is corrupt"
        )


class WordIndex:
    """Distinct words in order of first appearance."""

    def __init__(self) -> None:
        self._rows: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Adds the new words; returns the row of each word, int64 [n]."""
        words = _words(arena, offsets)
        return np.fromiter((self._rows.setdefault(word, len(self._rows)) for word in words), np.int64)

    def find(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each word, int64 [n], -1 if it is absent."""
        return np.fromiter(map(self.row, _words(arena, offsets)), np.int64)

    def row(self, word: bytes) -> int:
        """The row of a word, -1 if it is absent."""
        return self._rows.get(word, -1)

    def take(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Arena and offsets of all words, moved out of the index, which is empty afterwards."""
        words, self._rows = list(self._rows), {}
        return joined(words)


def _words(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Iterator[bytes]:
    if len(offsets) == 0:
        raise ValueError("offsets are empty: expected one more than there are words")
    for first in range(0, len(offsets) - 1, _BLOCK):
        bounds = offsets[first : first + _BLOCK + 1]
        _check(bounds, first, len(arena))
        text = arena[bounds[0] : bounds[-1]].tobytes()
        for start, stop in pairwise((bounds - bounds[0]).tolist()):
            yield text[start:stop]
