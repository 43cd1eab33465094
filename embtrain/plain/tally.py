"""Counts words in a table."""

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import joined
from embtrain.plain.count_lines import MAX_COUNT, array_of, line_error, line_of, parse_lines
from embtrain.plain.scanner import EOS, Chunk, Scanner

_PARTITIONS: Final = 256
_LEVELS: Final = 8
#: Memory of a word without its bytes: the object (48), its count (32), its place in a dictionary that grows
#: (90), its place in a list and its key while they are sorted (16), and what the allocator rounds up.
_WORD_BYTES: Final = 200


class Tally(Scanner):
    """Counts words, and returns them as lines "word count".

    Args:
        max_token: longer words, in bytes, are dropped and counted.
        eos: whether to count the word </s> at the end of each line that has words.
    """

    def __init__(self, max_token: int = 65536, eos: bool = False) -> None:
        super().__init__(max_token)
        self._eos = eos
        self._line_has_words = False
        self._words: Counter[bytes] = Counter()
        self._size = 0  # bytes of all different words
        self._order: list[bytes] | None = None  # words left to return, the next one last; None while counting

    def feed(self, chunk: Chunk) -> None:
        """Counts the words of the next bytes of the current input. Raises TypeError if they are not bytes."""
        self._require_counting()
        super().feed(chunk)

    def end_input(self) -> None:
        """Ends the current input, and with it its last word."""
        self._require_counting()
        super().end_input()

    def add_lines(self, block: Chunk, first: int = 1, once: bool = False) -> int:
        """Adds the counts of whole lines, numbered from `first`. Returns the number of lines.

        Raises:
            ValueError: a line cannot be parsed, a sum is 2^63 or more, or, with `once`, a word is a
            duplicate.
        """
        self._require_counting()
        number = first
        for number, line in enumerate(parse_lines(block, first), first + 1):
            total = self._words.get(line.word)
            self._words[line.word] = line.count + (total or 0)
            if total is None:
                self._size += len(line.word)
                continue
            if once:
                what = "the word is a duplicate ('embtrain vocab merge FILE' adds up its counts)"
                raise line_error(line.word, number - 1, what)
            if self._words[line.word] > MAX_COUNT:
                what = "the counts of a word together must be under 2^63"
                raise line_error(line.word, number - 1, what)
        return number - first

    def types(self) -> int:
        """Number of different words in the table."""
        return len(self._words)

    def memory(self, types: int, bytes: int) -> int:
        """Approximate bytes in use with `types` more words, of `bytes` bytes in total, in the table."""
        return (len(self._words) + types) * _WORD_BYTES + self._size + bytes

    def partition(self, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Orders the words in 256 partitions by hash.

        Returns:
            Bytes of lines, and number of words, in each partition, both int64 [256].
        """
        self._require_counting()
        if not 0 <= level < _LEVELS:
            raise ValueError("levels are 0 to 7")
        parts: list[list[bytes]] = [[] for _ in range(_PARTITIONS)]
        for word in self._words:
            parts[hash(word) >> 8 * level & _PARTITIONS - 1].append(word)
        sizes = [sum(len(line_of(word, self._words[word])) for word in part) for part in parts]
        self._order = [word for part in reversed(parts) for word in reversed(part)]
        return np.array(sizes, np.int64), np.array([len(part) for part in parts], np.int64)

    def sort(self) -> None:
        """Orders the words by count, highest first, then by their bytes."""
        self._require_counting()
        self._order = self._sorted()[::-1]

    def take(self, max_bytes: int) -> NDArray[np.uint8]:
        """Returns the next lines, uint8, about max_bytes; empty at the end, when the table is empty, too."""
        if self._order is None:
            raise RuntimeError("choose an order first: partition() or sort()")
        lines, size = [], 0
        while self._order and size < max_bytes:
            word = self._order.pop()
            lines.append(line_of(word, self._words[word]))
            size += len(lines[-1])
        if not lines:
            self._words, self._size, self._order = Counter(), 0, None
        return array_of(lines)

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """Frees the table. Returns arena uint8, offsets int64 and counts int64 of all words, in order."""
        self.end_input()
        words = self._sorted()
        counts = np.array([self._words[word] for word in words], np.int64)
        self._words, self._size = Counter(), 0
        return *joined(words), counts

    def _sorted(self) -> list[bytes]:
        """All words in the order of a vocabulary; sorting twice saves the memory of keys with two parts."""
        return sorted(sorted(self._words), key=self._words.__getitem__, reverse=True)

    def _end_line(self) -> None:
        if self._eos and self._line_has_words:
            self._take_counted([EOS])
        self._line_has_words = False

    def _take(self, words: list[bytes]) -> None:
        self._line_has_words = self._line_has_words or bool(words)
        before = len(self._words)
        self._words.update(words)
        if len(self._words) > before:
            # Dictionaries keep the order of insertion, so the new words are the last.
            newest = iter(reversed(self._words))
            self._size += sum(len(next(newest)) for _ in range(len(self._words) - before))

    def _require_counting(self) -> None:
        if self._order is not None:
            raise RuntimeError("words are being handed out: take them all first")
