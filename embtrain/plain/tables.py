"""Makes the tables of a model, their initial values, and alias tables to draw words from."""

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.draws import INITIAL, draw, key, unit

#: Values filled at a time, which bounds the memory of the draws.
_BLOCK = 1 << 20


def new_table(rows: int, stride: int) -> NDArray[np.float32]:
    """Makes a table of zeros, float32 [rows, stride]. Raises MemoryError."""
    return np.zeros((rows, stride), np.float32)


def fill_initial(table: NDArray[np.float32], dim: int, seed: int) -> None:
    """Fills an input table [rows, stride] with initial values: uniform in +-0.5 / dim, zero from dim on."""
    stream = key(seed, 0, INITIAL)
    step = max(1, _BLOCK // dim)
    for first in range(0, len(table), step):
        rows = table[first : first + step, :dim]
        counters = np.arange(first * dim, first * dim + rows.size, dtype=np.uint64).reshape(rows.shape)
        rows[:] = (unit(draw(stream, counters)) - np.float32(0.5)) * (np.float32(1) / np.float32(dim))


def alias_table(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Builds the alias table of weights, int64 [n], each cell threshold << 32 | alias; Vose 1991.

    Raises:
        ValueError: a weight is negative, or their sum is not finite and positive.
    """
    values = weights.tolist()
    if not all(weight >= 0 for weight in values):
        raise ValueError("weights of an alias table must not be negative")
    total = 0.0
    for weight in values:
        total += weight
    if not 0 < total < np.inf:
        raise ValueError("weights of an alias table must have a finite, positive sum")
    share = [weight / total * len(values) for weight in values]
    cells = [0xFFFFFFFF << 32 | row for row in range(len(values))]  # the row itself, whatever the coin
    small = [row for row, part in enumerate(share) if part < 1]
    large = [row for row, part in enumerate(share) if not part < 1]
    while small and large:
        row, donor = small.pop(), large[-1]
        cells[row] = min(int(share[row] * 2.0**32), 0xFFFFFFFF) << 32 | donor
        share[donor] -= 1 - share[row]
        if share[donor] < 1:
            small.append(large.pop())
    return np.array(cells, np.uint64).view(np.int64)
