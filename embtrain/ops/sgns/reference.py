"""Skip-gram with negative sampling in plain float64: the tests' oracle, to be checked against the paper.

Never registered as a backend. See `embtrain.ops.sgns.schema` for the contract.
"""

import numpy as np

from embtrain.ops.draws import GROUP
from embtrain.ops.reference import Settings, Table, Tokens, groups, window_gradient, window_loss


def sgns(
    input: Table, output: Table, tokens: Tokens, settings: Settings, group: int = GROUP
) -> tuple[int, int, int, float]:
    """One step on float64 [V, D] tables, in place. Returns (words, kept, pairs, loss)."""
    kept, pairs, loss = 0, 0, 0.0
    for centres in groups(tokens, settings, group):
        kept += centres.centres
        updates = []
        for window in centres.windows:
            rows, outputs = input[window.contexts], output[window.outputs]
            loss += window_loss(rows, outputs, window)
            pairs += len(window.contexts)
            updates.append((window, *window_gradient(rows, outputs, window)))
        for window, down_context, down_output in updates:
            np.add.at(input, window.contexts, centres.lr * down_context)
            np.add.at(output, window.outputs, centres.lr * down_output)
    return len(tokens.ids), kept, pairs, loss
