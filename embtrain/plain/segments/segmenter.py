"""Cuts text into words and grapheme clusters by UAX #29, with the same table as the native code.

Text may contain bytes that are not UTF-8, as surrogates (errors="surrogateescape"), which have no properties.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.segments.break_classes import WORD_CLASSES, WORD_MASK
from embtrain.plain.segments.break_rules import (
    is_cluster_break,
    is_control,
    is_word,
    is_word_break,
    leading_spaces,
)

#: Pieces of text whose words are cached: a few pieces make up most of any text.
_REMEMBERED = 1 << 16
_POINTS = 0x110000

Cut = tuple[bytes, int, int]


class Segmenter:
    """Cuts text into words or grapheme clusters.

    Each piece between two spaces is cut by itself and cached: a space joins only with the marks after it, and
    they do not form a word.

    Args:
        starts: first code points of ranges, uint32 [n], the first one 0.
        properties: properties of the code points in each range, uint16 [n], laid out as in
            `embtrain.plain.segments.break_classes`.

    Raises:
        ValueError: the ranges do not cover Unicode in order, or have unknown properties.
    """

    def __init__(self, starts: NDArray[np.uint32], properties: NDArray[np.uint16]) -> None:
        _check(starts, properties)
        self._table = np.repeat(properties, np.diff(starts, append=_POINTS))
        self._words = lru_cache(_REMEMBERED)(self._cut_words)
        self._clusters = lru_cache(_REMEMBERED)(self._cut_clusters)

    def words(self, text: bytes | memoryview) -> Cut:
        """Cuts text into words with a letter, number or emoji, each followed by a space; newlines are kept.

        Returns:
            The words, the number of dropped segments that are not white space, and the number of bytes that
            are not UTF-8.
        """
        return _each_piece(bytes(text), self._words)

    def clusters(self, text: bytes | memoryview) -> Cut:
        """Like `words`, for grapheme clusters that are not white space or control characters."""
        return _each_piece(bytes(text), self._clusters)

    def segments_of(self, text: str) -> Iterator[str]:
        """Cuts text at its word boundaries. Joined, the segments are the text."""
        return self._cut(text, is_word_break)

    def clusters_of(self, text: str) -> Iterator[str]:
        """Cuts text into extended grapheme clusters. Joined, they are the text."""
        return self._cut(text, is_cluster_break)

    def is_word(self, segment: str) -> bool:
        """Whether a segment has a letter, a number or a character shown as emoji."""
        return is_word(self._properties(segment))

    def stripped(self, segment: str) -> str:
        """Returns a segment without the white space at its beginning."""
        return segment[leading_spaces(self._properties(segment)) :]

    def _properties(self, text: str) -> list[int]:
        return [int(self._table[ord(character)]) for character in text]

    def _cut(self, text: str, breaks: Callable[[list[int], int], bool]) -> Iterator[str]:
        properties = self._properties(text)
        start = 0
        for place in range(1, len(text) + 1):
            if place == len(text) or breaks(properties, place):
                yield text[start:place]
                start = place

    def _cut_words(self, text: str) -> Cut:
        kept, dropped = [], 0
        for segment in self.segments_of(text):
            stripped = self.stripped(segment)
            if self.is_word(segment):
                kept.append(stripped)
            else:
                dropped += bool(stripped)
        return _encoded(kept), dropped, _bad_bytes(text)

    def _cut_clusters(self, text: str) -> Cut:
        kept, dropped = [], 0
        for cluster in self.clusters_of(text):
            stripped = self.stripped(cluster)
            if is_control(self._properties(cluster)):
                dropped += bool(stripped)
            elif stripped:
                kept.append(stripped)
        return _encoded(kept), dropped, _bad_bytes(text)


def _check(starts: NDArray[np.uint32], properties: NDArray[np.uint16]) -> None:
    if len(starts) != len(properties):
        raise ValueError("starts and properties must have the same length")
    if len(starts) == 0 or starts[0] != 0:
        raise ValueError("the first range must start at 0")
    if (np.diff(starts.astype(np.int64), append=_POINTS) <= 0).any():
        raise ValueError("ranges must rise up to 0x10FFFF")
    if ((properties & WORD_MASK) >= len(WORD_CLASSES)).any():
        raise ValueError("unknown Word_Break class")


def _each_piece(text: bytes, cut: Callable[[str], Cut]) -> Cut:
    lines, dropped, bad_bytes = [], 0, 0
    for line in text.decode("utf-8", "surrogateescape").split("\n"):
        pieces = [cut(piece) for piece in line.split(" ") if piece]
        lines.append(b"".join(kept for kept, _, _ in pieces))
        dropped += sum(count for _, count, _ in pieces)
        bad_bytes += sum(count for _, _, count in pieces)
    return b"\n".join(lines), dropped, bad_bytes


def _encoded(kept: list[str]) -> bytes:
    return "".join(f"{segment} " for segment in kept).encode("utf-8", "surrogateescape")


def _bad_bytes(text: str) -> int:
    return sum("\udc80" <= character <= "\udcff" for character in text)
