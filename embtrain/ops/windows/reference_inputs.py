"""Rows of the input table in plain Python: a word's own, or means of the rows of its bag.

Part of the tests' oracle. The contract is in `embtrain.ops.windows.contract`.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.ops.windows.contract import WindowStep, n_cells

Table = NDArray[np.float64]
#: A step whose tables are float64 [R, D] and [V, D].
Arguments = WindowStep[NDArray[Any]]
Places = NDArray[np.int64]


class Inputs(Protocol):
    """Rows of the kept tokens of a sentence; `places` are indices of such tokens."""

    def take(self, places: Places) -> Table:
        """The rows as they are now, float64 [C, D]."""

    def add(self, places: Places, changes: Table) -> None:
        """Adds changes, float64 [C, D] or [1, D], to the rows; to each as often as its place is given."""

    def move(self, first: int, last: int, part: Places) -> None:
        """Tokens [first, last) are in reach now, as far as they are near the part."""

    def finish(self) -> None:
        """The part has ended."""


class WordRows:
    """The row of a token is its word's, in the table."""

    def __init__(self, step: Arguments, ids: NDArray[Any]) -> None:
        self._step, self._ids = step, ids

    def take(self, places: Places) -> Table:
        rows: Table = self._step.input[self._ids[places]]
        return rows

    def add(self, places: Places, changes: Table) -> None:
        np.add.at(self._step.input, self._ids[places], changes)

    def move(self, first: int, last: int, part: Places) -> None:
        """Nothing to do."""

    def finish(self) -> None:
        """Nothing to do."""


class BagRows(WordRows):
    """The row of a token is the mean of its bag; a change is added to every row of the bag."""

    def bag(self, word: int) -> NDArray[Any]:
        """Rows of the table, with repetitions."""
        bag: NDArray[Any] = self._step.bags[self._step.bag_offsets[word] : self._step.bag_offsets[word + 1]]
        return bag

    def change(self, word: int, change: Table) -> None:
        """Adds a change, float64 [D], to the rows of a word's bag that are not frozen."""
        rows, frozen = self.bag(word), self._step.frozen
        np.add.at(self._step.input, rows[frozen[rows] == 0] if len(frozen) else rows, change)

    def take(self, places: Places) -> Table:
        return np.stack([self._step.input[self.bag(word)].mean(axis=0) for word in self._ids[places]])

    def add(self, places: Places, changes: Table) -> None:
        each = np.broadcast_to(changes, (len(places), changes.shape[1]))
        for word, change in zip(self._ids[places], each, strict=True):
            self.change(word, change)


class CellRows(BagRows):
    """The row of a token in reach is in a cell: the mean of its word's bag, which gets its change later."""

    def __init__(self, step: Arguments, ids: NDArray[Any]) -> None:
        super().__init__(step, ids)
        cells = n_cells(step.window)
        self._words: list[int | None] = [None] * cells
        self._in_reach = [0] * cells
        self._before = np.zeros((cells, step.input.shape[1]))
        self._now = self._before.copy()
        self._next = 0
        self._left: int | None = None
        self._entered = 0

    def take(self, places: Places) -> Table:
        rows: Table = self._now[self._cells(places)]
        return rows

    def add(self, places: Places, changes: Table) -> None:
        np.add.at(self._now, self._cells(places), changes)

    def move(self, first: int, last: int, part: Places) -> None:
        window = self._step.window
        if self._left is None:
            self._left = self._entered = max(0, int(part[0]) - window)
        for place in range(self._left, min(first, self._entered)):
            self._in_reach[self._words.index(self._ids[place])] -= 1
        self._left = max(self._left, first)
        self._entered = max(self._left, self._entered)
        for place in range(self._entered, min(last, len(self._ids), int(part[-1]) + 1 + window)):
            self._enter(place)
            self._entered = place + 1

    def finish(self) -> None:
        for cell in range(len(self._words)):
            self._empty(cell)

    def _cells(self, places: Places) -> list[int]:
        return [self._words.index(self._ids[place]) for place in places]

    def _enter(self, place: int) -> None:
        word = self._ids[place]
        if word not in self._words:
            while self._in_reach[self._next]:
                self._next = (self._next + 1) % len(self._words)
            cell, self._next = self._next, (self._next + 1) % len(self._words)
            self._empty(cell)
            self._words[cell] = word
            self._now[cell] = self._before[cell] = self._step.input[self.bag(word)].mean(axis=0)
        self._in_reach[self._words.index(word)] += 1

    def _empty(self, cell: int) -> None:
        word = self._words[cell]
        if word is not None:
            self.change(word, self._now[cell] - self._before[cell])
        self._words[cell] = None
