"""Counting, sorting and selecting words in plain Python: the oracle of the native code, and its stand-in."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.text.plain import Scanner, joined, words_of

Bytes = bytes | bytearray | memoryview | NDArray[np.uint8]

_MAX_COUNT: Final = 2**63 - 1  # counts are int64 outside
_PARTITIONS: Final = 256
_LEVELS: Final = 8
_COUNT_DIGITS: Final = len(str(_MAX_COUNT))
_NUMBER: Final = re.compile(rb"0*([0-9]*)")
_SHOWN: Final = 60  # characters of a bad line that the message repeats
#: Memory of a word without its bytes: the object (48), its count (32), its place in a dictionary that grows
#: (90), its place in a list and its key while they are sorted (16), and what the allocator rounds up.
_WORD_BYTES: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """What a line "word count" says."""

    word: bytes
    count: int


class Tally(Scanner):
    """Counts words, and hands them out as lines "word count".

    Args:
        max_token: longer words are dropped and counted, in bytes.
    """

    def __init__(self, max_token: int = 65536) -> None:
        super().__init__(max_token)
        self._words: Counter[bytes] = Counter()
        self._size = 0  # bytes of all different words
        self._order: list[bytes] | None = None  # words to hand out, the next one last; None while counting

    def feed(self, chunk: Bytes) -> None:
        """Counts the words of the next bytes of the current input. Raises TypeError: it is not bytes."""
        self._require_counting()
        super().feed(chunk)

    def end_input(self) -> None:
        """Ends the current input and with it its last word."""
        self._require_counting()
        super().end_input()

    def add_lines(self, block: Bytes, first: int = 1, once: bool = False) -> int:
        """Adds the counts of whole lines, numbered from `first`; returns their number.

        Raises:
            ValueError: a line that cannot be read, a sum of 2^63 or more, with `once` also a word that is
                there already.
        """
        self._require_counting()
        number = first
        for number, line in enumerate(_lines(block, first), first + 1):
            total = self._words.get(line.word)
            self._words[line.word] = line.count + (total or 0)
            if total is None:
                self._size += len(line.word)
                continue
            if once:
                what = "a word is there a second time ('embtrain vocab merge FILE' adds its counts)"
                raise _refusal(line.word, number - 1, what)
            if self._words[line.word] > _MAX_COUNT:
                what = "the counts of a word together must be under 2^63"
                raise _refusal(line.word, number - 1, what)
        return number - first

    def types(self) -> int:
        """Different words in the table."""
        return len(self._words)

    def memory(self, types: int, size: int) -> int:
        """About the bytes in use once so many more words, of so many bytes together, are in the table."""
        return (len(self._words) + types) * _WORD_BYTES + self._size + size

    def partition(self, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Orders the words in 256 partitions by hash.

        Returns:
            Bytes of lines and words of each partition, both int64 [256].
        """
        self._require_counting()
        if not 0 <= level < _LEVELS:
            raise ValueError("levels are 0 to 7")
        parts: list[list[bytes]] = [[] for _ in range(_PARTITIONS)]
        for word in self._words:
            parts[hash(word) >> 8 * level & _PARTITIONS - 1].append(word)
        sizes = [sum(len(_text(word, self._words[word])) for word in part) for part in parts]
        self._order = [word for part in reversed(parts) for word in reversed(part)]
        return np.array(sizes, np.int64), np.array([len(part) for part in parts], np.int64)

    def sort(self) -> None:
        """Orders the words by count, highest first, then by their bytes."""
        self._require_counting()
        self._order = self._sorted()[::-1]

    def take(self, max_bytes: int) -> NDArray[np.uint8]:
        """The next lines, uint8, about max_bytes; empty at the end, where the table is empty, too."""
        if self._order is None:
            raise RuntimeError("choose an order first: partition() or sort()")
        lines, size = [], 0
        while self._order and size < max_bytes:
            word = self._order.pop()
            lines.append(_text(word, self._words[word]))
            size += len(lines[-1])
        if not lines:
            self._words, self._size, self._order = Counter(), 0, None
        return _array(lines)

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """Frees the table. Returns arena uint8, offsets int64 and counts int64 of all words, in order."""
        self.end_input()
        words = self._sorted()
        counts = np.array([self._words[word] for word in words], np.int64)
        self._words, self._size = Counter(), 0
        return *joined(words), counts

    def _sorted(self) -> list[bytes]:
        """All words in the order of a vocabulary; sorting twice needs no memory for keys of two parts."""
        return sorted(sorted(self._words), key=self._words.__getitem__, reverse=True)

    def _take(self, words: list[bytes]) -> None:
        before = len(self._words)
        self._words.update(words)
        if len(self._words) > before:
            # Dictionaries keep the order in which words came: the new ones are the last.
            newest = iter(reversed(self._words))
            self._size += sum(len(next(newest)) for _ in range(len(self._words) - before))

    def _require_counting(self) -> None:
        if self._order is not None:
            raise RuntimeError("words are being handed out: take them all first")


