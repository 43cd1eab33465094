"""The random draws of training, the same in every backend (csrc/draws/draws.h has the C++ copy).

A draw is a pure function of (seed, epoch, stream, counter); `embtrain.plain.draws` holds the generator.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.draws import DIRECTION, GOLDEN, INITIAL, ORDER, START, Draws, draw, finalise, key, unit

__all__ = [
    "DIRECTION",
    "GOLDEN",
    "INITIAL",
    "KEEP",
    "NEGATIVE",
    "ORDER",
    "START",
    "WINDOW",
    "Draws",
    "draw",
    "finalise",
    "key",
    "scaled",
    "shared_negatives",
    "strip_negatives",
    "unit",
]  # fmt: skip

# Streams: what a draw is for. 2 to 7 are those of `embtrain.plain.draws`; negative k has NEGATIVE + k.
KEEP: Final = 0
WINDOW: Final = 1
NEGATIVE: Final = 16


def scaled(bits: Draws, n: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """A uniform index in [0, n) and an independent 32-bit coin from each draw; n < 2^32."""
    high, low = bits >> np.uint64(32), bits & np.uint64(0xFFFFFFFF)
    product = high * np.uint64(n) + ((low * np.uint64(n)) >> np.uint64(32))
    return (product >> np.uint64(32)).astype(np.int64), (product & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def shared_negatives(negatives: int, group: int) -> tuple[int, float]:
    """Number of negatives that a group draws, and the weight of each, so that each window has `negatives`.

    Two windows draw a fifth more than one would, so that sharing costs no accuracy (docs/performance.md).
    """
    drawn = negatives if group == 1 else negatives + (negatives + 4) // 5
    return drawn, negatives / drawn if drawn else 0.0


def strip_negatives(negatives: int, centres: int) -> tuple[int, float]:
    """The same for a strip of `batched` with `centres` centres, which draws four times `negatives`.

    Source: measured on 5 M words of Wikipedia, see docs/performance.md.
    """
    drawn = negatives if centres == 1 else 4 * negatives
    return drawn, negatives / drawn if drawn else 0.0
