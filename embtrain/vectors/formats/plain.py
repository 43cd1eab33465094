"""Rows of word2vec's formats in Python and numpy: the oracle of the native code, and its stand-in."""

import numpy as np
from numpy.typing import NDArray


def find_unwritable(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[int, int]:
    """Count of words that are empty or hold a space or newline, and the row of the first (-1: none).

    Raises:
        ValueError: `offsets` is empty, or a word does not lie in the arena.
    """
    _check_offsets(offsets)
    text = arena.tobytes()
    bounds = offsets.tolist()
    bad = []
    for row in range(len(bounds) - 1):
        word = _word(text, bounds, row)
        if not word or b" " in word or b"\n" in word:
            bad.append(row)
    return len(bad), bad[0] if bad else -1


class RowFormatter:
    """Formats blocks of rows as word2vec's binary or text format.

    Raises:
        ValueError: `offsets` is empty.
    """

    def __init__(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64], *, text: bool) -> None:
        _check_offsets(offsets)
        self._arena = arena.tobytes()
        self._bounds = offsets.tolist()
        self._text = text
        self._next = 0

    def format(self, rows: NDArray[np.float32]) -> memoryview:
        """Bytes of the rows, float32 [n, dim], after those of the call before.

        Raises:
            TypeError: the rows are not float32.
            ValueError: there are more rows than words, or a word does not lie in the arena.
        """
        if rows.dtype != np.float32:
            raise TypeError(f"rows must be float32, found {rows.dtype}")
        if len(rows) > len(self._bounds) - 1 - self._next:
            raise ValueError("there are more rows of vectors than words")
        lines = []
        for row in rows:
            word = _word(self._arena, self._bounds, self._next)
            lines.append(word + b" " + (_text(row) if self._text else row.astype("<f4").tobytes()) + b"\n")
            self._next += 1
        return memoryview(b"".join(lines))


def _check_offsets(offsets: NDArray[np.int64]) -> None:
    if len(offsets) == 0:
        raise ValueError("offsets must hold one entry more than there are words")


def _word(arena: bytes, bounds: list[int], row: int) -> bytes:
    start, stop = bounds[row], bounds[row + 1]
    if not 0 <= start <= stop <= len(arena):
        raise ValueError(f"vocab.offsets: word {row} does not lie within the words' bytes")
    return arena[start:stop]


def _text(row: NDArray[np.float32]) -> bytes:
    return " ".join(map(shortest, row)).encode()


def shortest(value: np.float32) -> str:
    """The fewest characters that give back the same float32, as C++'s std::to_chars writes them.

    Plain or scientific notation, whichever is shorter, plain where they are equally long.
    """
    size = abs(value)
    if np.isnan(value):
        return "-nan" if np.signbit(value) else "nan"
    if size == 0 or 1e-3 <= size < 1e5 or np.isinf(value):
        return np.format_float_positional(value, unique=True, trim="-")
    scientific = np.format_float_scientific(value, unique=True, trim="-", exp_digits=2)
    # Digits before the point that are not needed to tell the value are its own, not zeros.
    plain = str(int(value)) if size >= 2**24 else np.format_float_positional(value, unique=True, trim="-")
    return plain if len(plain) <= len(scientific) else scientific