class Merger:
    """Merges sorted runs of lines "word count" that have no words in common.

    Args:
        runs: how many there are.
    """

    def __init__(self, runs: int) -> None:
        self._hungry = list(range(runs))[::-1]
        self._left: list[Iterator[Line]] = [iter(()) for _ in range(runs)]
        self._heap: list[tuple[int, bytes, int]] = []  # the next line of each run that has one

    def hungry(self) -> int:
        """The run whose next block is needed, -1 for none."""
        return self._hungry[-1] if self._hungry else -1

    def feed(self, run: int, block: Bytes) -> None:
        """The next whole lines of the hungry run; empty at its end. Raises ValueError: it is not hungry."""
        if run != self.hungry():
            raise ValueError("this run is not hungry")
        self._hungry.pop()
        self._left[run] = _lines(block, 0)
        if len(block):
            self._advance(run)

    def take(self, max_bytes: int) -> NDArray[np.uint8]:
        """The next lines, uint8, about max_bytes, fewer where a run becomes hungry; empty at the end."""
        lines, size = [], 0
        while self._heap and not self._hungry and size < max_bytes:
            minus, word, run = heappop(self._heap)
            lines.append(_text(word, -minus))
            size += len(lines[-1])
            self._advance(run)
        return _array(lines)

    def _advance(self, run: int) -> None:
        line = next(self._left[run], None)
        if line is None:
            self._hungry.append(run)
        else:
            heappush(self._heap, (-line.count, line.word, run))


class Selection:
    """Which words of a vocabulary, given in order, are kept.

    Listed words are kept whatever their count and take their places first; of the others, those that are not
    on the stop list and are counted often enough are kept while there is room.

    Args:
        min_count: the lowest count.
        max_words: words to keep, 0 for no limit.
    """

    def __init__(self, min_count: int, max_words: int) -> None:
        self._min_count = min_count
        self._max_words = max_words
        self._listed: frozenset[bytes] = frozenset()
        self._stopped: frozenset[bytes] = frozenset()
        self._others = 0  # words kept that are not listed
        self._amounts = {reason: [0, 0] for reason in ("kept", "rare", "crowded_out", "stop_words")}

    def keep(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        """Words to keep whatever their count. Raises ValueError: the offsets do not fit the arena."""
        self._listed = frozenset(words_of(arena, offsets))

    def stop(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        """Words to leave out unless they are to be kept. Raises ValueError as `keep`."""
        self._stopped = frozenset(words_of(arena, offsets))

    def filter(self, block: Bytes) -> NDArray[np.uint8]:
        """The lines, uint8, that are kept of a block of whole lines."""
        kept = []
        for line in _lines(block, 1):
            reason = self._reason(line)
            self._amounts[reason][0] += 1
            self._amounts[reason][1] += line.count
            if reason == "kept":
                kept.append(_text(line.word, line.count))
        return _array(kept)

    def counters(self) -> dict[str, tuple[int, int]]:
        """(words, tokens) kept and left out, by reason."""
        return {reason: (words, tokens) for reason, (words, tokens) in self._amounts.items()}

    def _reason(self, line: Line) -> str:
        if line.word in self._listed:
            return "kept"
        if line.word in self._stopped:
            return "stop_words"
        if line.count < self._min_count:
            return "rare"
        if 0 < self._max_words <= self._others + len(self._listed):
            return "crowded_out"
        self._others += 1
        return "kept"


def counts_of_lines(block: Bytes, first: int = 1) -> NDArray[np.uint64]:
    """The counts, uint64, of whole lines "word count" numbered from `first`.

    Raises:
        ValueError: a line that cannot be read.
    """
    return np.array([line.count for line in _lines(block, first)], np.uint64)


def _lines(block: Bytes, first: int) -> Iterator[Line]:
    # One by one: split() would need several times the memory of the block.
    text, start, number = bytes(block), 0, first
    while start < len(text):
        stop = text.find(b"\n", start)
        if stop < 0:
            stop = len(text)
        yield _parse(text[start:stop], number)
        start, number = stop + 1, number + 1


def _parse(line: bytes, number: int) -> Line:
    word, space, digits = line.removesuffix(b"\r").rpartition(b" ")
    if not space:
        raise _refusal(line, number, "expected a word, one space and its count")
    if not word:
        raise _refusal(line, number, "expected a word before the count")
    if b" " in word:
        raise _refusal(line, number, "expected one space, between the word and its count")
    value = _NUMBER.match(digits)
    if value is not None and (len(value[1]) > _COUNT_DIGITS or int(value[1] or 0) > _MAX_COUNT):
        raise _refusal(line, number, "expected a count under 2^63")
    if value is None or not digits.isdigit():
        raise _refusal(line, number, "expected a whole number after the last space")
    return Line(word, int(value[1] or 0))


def _refusal(found: bytes, number: int, what: str) -> ValueError:
    shown = ""
    for byte in found:
        if len(shown) >= _SHOWN:
            shown += "..."
            break
        shown += chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"
    return ValueError(f"line {number}: {what}; found '{shown}'")


def _text(word: bytes, count: int) -> bytes:
    return b"%b %d\n" % (word, count)


def _array(lines: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(lines), np.uint8)
