"""The learning rate's rule: linear from the first rate, the same for a whole block of positions.

csrc/kernels has the other copy; a test compares the two.
"""

from typing import Any, Final

import numpy as np

#: Positions with one learning rate.
RATE_BLOCK: Final = 10_000
#: Share of the first rate under which it does not fall.
LEAST_SHARE: Final = 1e-4


def rate(lr: float, done: Any, total: int) -> Any:
    """The rate after `done` of `total` tokens: lr * max(1e-4, 1 - done / total).

    Args:
        lr: the rate at the start.
        done: a number, or an array of them.

    Returns:
        float64, of the shape of `done`.
    """
    return lr * np.maximum(LEAST_SHARE, 1 - done / total)


def rate_at(lr: float, position: Any, epoch: int, epochs: int, corpus_tokens: int) -> Any:
    """The rate at a position of the corpus, or at an array of them, in an epoch, counted from 0."""
    done = epoch * corpus_tokens + position // RATE_BLOCK * RATE_BLOCK
    return rate(lr, done, epochs * corpus_tokens)
