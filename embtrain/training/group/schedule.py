"""When the rows of a table are exchanged, and how the changes of several processes add up.

n uses move a row by the share 1 - exp(-n lr) of the way to its optimum, as between the threads of a process
(csrc/kernels/hot_rows.h). A row is exchanged when it is expected to have moved by WAY in each process: frequent rows
after every round, rare ones at the end of an epoch. A round is a number of tokens of each process.

The change that T processes make is smaller than the sum of theirs if each has moved the row far: T n uses move it by
1 - exp(-T n lr). The share of each change that counts makes the sum that long.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Tokens of a round, in each process.
ROUND_TOKENS: Final = 100_000
#: How far a row may move, in units of n lr, before it is exchanged.
WAY: Final = 1.0


def rounds_of(tokens: int, processes: int) -> int:
    """Rounds of an epoch over `tokens` tokens in all processes together."""
    return max(1, round(tokens / processes / ROUND_TOKENS))


def share_of_changes(uses: NDArray[np.float64], lr: float, processes: int) -> NDArray[np.float32]:
    """The share of its change that each process adds to a row, float32 [n]: 1 for small changes, 1 / processes for large.

    Args:
        uses: of each row in each process since its last exchange, float64 [n].
        lr: the learning rate.
    """
    way = np.maximum(uses * lr, 1e-9)
    return (np.expm1(-way * processes) / (processes * np.expm1(-way))).astype(np.float32)


@dataclass(frozen=True)
class Rows:
    """Rows of a table that are exchanged together.

    Attributes:
        rows: int64 [n].
        period: rounds from one exchange to the next, a power of two.
        uses: of each row in a round of one process, float64 [n].
    """

    rows: NDArray[np.int64]
    period: int
    uses: NDArray[np.float64]


def plan_rows(uses: NDArray[np.float64], lr: float, rounds: int) -> list[Rows]:
    """Groups the rows of a table by how often they are exchanged in an epoch.

    Rows that are never used are left out: no process changes them.

    Args:
        uses: of each row in a round of one process, float64 [R].
        lr: the learning rate.
        rounds: of the epoch. Whatever its period, a row is exchanged after the last round.
    """
    used = np.flatnonzero(uses > 0)
    most = rounds.bit_length() - 1
    level = np.clip(np.floor(np.log2(WAY / (uses[used] * lr))), 0, most).astype(np.int64)
    return [
        Rows(rows, 1 << int(period), uses[rows])
        for period in np.unique(level)
        for rows in [used[level == period]]
    ]
