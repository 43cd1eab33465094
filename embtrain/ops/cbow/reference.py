"""CBOW with negative sampling in plain float64: the tests' oracle, written to be read beside the papers.

Never registered as a backend. See `embtrain.ops.cbow.schema` for the contract.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.ops.cbow import GROUP
from embtrain.ops.cbow.schema import CbowStep, places
from embtrain.ops.windows.reference import Change, Update, Window, run, window_gradient, window_loss


def cbow(
    step: CbowStep[NDArray[Any]], group: int = GROUP, batch: int | None = None
) -> tuple[int, int, int, float]:
    """One step, in place. Returns (words, kept, windows, loss); arguments as in `run`."""

    def train(window: Window) -> Update:
        rows, where = window.rows, places(window.distances, step.window)
        weights = step.positions[where] if step.has_weights else np.ones((1, 1))
        mean = (weights * rows).mean(axis=0, keepdims=True)
        outputs = step.output[window.outputs]
        error, down_output = window_gradient(mean, outputs, window)
        share = 1 / len(window.contexts) if step.corrected else 1.0
        of_weights = Change("positions", where, step.position_rate * share * error * rows)
        return Update(
            weights * share * error,
            down_output,
            1,
            window_loss(mean, outputs, window),
            (of_weights,) if step.has_weights else (),
        )

    return run(step, train, group, batch)
