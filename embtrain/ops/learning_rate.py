"""The schedule of the learning rate: it falls linearly, and is constant within a block of positions.

csrc/kernels has a C++ copy; a test compares the two.
"""

from typing import Any, Final

import numpy as np

#: Number of positions that share a learning rate.
RATE_BLOCK: Final = 10_000
#: The rate does not fall below this share of the first one.
LEAST_SHARE: Final = 1e-4


def rate(lr: float, done: Any, total: int, min_lr: float = 0.0) -> Any:
    """The rate after `done` of `total` tokens: lr * max(1e-4, 1 - (1 - min_lr / lr) * (done / total)).

    Args:
        lr: the rate at the start.
        done: a number or an array.
        min_lr: the rate at the end, at most lr.

    Returns:
        float64, of the shape of `done`.
    """
    return lr * np.maximum(LEAST_SHARE, 1 - (1 - min_lr / lr) * (done / total))


def rate_at(
    lr: float, position: Any, epoch: int, epochs: int, corpus_tokens: int, min_lr: float = 0.0
) -> Any:
    """The rate at a position, or an array of positions, of the corpus in an epoch, counted from 0."""
    done = epoch * corpus_tokens + position // RATE_BLOCK * RATE_BLOCK
    return rate(lr, done, epochs * corpus_tokens, min_lr)
