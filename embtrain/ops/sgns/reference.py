"""Skip-gram with negative sampling in plain float64: the tests' oracle, to be checked against the paper.

Never registered as a backend. See `embtrain.ops.sgns.schema` for the contract.
"""

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


def learning_rate(settings: Settings, position: int) -> float:
    """Learning rate at a corpus position."""
    done = settings.epoch * settings.corpus_tokens + position // 10_000 * 10_000
    return settings.lr * max(1e-4, 1 - done / (settings.epochs * settings.corpus_tokens))


def window_loss(context: Table, output: Table, labels: NDArray[np.float64]) -> float:
    """Loss of one window: softplus(-x) for the centre's column, softplus(x) for the negatives'.

    Args:
        context: float64 [C, D]. output: float64 [O, D]. labels: float64 [O], 1 for the centre, 0 for a
            negative.

    Source: Mikolov et al. 2013b, equation 4 (negated).
    """
    x = context @ output.T
    return float(np.logaddexp(0, np.where(labels > 0, -x, x)).sum())


def window_gradient(context: Table, output: Table, labels: NDArray[np.float64]) -> tuple[Table, Table]:
    """Descent directions (minus the gradient of `window_loss`) of the context and the output rows."""
    g = labels - np.exp(-np.logaddexp(0, -(context @ output.T)))
    return g @ output, g.T @ context


def sgns(
    input: Table,
    output: Table,
    ids: NDArray[np.int64],
    sentences: NDArray[np.int64],
    position: int,
    keep: NDArray[np.float32],
    alias: NDArray[np.int64],
    settings: Settings,
    batch: int = 1,
) -> tuple[int, int, int, float]:
    """One step on float64 [V, D] tables, in place. Returns (words, kept, pairs, loss).

    With `batch` above 1, which is not the contract but what `batched` does, the windows of so many kept
    tokens all see the tables as they were before the first of them.
    """
    s = settings
    positions = position + np.arange(len(ids))
    is_kept = draws.unit(draws.draw(draws.key(s.seed, s.epoch, draws.KEEP), positions)) < keep[ids]
    reach = 1 + draws.scaled(draws.draw(draws.key(s.seed, s.epoch, draws.WINDOW), positions), s.window)[0]
    negatives = noise.draw_negatives(alias, s.seed, s.epoch, positions, s.negatives)
    pairs, loss, centres = 0, 0.0, 0
    seen_input, seen_output = input, output
    for first, last in pairwise(sentences):
        kept = np.flatnonzero(is_kept[first:last]) + first
        for i, t in enumerate(kept):
            if batch > 1 and centres % batch == 0:
                seen_input, seen_output = input.copy(), output.copy()
            centres += 1
            near = np.concatenate([kept[max(0, i - reach[t]) : i], kept[i + 1 : i + 1 + reach[t]]])
            if len(near) == 0:
                continue
            contexts = ids[near]
            outputs = np.concatenate([[ids[t]], negatives[t][negatives[t] != ids[t]]])
            labels = (np.arange(len(outputs)) == 0).astype(np.float64)
            loss += window_loss(seen_input[contexts], seen_output[outputs], labels)
            pairs += len(near)
            down_context, down_output = window_gradient(seen_input[contexts], seen_output[outputs], labels)
            lr = learning_rate(s, int(positions[t]))
            np.add.at(input, contexts, lr * down_context)
            np.add.at(output, outputs, lr * down_output)
    return len(ids), int(is_kept.sum()), pairs, loss
