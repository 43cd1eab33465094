"""Looks words up in an arena."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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
