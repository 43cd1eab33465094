"""Writes sorted runs of lines "word count" to a temporary file, and merges them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embtrain.io.spool import Spool
from embtrain.native import native_or_plain
from embtrain.text.vocab.count_lines import spooled_blocks

if TYPE_CHECKING:
    from embtrain._native import Merger, Tally

_BLOCK_BYTES = 1 << 20
_SMALLEST_BLOCK_BYTES = 1 << 12
# More runs than this are merged in several passes, so that their buffers stay large enough to read well.
_FAN_IN = 64


def handed_out(tally: "Tally") -> Iterator[NDArray[np.uint8]]:
    """Yields blocks of lines of a table in the order chosen for it, and empties the table."""
    while len(block := tally.take(_BLOCK_BYTES)):
        yield block


class SortedRuns(Spool):
    """Runs without common words, each in the order of a vocabulary."""

    def __init__(self, tmp_dir: str | None) -> None:
        super().__init__(tmp_dir)
        self._runs: list[tuple[int, int]] = []

    def add(self, tally: "Tally") -> None:
        """Sorts the words of a table and empties it into a new run."""
        tally.sort()
        self._append(handed_out(tally))

    def merged(self, memory: int) -> Iterator[NDArray[np.uint8]]:
        """Yields all lines in the order of a vocabulary, with buffers of `memory` bytes in total."""
        while len(self._runs) > _FAN_IN:
            group, self._runs = self._runs[:_FAN_IN], self._runs[_FAN_IN:]
            self._append(self._merge(group, memory))
        yield from self._merge(self._runs, memory)

    def _append(self, blocks: Iterator[NDArray[np.uint8]]) -> None:
        start = self.size
        for block in blocks:
            self.append(block)
        self._runs.append((start, self.size))

    def _merge(self, runs: list[tuple[int, int]], memory: int) -> Iterator[NDArray[np.uint8]]:
        # A block is in memory twice while it is passed to the merger.
        size = min(_BLOCK_BYTES, max(_SMALLEST_BLOCK_BYTES, memory // (2 * len(runs) + 2)))
        sources = [spooled_blocks(self, start, end, size) for start, end in runs]
        merger: Merger = native_or_plain().Merger(len(sources))
        while True:
            while (run := merger.hungry()) >= 0:
                merger.feed(run, next(sources[run], b""))
            lines = merger.take(_BLOCK_BYTES)
            if not len(lines):
                return
            yield lines
