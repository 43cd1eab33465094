"""Counting and encoding text in plain Python: the oracle of the native encoder, and its stand-in."""

import re
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.wording import counted

#: Final id of a word under the minimum count.
DROPPED: Final = 0xFFFFFFFF

_BOM: Final = b"\xef\xbb\xbf"
_WHITE: Final = re.compile(rb"[ \t\n\v\f\r]")


class Scanner:
    """Tells words, lines and byte order marks apart in a stream of bytes; subclasses do something with them.

    Words are what the ASCII bytes of white space separate. The result does not depend on how the text is cut
    into chunks.

    Args:
        max_token: longer words are dropped and counted, in bytes.
    """

    def __init__(self, max_token: int) -> None:
        self._max_token = max(1, max_token)
        self._held = b""  # the word that the last chunk left open, no more of it than max_token bytes and one
        self._held_size = 0
        self._bom: bytes | None = b""  # what was seen of a byte order mark, None once the question is settled
        self._line_open = False
        self._counters = dict.fromkeys(("bytes", "lines", "tokens", "long_tokens", "boms"), 0)

    def feed(self, chunk: bytes | bytearray | memoryview | NDArray[np.uint8]) -> None:
        """Takes the next bytes of the current input.

        Raises:
            TypeError: the chunk is not bytes.
            ValueError: there are more different words than allowed.
        """
        view: memoryview[int] = memoryview(chunk)  # type: ignore[arg-type]
        if view.format != "B" or view.ndim != 1:
            raise TypeError(f"text must be bytes, found items of format {view.format!r}")
        self._counters["bytes"] += len(view)
        text = self._skip_bom(bytes(view))
        if not text:
            return
        self._line_open = not text.endswith(b"\n")
        start = 0
        if self._held_size:
            match = _WHITE.search(text)
            start = match.start() if match else len(text)
            self._hold(text[:start])
            if match:
                self._end_token()
        stop = max(start, *(text.rfind(white) + 1 for white in (b" ", b"\n", b"\t", b"\v", b"\f", b"\r")))
        self._scan(text[start:stop])
        self._hold(text[stop:])

    def end_input(self) -> None:
        """Ends the current input and with it its last word and line."""
        if self._bom:
            self._hold(self._bom)
            self._line_open = True
        if self._held_size:
            self._end_token()
        self._end_line()
        self._counters["lines"] += self._line_open
        self._line_open, self._bom = False, b""

    def counters(self) -> dict[str, int]:
        """What was read so far, by name."""
        return dict(self._counters)

    def _take(self, words: list[bytes]) -> None:
        """Does something with some words of a line."""
        raise NotImplementedError

    def _end_line(self) -> None:
        """A line or the input is at its end."""

    def _skip_bom(self, text: bytes) -> bytes:
        """The text without a byte order mark at the start of its input, which may arrive in pieces."""
        if self._bom is None:
            return text
        text = self._bom + text
        if text.startswith(_BOM):
            self._counters["boms"] += 1
            self._bom = None
            return text[len(_BOM) :]
        if _BOM.startswith(text):
            self._bom = text
            return b""
        self._bom = None
        return text

    def _scan(self, text: bytes) -> None:
        """Splits text that ends with white space."""
        *lines, last = text.split(b"\n")
        for line in lines:
            self._split(line)
            self._counters["lines"] += 1
            self._end_line()
        self._split(last)

    def _split(self, line: bytes) -> None:
        words = line.split()
        if len(line) > self._max_token:
            short = [word for word in words if len(word) <= self._max_token]
            self._counters["long_tokens"] += len(words) - len(short)
            words = short
        self._take_counted(words)

    def _take_counted(self, words: list[bytes]) -> None:
        self._counters["tokens"] += len(words)
        self._take(words)

    def _hold(self, part: bytes) -> None:
        self._held_size += len(part)
        self._held += part[: max(0, self._max_token + 1 - len(self._held))]

    def _end_token(self) -> None:
        if self._held_size > self._max_token:
            self._counters["long_tokens"] += 1
        else:
            self._take_counted([self._held])
        self._held, self._held_size = b"", 0


