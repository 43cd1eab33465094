"""Counter-based random draws, the same in every backend (csrc/kernels/draws.h is the copy; tests compare).

A draw is a pure function of (seed, epoch, stream, counter): SplitMix64's finaliser over a key and a counter
(Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", section 4).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = 2**64 - 1

# Streams: what a draw is for. Negative k has stream NEGATIVE + k.
KEEP: Final = 0
WINDOW: Final = 1
INITIAL: Final = 2
NEGATIVE: Final = 16

#: Consecutive centres of a part that share one set of negatives, by operator (see embtrain.ops.schema).
GROUP: Final = {"sgns": 2, "cbow": 2}

#: Sentences are cut into parts where the corpus position is a multiple of this.
CHUNK: Final = 1024

Draws = NDArray[np.uint64]


def finalise(x: Draws) -> Draws:
    """SplitMix64's output function, uint64 [...] to uint64 [...]."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def key(seed: int, epoch: int, stream: int) -> int:
    """Key of a stream; seed, epoch and stream are taken modulo 2^64."""
    value = seed
    for part in (0, epoch, stream):
        value = int(finalise(np.array([(value + (part + 1) * GOLDEN) & _MASK], np.uint64))[0])
    return value


def draw(stream_key: int, counters: NDArray[np.integer]) -> Draws:
    """One 64-bit draw for each counter, uint64 of the counters' shape."""
    steps = (counters.astype(np.uint64) + np.uint64(1)) * np.uint64(GOLDEN)
    return finalise(steps + np.uint64(stream_key))


def unit(bits: Draws) -> NDArray[np.float32]:
    """Uniform in [0, 1) with 24 bits, exact in float32, so that a probability of 1 is always met."""
    return (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)


def scaled(bits: Draws, n: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """A uniform index in [0, n) and an independent 32-bit coin from each draw; n < 2^32."""
    high, low = bits >> np.uint64(32), bits & np.uint64(0xFFFFFFFF)
    product = high * np.uint64(n) + ((low * np.uint64(n)) >> np.uint64(32))
    return (product >> np.uint64(32)).astype(np.int64), (product & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def shared_negatives(negatives: int, group: int) -> tuple[int, float]:
    """Noise words that a group draws so that each window has `negatives`, and the weight of each.

    Two windows draw a fifth more than one would, so that sharing costs no accuracy (docs/performance.md).
    """
    drawn = negatives if group == 1 else negatives + (negatives + 4) // 5
    return drawn, negatives / drawn if drawn else 0.0


def chunk_negatives(negatives: int, centres: int) -> tuple[int, float]:
    """The same for a chunk of `centres` centres, as `batched` has them: four times as many for all together.

    Source: measured on 5 M words of Wikipedia, see docs/guides/backends.md.
    """
    drawn = negatives if centres == 1 else 4 * negatives
    return drawn, negatives / drawn if drawn else 0.0
