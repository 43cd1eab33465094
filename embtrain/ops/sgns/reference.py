"""Skip-gram with negative sampling in plain float64: the tests' oracle, to be checked against the paper.

Never registered as a backend. See `embtrain.ops.sgns.schema` for the contract.
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


def sgns(
    input: Table,
    output: Table,
    tokens: Tokens,
    settings: Settings,
    group: int = GROUP["sgns"],
    batch: int | None = None,
) -> tuple[int, int, int, float]:
    """One step on float64 [V, D] tables, in place; `batch` as in `seen_together`.

    Returns:
        (words, kept, pairs, loss).
    """
    kept, pairs, loss = 0, 0, 0.0
    for together in seen_together(tokens, settings, group, batch):
        updates = []
        for part in together:
            kept += part.centres
            for window in part.windows:
                rows, outputs = input[window.contexts], output[window.outputs]
                loss += window_loss(rows, outputs, window)
                pairs += len(window.contexts)
                updates.append((window, part.lr, *window_gradient(rows, outputs, window)))
        for window, lr, down_context, down_output in updates:
            np.add.at(input, window.contexts, lr * down_context)
            np.add.at(output, window.outputs, lr * down_output)
    return len(tokens.ids), kept, pairs, loss
