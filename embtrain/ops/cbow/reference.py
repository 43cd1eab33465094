"""CBOW with negative sampling in plain float64: the tests' oracle, written to be read beside the papers.

Never registered as a backend. See `embtrain.ops.cbow.schema` for the contract.
"""

from typing import Any

from numpy.typing import NDArray

from embtrain.ops.cbow import GROUP
from embtrain.ops.cbow.schema import CbowStep
from embtrain.ops.windows.reference import Update, Window, run, window_gradient, window_loss


def cbow(
    step: CbowStep[NDArray[Any]], group: int = GROUP, batch: int | None = None
) -> tuple[int, int, int, float]:
    """One step, in place. Returns (words, kept, windows, loss); arguments as in `run`."""

    def train(window: Window) -> Update:
        mean = window.rows.mean(axis=0, keepdims=True)
        outputs = step.output[window.outputs]
        error, down_output = window_gradient(mean, outputs, window)
        share = 1 / len(window.contexts) if step.corrected else 1.0
        return Update(share * error, down_output, 1, window_loss(mean, outputs, window))

    return run(step, train, group, batch)
