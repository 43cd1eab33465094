"""A counter-based random number generator: SplitMix64's finaliser over a key and a counter.

csrc/draws/draws.h is its native copy. `embtrain.ops.draws` documents what the numbers are used for.
Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", section 4.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = 2**64 - 1

#: Streams: initial values; the order in which GloVe's records are stored, and that of its rounds; the first
#: record of a tile, and the direction from there; the key of a walk, and the order of a pass of walks.
INITIAL: Final = 2
ORDER: Final = 3
START: Final = 4
DIRECTION: Final = 5
WALK: Final = 6
WALK_ORDER: Final = 7

Draws = NDArray[np.uint64]


def finalise(x: Draws) -> Draws:
    """SplitMix64's output function, uint64 [...] to uint64 [...]."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def key(seed: int, epoch: int, stream: int) -> int:
    """Derives the key of a stream; seed, epoch and stream are taken modulo 2^64."""
    value = seed
    for part in (0, epoch, stream):
        value = int(finalise(np.array([(value + (part + 1) * GOLDEN) & _MASK], np.uint64))[0])
    return value


def draw(stream_key: int, counters: NDArray[np.integer]) -> Draws:
    """Draws 64 bits for each counter, uint64 of the counters' shape."""
    steps = (counters.astype(np.uint64) + np.uint64(1)) * np.uint64(GOLDEN)
    return finalise(steps + np.uint64(stream_key))


def unit(bits: Draws) -> NDArray[np.float32]:
    """Maps draws to [0, 1) with 24 bits: exact in float32, so that a probability of 1 always succeeds."""
    return (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
