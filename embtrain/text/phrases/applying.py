"""Joins known phrases in text that is read once, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.text.corpus import EncodeStats
from embtrain.text.phrases.phrases import Phrases
from embtrain.text.pieces import Piece

#: No sentence has more words: their number is 32 bits wide.
_NO_CUT: Final = 2**32 - 1


class PhraseApplier:
    """Joins phrases in inputs, one after another.

    Args:
        phrases: what to join.
        max_sentence: longer sentences are cut after so many words; phrases do not cross the cut. By default
            none is.
        on_progress: called after each piece of text with the counts so far.
    """

    def __init__(
        self,
        phrases: Phrases,
        max_sentence: int = _NO_CUT,
        on_progress: Callable[[EncodeStats], None] = lambda stats: None,
    ) -> None:
        self._joiner = phrases.joiner(max_sentence)
        self._on_progress = on_progress
        self._inputs = 0

    def join(self, pieces: Iterable[Piece]) -> Iterator[NDArray[np.uint8]]:
        """Yields the words of one input, a sentence a line, with phrases joined."""
        for piece in pieces:
            yield self._joiner.feed(piece)
            self._on_progress(self.stats)
        yield self._joiner.end_input()
        self._inputs += 1

    def line(self, words: bytes) -> bytes:
        """The words of one sentence with phrases joined, without a newline."""
        joined = self._joiner.feed(words).tobytes() + self._joiner.end_input().tobytes()
        return joined.rstrip(b"\n")

    @property
    def stats(self) -> EncodeStats:
        """Counts of what was read so far; `tokens` are the words before joining."""
        counters: dict[str, Any] = self._joiner.counters()
        return EncodeStats(inputs=self._inputs, **counters)
