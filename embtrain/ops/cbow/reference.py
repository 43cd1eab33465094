"""CBOW with negative sampling in plain float64: the tests' oracle, to be checked against the papers.

Never registered as a backend. See `embtrain.ops.cbow.schema` for the contract.
"""

import numpy as np

from embtrain.ops.draws import GROUP
from embtrain.ops.reference import (
    Settings,
    Table,
    Tokens,
    seen_together,
    window_gradient,
    window_loss,
)


def cbow(
    input: Table,
    output: Table,
    tokens: Tokens,
    settings: Settings,
    corrected: bool,
    group: int = GROUP["cbow"],
    batch: int | None = None,
) -> tuple[int, int, int, float]:
    """One step on float64 [V, D] tables, in place; `batch` as in `seen_together`.

    Returns:
        (words, kept, windows, loss).
    """
    kept, windows, loss = 0, 0, 0.0
    for together in seen_together(tokens, settings, group, batch):
        updates = []
        for part in together:
            kept += part.centres
            windows += len(part.windows)
            for window in part.windows:
                mean = input[window.contexts].mean(axis=0, keepdims=True)
                outputs = output[window.outputs]
                loss += window_loss(mean, outputs, window)
                updates.append((window, part.lr, *window_gradient(mean, outputs, window)))
        for window, lr, error, down_output in updates:
            share = 1 / len(window.contexts) if corrected else 1.0
            np.add.at(input, window.contexts, lr * share * error)
            np.add.at(output, window.outputs, lr * down_output)
    return len(tokens.ids), kept, windows, loss
