"""The contract's frame in plain Python: which windows a step has, in which groups, and what each draws.

Part of the tests' oracle; never registered as a backend. See `embtrain.ops.schema` for the contract.
"""

from collections.abc import Iterator
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
    """Groups of up to `size` centres, in order, as the contract has them."""
    drawn, weight = draws.shared_negatives(settings.negatives, size)
    for kept, windows in _windows(tokens, settings):
        for members in _cut((tokens.position + kept) // draws.CHUNK, size):
            yield _group(tokens, settings, [windows[i] for i in members], drawn, weight)


def chunks(tokens: Tokens, settings: Settings, size: int) -> Iterator[Group]:
    """Groups of `size` centres wherever sentences end, as `batched` has them; the last may be smaller."""
    drawn, weight = draws.chunk_negatives(settings.negatives, size)
    found = [window for _, windows in _windows(tokens, settings) for window in windows]
    for start in range(0, len(found), size):
        yield _group(tokens, settings, found[start : start + size], drawn, weight)


def _windows(
    tokens: Tokens, settings: Settings
) -> Iterator[tuple[NDArray[np.int64], list[tuple[int, NDArray[np.int64]]]]]:
    """Of each sentence, the tokens kept, and for each of them its index and its context words."""
    s, ids = settings, tokens.ids
    positions = tokens.position + np.arange(len(ids))
    is_kept = draws.unit(draws.draw(draws.key(s.seed, s.epoch, draws.KEEP), positions)) < tokens.keep[ids]
    reach = 1 + draws.scaled(draws.draw(draws.key(s.seed, s.epoch, draws.WINDOW), positions), s.window)[0]
    for first, last in pairwise(tokens.sentences):
        kept = np.flatnonzero(is_kept[first:last]) + first
        windows = []
        for i, t in enumerate(kept):
            r = reach[t]
            windows.append((int(t), ids[np.concatenate([kept[max(0, i - r) : i], kept[i + 1 : i + 1 + r]])]))
        yield kept, windows


def _group(
    tokens: Tokens,
    settings: Settings,
    members: list[tuple[int, NDArray[np.int64]]],
    drawn: int,
    weight: float,
) -> Group:
    """A group of windows, with what it draws at its first centre."""
    s, start = settings, tokens.position + members[0][0]
    negatives = noise.draw_negatives(tokens.alias, s.seed, s.epoch, np.array([start]), drawn)[0]
    windows = []
    for t, contexts in members:
        if len(contexts):
            centre = tokens.ids[t]
            outputs = np.concatenate([[centre], negatives[negatives != centre]])
            windows.append(Window(contexts, outputs, weight))
    return Group(len(members), windows, learning_rate(s, start))


def seen_together(tokens: Tokens, settings: Settings, group: int, batch: int | None) -> Iterator[list[Group]]:
    """Groups whose windows all see the same tables: each by itself, as the contract has it, or chunks of
    `group` centres, as many as hold `batch` of them, as `batched` does."""
    if batch is None:
        yield from ([part] for part in groups(tokens, settings, group))
        return
    together: list[Group] = []
    for part in chunks(tokens, settings, group):
        together.append(part)
        if sum(chunk.centres for chunk in together) >= batch:
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
