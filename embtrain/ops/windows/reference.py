"""The common part of the contract in plain Python: the windows of a step, their groups and their draws.

Part of the tests' oracle; never registered as a backend. The contract is in `embtrain.ops.windows.contract`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embtrain.ops import draws, noise
from embtrain.ops.learning_rate import rate_at
from embtrain.ops.windows.contract import CHUNK_TOKENS
from embtrain.ops.windows.reference_inputs import Arguments, BagRows, CellRows, Inputs, Table, WordRows


@dataclass(frozen=True)
class Window:
    """A centre's contexts, kept tokens [C] of its sentence, and their distances from it, [C]; the rows that
    these train; its outputs, ids [O], the centre first; weight of a negative."""

    contexts: NDArray[np.int64]
    distances: NDArray[np.int64]
    inputs: Inputs
    outputs: NDArray[np.int64]
    weight: float

    @property
    def rows(self) -> Table:
        """The rows of the contexts as they are now, float64 [C, D]."""
        return self.inputs.take(self.contexts)

    @property
    def labels(self) -> NDArray[np.float64]:
        """1 for the centre, 0 for the negatives, float64 [O]."""
        labels = np.zeros(len(self.outputs))
        labels[0] = 1
        return labels

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much each output counts, float64 [O]."""
        labels = self.labels
        return labels + (1 - labels) * self.weight


@dataclass(frozen=True)
class CentreGroup:
    """Windows that share their negatives, except those without a context, and their learning rate."""

    centres: int
    windows: list[Window]
    lr: float


class Change(NamedTuple):
    """What rows [C] of another table get, float64 [C, D], to be multiplied by the learning rate."""

    table: str
    rows: NDArray[np.int64]
    changes: Table


class Update(NamedTuple):
    """The update of a window, to be multiplied by the learning rate.

    Attributes:
        contexts: float64 [C, D], or [1, D] for all contexts. outputs: float64 [O, D].
        pairs: number of pairs that the window counts as. loss: the sum of their losses.
        others: what the rows of other tables get.
    """

    contexts: Table
    outputs: Table
    pairs: int
    loss: float
    others: tuple[Change, ...] = ()


def run(
    step: Arguments, train: Callable[[Window], Update], group: int, batch: int | None
) -> tuple[int, int, int, float]:
    """Runs one step in place; `train` computes a window's update from the current tables.

    Args:
        group, batch: as in `seen_together`.

    Returns:
        (words, kept, pairs, loss).
    """
    kept, pairs, loss = 0, 0, 0.0
    for together in seen_together(step, group, batch):
        updates = [(part.lr, window, train(window)) for part in together for window in part.windows]
        kept += sum(part.centres for part in together)
        for lr, window, update in updates:
            window.inputs.add(window.contexts, lr * update.contexts)
            np.add.at(step.output, window.outputs, lr * update.outputs)
            for other in update.others:
                np.add.at(getattr(step, other.table), other.rows, lr * other.changes)
            pairs += update.pairs
            loss += update.loss
    return len(step.ids), kept, pairs, loss


def groups(step: Arguments, size: int) -> Iterator[CentreGroup]:
    """Groups of up to `size` centres, in order, as in the contract."""
    drawn, weight = draws.shared_negatives(step.negatives, size)
    for kept, windows in _windows(step):
        for part in _parts((step.position + kept) // CHUNK_TOKENS):
            inputs = (CellRows if step.has_bags else WordRows)(step, step.ids[kept])
            for start in range(0, len(part), size):
                members = [windows[i] for i in part[start : start + size]]
                group = _group(step, members, inputs, drawn, weight)
                if group.windows:
                    inputs.move(part[start] - step.window, part[start] + size + step.window, part)
                yield group
            inputs.finish()


def strips(step: Arguments, size: int) -> Iterator[CentreGroup]:
    """Groups of `size` centres across sentences, as in `batched`; the last may be smaller."""
    drawn, weight = draws.strip_negatives(step.negatives, size)
    found, ids, first = [], [], 0
    for kept, windows in _windows(step):
        found += [(t, first + i, first + contexts) for t, i, contexts in windows]
        ids.append(step.ids[kept])
        first += len(kept)
    inputs = (BagRows if step.has_bags else WordRows)(step, np.concatenate(ids))
    for start in range(0, len(found), size):
        yield _group(step, found[start : start + size], inputs, drawn, weight)


#: A centre: its index in the step, its place among the kept tokens, and those that are its contexts.
Centre = tuple[int, int, NDArray[np.int64]]


def _windows(step: Arguments) -> Iterator[tuple[NDArray[np.int64], list[Centre]]]:
    """Yields each sentence's kept tokens, and these as centres."""
    ids = step.ids
    positions = step.position + np.arange(len(ids))
    is_kept = draws.unit(draws.draw(draws.key(step.seed, step.epoch, draws.KEEP), positions)) < step.keep[ids]
    drawn = draws.draw(draws.key(step.seed, step.epoch, draws.WINDOW), positions)
    reach = step.reach(draws.scaled(drawn, step.window)[0])
    for first, last in pairwise(step.sentences):
        kept = np.flatnonzero(is_kept[first:last]) + first
        windows = []
        for i, t in enumerate(kept):
            r = reach[t]
            near = np.arange(max(0, i - r), min(len(kept), i + 1 + r))
            windows.append((int(t), i, near[near != i]))
        yield kept, windows


def _group(
    step: Arguments,
    members: list[Centre],
    inputs: Inputs,
    drawn: int,
    weight: float,
) -> CentreGroup:
    """A group of windows, with the negatives drawn at its first centre."""
    start = step.position + members[0][0]
    negatives = noise.draw_negatives(step.alias, step.seed, step.epoch, np.array([start]), drawn)[0]
    windows = []
    for t, place, contexts in members:
        if len(contexts):
            centre = step.ids[t]
            outputs = np.concatenate([[centre], negatives[negatives != centre]])
            windows.append(Window(contexts, contexts - place, inputs, outputs, weight))
    lr = rate_at(step.lr, start, step.epoch, step.epochs, step.corpus_tokens, step.min_lr)
    return CentreGroup(len(members), windows, lr)


def seen_together(step: Arguments, group: int, batch: int | None) -> Iterator[list[CentreGroup]]:
    """Groups whose windows all see the same tables: single groups, as in the contract, or, as in `batched`,
    enough strips of `group` centres to hold `batch` centres."""
    if batch is None:
        yield from ([part] for part in groups(step, group))
        return
    together: list[CentreGroup] = []
    for part in strips(step, group):
        together.append(part)
        if sum(strip.centres for strip in together) >= batch:
            yield together
            together = []
    yield together


def _parts(chunks: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Indices of consecutive centres in the same chunk."""
    parts = np.split(np.arange(len(chunks)), np.flatnonzero(np.diff(chunks)) + 1)
    return (part for part in parts if len(part))


def window_loss(rows: Table, output: Table, window: Window) -> float:
    """Loss of pairs: softplus(-x) for the centre's column, weight times softplus(x) for the negatives'.

    Args:
        rows: float64 [R, D]. output: float64 [O, D].

    Source: Mikolov et al. 2013b, equation 4 (negated).
    """
    x = rows @ output.T
    return float((window.weights * np.logaddexp(0, np.where(window.labels > 0, -x, x))).sum())


def window_gradient(rows: Table, output: Table, window: Window) -> tuple[Table, Table]:
    """Descent directions (minus the gradient of `window_loss`) of the rows and the output rows."""
    g = window.weights * (window.labels - np.exp(-np.logaddexp(0, -(rows @ output.T))))
    return g @ output, g.T @ rows
