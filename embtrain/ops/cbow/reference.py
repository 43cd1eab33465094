"""CBOW with negative sampling in plain float64: the tests' oracle, to be checked against the papers.

Never registered as a backend. See `embtrain.ops.cbow.schema` for the contract.
"""

import numpy as np

from embtrain.ops.draws import GROUP
from embtrain.ops.reference import Settings, Table, Tokens, groups, window_gradient, window_loss


def cbow(
    input: Table,
    output: Table,
    tokens: Tokens,
    settings: Settings,
    corrected: bool,
    group: int = GROUP,
) -> tuple[int, int, int, float]:
    """One step on float64 [V, D] tables, in place. Returns (words, kept, windows, loss)."""
    kept, windows, loss = 0, 0, 0.0
    for centres in groups(tokens, settings, group):
        kept += centres.centres
        updates = []
        for window in centres.windows:
            mean = input[window.contexts].mean(axis=0, keepdims=True)
            outputs = output[window.outputs]
            loss += window_loss(mean, outputs, window)
            windows += 1
            updates.append((window, *window_gradient(mean, outputs, window)))
        for window, error, down_output in updates:
            share = 1 / len(window.contexts) if corrected else 1.0
            np.add.at(input, window.contexts, centres.lr * share * error)
            np.add.at(output, window.outputs, centres.lr * down_output)
    return len(tokens.ids), kept, windows, loss
