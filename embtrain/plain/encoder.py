"""Counts and encodes text."""

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import joined, words_of
from embtrain.plain.remap import DROPPED
from embtrain.plain.scanner import EOS, Scanner
from embtrain.wording import counted


class _Ids(dict[bytes, int]):
    """Provisional ids of words, assigned when a word is first looked up."""

    def __init__(self, max_types: int) -> None:
        self.max_types = max_types

    def __missing__(self, word: bytes) -> int:
        if len(self) == self.max_types:
            raise ValueError(f"more than {counted(self.max_types, 'different word')}")
        self[word] = number = len(self)
        return number


class TextEncoder(Scanner):
    """Counts the words of a text and encodes them by order of first appearance; a newline ends a sentence.

    Args:
        max_sentence: longer sentences are split after this many words; the cuts are counted.
        max_token: longer words, in bytes, are dropped and counted.
        max_types: the largest number of different words.
        eos: whether each sentence ends with the word </s>, which does not count towards its length.
    """

    def __init__(
        self, max_sentence: int, max_token: int = 65536, max_types: int = DROPPED - 1, eos: bool = False
    ) -> None:
        super().__init__(max_token)
        self._eos = eos
        self._max_sentence = max(1, max_sentence)
        self._ids = _Ids(max_types)
        self._counts = np.zeros(0, np.int64)
        self._tokens: list[int] = []
        self._lengths: list[int] = []
        self._sentence = 0  # words of the open sentence
        self._left_out = 0  # those of them that were not encoded
        self._counters |= {"sentences": 0, "splits": 0}

    def take_ids(self) -> NDArray[np.uint32]:
        """Returns the provisional ids, uint32, encoded since the last call."""
        ids = np.array(self._tokens, np.uint32)
        self._count(ids)
        self._tokens = []
        return ids

    def take_lengths(self) -> NDArray[np.uint32]:
        """Returns the number of tokens, uint32, of each sentence that ended since the last call."""
        lengths = np.array(self._lengths, np.uint32)
        self._lengths = []
        return lengths

    def counters(self) -> dict[str, int]:
        """Counts of the text read so far, by name."""
        return {**self._counters, "types": len(self._ids)}

    def finish(
        self, min_count: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
        """Ends the input and frees the words.

        Returns:
            arena uint8, offsets int64 and counts int64 of the words counted at least min_count times, most
            frequent first, equal counts in byte order; the final id, uint32, of each provisional id.
        """
        self.end_input()
        self._count(np.array(self._tokens, np.uint32))
        counts = self._counts[: len(self._ids)].tolist()
        kept = [(-counts[number], word) for word, number in self._ids.items() if counts[number] >= min_count]
        kept.sort()
        final_ids = np.full(len(counts), DROPPED, np.uint32)
        final_ids[[self._ids[word] for _, word in kept]] = np.arange(len(kept), dtype=np.uint32)
        arena, offsets = joined([word for _, word in kept])
        self._ids, self._counts = _Ids(self._ids.max_types), np.zeros(0, np.int64)
        self._tokens, self._lengths = [], []
        return arena, offsets, np.array([-count for count, _ in kept], np.int64), final_ids

    def _count(self, ids: NDArray[np.uint32]) -> None:
        if len(self._counts) < len(self._ids):
            more = np.zeros(2 * len(self._ids) - len(self._counts), np.int64)
            self._counts = np.concatenate([self._counts, more])
        np.add.at(self._counts, ids, 1)

    def _take(self, words: list[bytes]) -> None:
        while len(words) > (room := self._max_sentence - self._sentence):
            self._encode(words[:room])
            self._end_sentence()
            self._counters["splits"] += 1
            words = words[room:]
        self._encode(words)

    def _encode(self, words: list[bytes]) -> None:
        self._sentence += len(words)
        self._tokens += map(self._ids.__getitem__, words)

    def _end_line(self) -> None:
        if self._eos and self._sentence:
            self._counters["tokens"] += 1
            self._encode([EOS])
        self._end_sentence()

    def _end_sentence(self) -> None:
        if self._sentence:
            if self._sentence > self._left_out:
                self._lengths.append(self._sentence - self._left_out)
            self._counters["sentences"] += 1
            self._sentence = self._left_out = 0


class FixedTextEncoder(TextEncoder):
    """Encodes the words of a given vocabulary as its rows and leaves out all others.

    Words that the vocabulary lacks count towards the length at which sentences are split.

    Args:
        arena, offsets: uint8 and int64 [V + 1], the words.

    Raises:
        ValueError: the offsets do not fit the arena, or a word is a duplicate.
    """

    def __init__(
        self,
        max_sentence: int,
        arena: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        max_token: int = 65536,
        eos: bool = False,
    ) -> None:
        super().__init__(max_sentence, max_token, eos=eos)
        for word in words_of(arena, offsets):
            self._ids[word] = len(self._ids)

    def words_seen(self) -> int:
        """Number of words of the vocabulary that occurred."""
        return int(np.count_nonzero(self._counts))

    def _encode(self, words: list[bytes]) -> None:
        known = [row for word in words if (row := self._ids.get(word)) is not None]
        self._sentence += len(words)
        self._left_out += len(words) - len(known)
        self._tokens += known
