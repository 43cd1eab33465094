"""Selects the words of a vocabulary."""

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import words_of
from embtrain.plain.count_lines import Line, array_of, line_of, parse_lines
from embtrain.plain.scanner import Chunk


class Selection:
    """Selects the words to keep from a vocabulary given in order.

    Listed words are kept whatever their count, and first. Other words are kept while there is room, if they
    are not on the stop list and are counted often enough.

    Args:
        min_count: the lowest count to keep.
        max_words: number of words to keep, 0 for no limit.
    """

    def __init__(self, min_count: int, max_words: int) -> None:
        self._min_count = min_count
        self._max_words = max_words
        self._listed: frozenset[bytes] = frozenset()
        self._stopped: frozenset[bytes] = frozenset()
        self._others = 0  # words kept that are not listed
        self._amounts = {reason: [0, 0] for reason in ("kept", "rare", "crowded_out", "stop_words")}

    def keep(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        """Sets the words to keep whatever their count. Raises ValueError for offsets that do not fit."""
        self._listed = frozenset(words_of(arena, offsets))

    def stop(self, arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        """Sets the words to leave out, unless `keep` lists them. Raises ValueError as `keep`."""
        self._stopped = frozenset(words_of(arena, offsets))

    def filter(self, block: Chunk) -> NDArray[np.uint8]:
        """Returns the lines to keep, uint8, of a block of whole lines."""
        kept = []
        for line in parse_lines(block, 1):
            reason = self._reason(line)
            self._amounts[reason][0] += 1
            self._amounts[reason][1] += line.count
            if reason == "kept":
                kept.append(line_of(line.word, line.count))
        return array_of(kept)

    def counters(self) -> dict[str, tuple[int, int]]:
        """Numbers of words and tokens, kept and left out, by reason."""
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
