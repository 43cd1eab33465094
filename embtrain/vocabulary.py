"""Vocabulary: the words of a model and their counts, as one byte arena instead of a list of strings."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray

from embtrain import plain
from embtrain.native import native_or
from embtrain.wording import counted


def encode_word(word: str | bytes) -> bytes:
    """Bytes of a word; text that came from invalid UTF-8 goes back to the bytes it came from.

    Raises TypeError for what is neither str nor bytes.
    """
    if isinstance(word, bytes):
        return word
    try:
        return word.encode("utf-8", "surrogateescape")
    except AttributeError:
        raise TypeError(f"a word is str or bytes, found {type(word).__name__}") from None


class Vocabulary(Sequence[str]):
    """Words in row order: most frequent first, equal counts in byte order.

    Attributes:
        arena: uint8 [bytes], all words one after another, without separators (it may be longer).
        offsets: int64 [V + 1], word i is ``arena[offsets[i]:offsets[i + 1]]``.
        counts: int64 [V], or None where the source of the vectors kept no counts.
    """

    def __init__(
        self, arena: NDArray[np.uint8], offsets: NDArray[np.int64], counts: NDArray[np.int64] | None = None
    ) -> None:
        self.arena = arena
        self.offsets = offsets
        self.counts = counts

    @classmethod
    def from_words(cls, words: Iterable[str | bytes], counts: Iterable[int] | None = None) -> "Vocabulary":
        """Vocabulary of the given words in the given order."""
        encoded = [encode_word(word) for word in words]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(word) for word in encoded], out=offsets[1:])
        arena = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(arena, offsets, None if counts is None else np.fromiter(counts, np.int64, len(encoded)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def word_bytes(self, row: int) -> bytes:
        """The word of a row as bytes. Raises IndexError outside 0 <= row < len(self)."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} is outside a vocabulary of {counted(len(self), 'word')}")
        return self.arena[self.offsets[row] : self.offsets[row + 1]].tobytes()

    @overload
    def __getitem__(self, row: SupportsIndex) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: SupportsIndex | slice) -> str | list[str]:
        """The word of a row, counted from the end where it is negative, or a list of the words of a slice."""
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        place = operator.index(row)
        from_start = place + len(self) if -len(self) <= place < 0 else place
        return self.word_bytes(from_start).decode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        return f"<Vocabulary: {counted(len(self), 'word')}>"

    def __iter__(self) -> Iterator[str]:
        for word in self.iter_bytes():
            yield word.decode("utf-8", "surrogateescape")

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str | bytes) and bool(self.find([word])[0] >= 0)

    def iter_bytes(self, block: int = 65536) -> Iterator[bytes]:
        """All words as bytes, in row order, reading the arena in blocks of rows."""
        for start in range(0, len(self), block):
            stop = min(start + block, len(self))
            bounds = (self.offsets[start : stop + 1] - self.offsets[start]).tolist()
            text = self.arena[self.offsets[start] : self.offsets[stop]].tobytes()
            for first, last in pairwise(bounds):
                yield text[first:last]

    def find(self, words: Iterable[str | bytes]) -> NDArray[np.int64]:
        """Rows of words, int64 [n], -1 where a word is absent; of duplicates the first.

        Passes once over the vocabulary instead of building an index: a few milliseconds per million words.

        Raises:
            ValueError: the offsets do not fit the arena.
        """
        encoded = [encode_word(word) for word in words]
        rows: NDArray[np.int64] = native_or(plain).find_words(self.arena, self.offsets, encoded)
        return rows