class _Ids(dict[bytes, int]):
    """Words and their provisional ids, given out when a word is first asked for."""

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
        max_token: longer words are dropped and counted, in bytes.
        max_types: different words there may be.
    """

    def __init__(self, max_sentence: int, max_token: int = 65536, max_types: int = DROPPED - 1) -> None:
        super().__init__(max_token)
        self._max_sentence = max(1, max_sentence)
        self._ids = _Ids(max_types)
        self._counts = np.zeros(0, np.int64)
        self._tokens: list[int] = []
        self._lengths: list[int] = []
        self._sentence = 0  # words of the open sentence
        self._left_out = 0  # those of them that were not encoded
        self._counters |= {"sentences": 0, "splits": 0}

    def take_ids(self) -> NDArray[np.uint32]:
        """Provisional ids, uint32, encoded since the last call."""
        ids = np.array(self._tokens, np.uint32)
        self._count(ids)
        self._tokens = []
        return ids

    def take_lengths(self) -> NDArray[np.uint32]:
        """Tokens of each sentence, uint32, that ended since the last call."""
        lengths = np.array(self._lengths, np.uint32)
        self._lengths = []
        return lengths

    def counters(self) -> dict[str, int]:
        """What was read so far, by name."""
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
            self._end_line()
            self._counters["splits"] += 1
            words = words[room:]
        self._encode(words)

    def _encode(self, words: list[bytes]) -> None:
        self._sentence += len(words)
        self._tokens += map(self._ids.__getitem__, words)

    def _end_line(self) -> None:
        if self._sentence:
            if self._sentence > self._left_out:
                self._lengths.append(self._sentence - self._left_out)
            self._counters["sentences"] += 1
            self._sentence = self._left_out = 0


class FixedTextEncoder(TextEncoder):
    """Encodes the words of a given vocabulary by row and leaves out all others.

    Words that the vocabulary lacks count where sentences are split.

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
    ) -> None:
        super().__init__(max_sentence, max_token)
        for word in words_of(arena, offsets):
            self._ids[word] = len(self._ids)

    def words_seen(self) -> int:
        """Words of the vocabulary that occurred."""
        return int(np.count_nonzero(self._counts))

    def _encode(self, words: list[bytes]) -> None:
        known = [row for word in words if (row := self._ids.get(word)) is not None]
        self._sentence += len(words)
        self._left_out += len(words) - len(known)
        self._tokens += known


def joined(words: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Words one behind the other: arena uint8 and offsets int64 [words + 1]."""
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in words], out=offsets[1:])
    return np.frombuffer(b"".join(words), np.uint8), offsets


def words_of(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[bytes]:
    """The words of an arena, each there once.

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
            raise ValueError(f"row {row} holds a word for the second time")
    return list(words)


def remap(
    ids: NDArray[np.uint32], sentences: NDArray[np.int64], final_ids: NDArray[np.uint32]
) -> tuple[int, int]:
    """Maps ids in place, drops those without a final id and the sentences left empty.

    Returns:
        The number of ids and of sentences left; `sentences` begins with their offsets.

    Raises:
        TypeError: an array cannot be written to or has another dtype.
        ValueError: an offset or an id is out of range.
    """
    _check_remap(ids, sentences, final_ids)
    mapped = final_ids[ids[: sentences[-1]]]
    kept = mapped != DROPPED
    before = np.concatenate([[0], np.cumsum(kept)])[sentences]
    # A sentence that kept nothing ends where the one before it does.
    ends = [stop for start, stop in pairwise(before.tolist()) if stop > start]
    ids[: before[-1]] = mapped[kept]
    sentences[1 : 1 + len(ends)] = ends
    return int(before[-1]), len(ends)


def _check_remap(
    ids: NDArray[np.uint32], sentences: NDArray[np.int64], final_ids: NDArray[np.uint32]
) -> None:
    for name, array, dtype in (("ids", ids, np.uint32), ("sentences", sentences, np.int64)):
        if array.dtype != dtype or not array.flags.writeable:
            raise TypeError(f"{name} must be writable {np.dtype(dtype)}, found {array.dtype}")
    if len(sentences) == 0:
        raise ValueError("sentences are empty: expected offsets from 0 to the end")
    wrong = np.flatnonzero((sentences[1:] < np.maximum(sentences[:-1], 0)) | (sentences[1:] > len(ids)))
    if len(wrong):
        raise ValueError(f"sentence {wrong[0]} ends outside the block")
    unknown = np.flatnonzero(ids[: sentences[-1]] >= len(final_ids))
    if len(unknown):
        raise ValueError(f"id {ids[unknown[0]]} is out of range")
