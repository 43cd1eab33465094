"""The contract's frame in plain Python: which windows a step has, in which groups, and what each draws.

Part of the tests' oracle; never registered as a backend. See `embtrain.ops.schema` for the contract.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.ops import draws, noise

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What a step needs besides tables and tokens; the names are the schema's."""

    window: int
    negatives: int
    lr: float
    corpus_tokens: int
    epochs: int
    seed: int
    epoch: int


@dataclass(frozen=True)
class Tokens:
    """The tokens of a step: ids int64 [n], sentences int64 [m + 1], keep float32 [V], alias int64 [V]."""

    ids: NDArray[np.int64]
    sentences: NDArray[np.int64]
    position: int
    keep: NDArray[np.float32]
    alias: NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """A centre's context words, ids [C]; its outputs, ids [O], the centre first; weight of a negative."""

    contexts: NDArray[np.int64]
    outputs: NDArray[np.int64]
    weight: float

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
class Group:
    """Windows that share their negatives, those without a context left out, and their learning rate."""

    centres: int
    windows: list[Window]
    lr: float


def learning_rate(settings: Settings, position: int) -> float:
    """Learning rate at a corpus position."""
    done = settings.epoch * settings.corpus_tokens + position // 10_000 * 10_000
    return settings.lr * max(1e-4, 1 - done / (settings.epochs * settings.corpus_tokens))


def groups(tokens: Tokens, settings: Settings, size: int) -> Iterator[Group]:
    """Groups of up to `size` centres, in order."""
    s, ids = settings, tokens.ids
    positions = tokens.position + np.arange(len(ids))
    is_kept = draws.unit(draws.draw(draws.key(s.seed, s.epoch, draws.KEEP), positions)) < tokens.keep[ids]
    reach = 1 + draws.scaled(draws.draw(draws.key(s.seed, s.epoch, draws.WINDOW), positions), s.window)[0]
    drawn, weight = draws.shared_negatives(s.negatives, size)
    for first, last in pairwise(tokens.sentences):
        kept = np.flatnonzero(is_kept[first:last]) + first
        for members in _cut(positions[kept] // draws.CHUNK, size):
            start = int(positions[kept[members[0]]])
            negatives = noise.draw_negatives(tokens.alias, s.seed, s.epoch, np.array([start]), drawn)[0]
            windows = []
            for i in members:
                centre, r = ids[kept[i]], reach[kept[i]]
                contexts = ids[np.concatenate([kept[max(0, i - r) : i], kept[i + 1 : i + 1 + r]])]
                if len(contexts):
                    outputs = np.concatenate([[centre], negatives[negatives != centre]])
                    windows.append(Window(contexts, outputs, weight))
            yield Group(len(members), windows, learning_rate(s, start))


def seen_together(parts: Iterable[Group], batch: int | None) -> Iterator[list[Group]]:
    """Groups whose windows all see the same tables: each by itself, as the contract has it, or as many as
    hold `batch` centres, as `batched` does."""
    together: list[Group] = []
    for part in parts:
        together.append(part)
        if batch is None or sum(group.centres for group in together) >= batch:
            yield together
            together = []
    yield together


def _cut(chunks: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """Indices of consecutive centres in the same chunk, up to `size` at a time."""
    indices = np.arange(len(chunks))
    for part in np.split(indices, np.flatnonzero(np.diff(chunks)) + 1):
        for start in range(0, len(part), size):
            yield part[start : start + size]


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
