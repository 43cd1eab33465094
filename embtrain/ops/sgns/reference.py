"""Skip-gram with negative sampling in plain float64: the tests' oracle, written to be read beside the paper.

Never registered as a backend. See `embtrain.ops.sgns.schema` for the contract.
"""

from embtrain.ops.sgns import GROUP
from embtrain.ops.windows.reference import Update, Window, run, window_gradient, window_loss
from embtrain.ops.windows.reference_inputs import Arguments


def sgns(step: Arguments, group: int = GROUP, batch: int | None = None) -> tuple[int, int, int, float]:
    """One step, in place. Returns (words, kept, pairs, loss); arguments as in `run`."""

    def train(window: Window) -> Update:
        rows, outputs = window.rows, step.output[window.outputs]
        directions = window_gradient(rows, outputs, window)
        return Update(*directions, len(window.contexts), window_loss(rows, outputs, window))

    return run(step, train, group, batch)
