"""Merges sorted runs of counted words."""

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.count_lines import Line, array_of, line_of, parse_lines
from embtrain.plain.scanner import Chunk


class Merger:
    """Merges sorted runs of lines "word count" that have no words in common.

    Args:
        runs: number of runs.
    """

    def __init__(self, runs: int) -> None:
        self._hungry = list(range(runs))[::-1]
        self._left: list[Iterator[Line]] = [iter(()) for _ in range(runs)]
        self._heap: list[tuple[int, bytes, int]] = []  # the next line of each run that has one

    def hungry(self) -> int:
        """The run whose next block is needed; -1 for none."""
        return self._hungry[-1] if self._hungry else -1

    def feed(self, run: int, block: Chunk) -> None:
        """Adds the next whole lines of the hungry run, none at its end. Raises ValueError for another run."""
        if run != self.hungry():
            raise ValueError("this run is not hungry")
        self._hungry.pop()
        self._left[run] = parse_lines(block, 0)
        if len(block):
            self._advance(run)

    def take(self, max_bytes: int) -> NDArray[np.uint8]:
        """Returns the next lines, uint8, about max_bytes, fewer if a run becomes hungry; empty at the end."""
        lines, size = [], 0
        while self._heap and not self._hungry and size < max_bytes:
            minus, word, run = heappop(self._heap)
            lines.append(line_of(word, -minus))
            size += len(lines[-1])
            self._advance(run)
        return array_of(lines)

    def _advance(self, run: int) -> None:
        line = next(self._left[run], None)
        if line is None:
            self._hungry.append(run)
        else:
            heappush(self._heap, (-line.count, line.word, run))
