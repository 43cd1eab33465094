"""Vocabulary: the words of a model and their counts, as one byte arena instead of a list of strings."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray

from embtrain.native import native_or_plain
from embtrain.wording import counted


def encode_word(word: str | bytes) -> bytes:
    """A word as bytes; str decoded from invalid UTF-8 gets its original bytes back.

    Raises TypeError for anything but str and bytes.
    """
    if isinstance(word, bytes):
        return word
    try:
        return word.encode("utf-8", "surrogateescape")
    except AttributeError:
        raise TypeError(f"a word is str or bytes, found {type(word).__name__}") from None


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets at which words of these lengths begin and end, int64 [n + 1]."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


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
        offsets = _offsets(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        arena = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(arena, offsets, None if counts is None else np.fromiter(counts, np.int64, len(encoded)))

    @classmethod
    def concat(cls, parts: Sequence["Vocabulary"]) -> "Vocabulary":
        """Concatenates vocabularies, copying the words; counts are kept if all parts have counts."""
        arenas = [part.arena[int(part.offsets[0]) : int(part.offsets[-1])] for part in parts]
        lengths = [np.diff(part.offsets) for part in parts]
        counts = [part.counts for part in parts if part.counts is not None]
        return cls(
            np.concatenate(arenas or [np.empty(0, np.uint8)]),
            _offsets(np.concatenate(lengths or [np.empty(0, np.int64)])),
            np.concatenate(counts) if counts and len(counts) == len(parts) else None,
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_bytes(self) -> int:
        """Total bytes of all words."""
        return int(self.offsets[-1]) - int(self.offsets[0])

    def part(self, start: int, stop: int) -> "Vocabulary":
        """Rows start to stop - 1 (0 <= start <= stop <= V), without a copy of the words."""
        offsets = self.offsets[start : stop + 1]
        counts = None if self.counts is None else self.counts[start:stop]
        return Vocabulary(self.arena[int(offsets[0]) : int(offsets[-1])], offsets - offsets[0], counts)

    def parts(self, size: int = 1 << 16) -> Iterator["Vocabulary"]:
        """Splits the vocabulary into parts of `size` rows; the last may be shorter."""
        for start in range(0, len(self), size):
            yield self.part(start, min(start + size, len(self)))

    def take(self, rows: NDArray[np.int64]) -> "Vocabulary":
        """Copies the given rows, int64 [n], in any order.

        Raises:
            IndexError: a row is outside the vocabulary.
        """
        starts, lengths = self.offsets[:-1][rows], np.diff(self.offsets)[rows]
        offsets = _offsets(lengths)
        # Byte i of the result is byte i + (start of its word here - start there) of the arena.
        places = np.arange(int(offsets[-1])) + np.repeat(starts - offsets[:-1], lengths)
        return Vocabulary(self.arena[places], offsets, None if self.counts is None else self.counts[rows])

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
        """The word of a row (negative rows count from the end), or the words of a slice as a list."""
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

    def equals(self, other: "Vocabulary") -> bool:
        """Whether another vocabulary has the same words with the same counts, in the same order."""
        starts, others = self.offsets - self.offsets[0], other.offsets - other.offsets[0]
        arena, other_arena = (one.arena[one.offsets[0] : one.offsets[-1]] for one in (self, other))
        if not (np.array_equal(starts, others) and np.array_equal(arena, other_arena)):
            return False
        if self.counts is None or other.counts is None:
            return self.counts is other.counts
        return np.array_equal(self.counts, other.counts)

    def find(self, words: Iterable[str | bytes]) -> NDArray[np.int64]:
        """Rows of words, int64 [n], -1 for absent words; duplicates give the first row.

        Scans the vocabulary once instead of building an index: a few milliseconds per million words.

        Raises:
            ValueError: the offsets do not fit the arena.
        """
        encoded = [encode_word(word) for word in words]
        rows: NDArray[np.int64] = native_or_plain().find_words(self.arena, self.offsets, encoded)
        return rows
