"""Words in an arena: all their bytes in one array, with the offsets between them in another."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def joined(words: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Joins words into an arena: returns its bytes, uint8, and the offsets, int64 [words + 1]."""
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in words], out=offsets[1:])
    return np.frombuffer(b"".join(words), np.uint8), offsets


def words_of(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[bytes]:
    """Returns the words of an arena, which must all be different.

    Raises:
        ValueError: the offsets do not fit the arena, or a word is a duplicate.
    """
    if len(offsets) == 0:
        raise ValueError("offsets are empty: expected one more than words")
    text = arena.tobytes()
    words: dict[bytes, None] = {}
    for row, (start, stop) in enumerate(pairwise(offsets.tolist())):
        if not 0 <= start <= stop <= len(text):
            raise ValueError(f"the offsets of row {row} do not fit the words")
        words[text[start:stop]] = None
        if len(words) == row:
            raise ValueError(f"row {row} repeats the word of an earlier row")
    return list(words)
