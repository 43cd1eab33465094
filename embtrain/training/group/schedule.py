"""When the rows of a table are exchanged, and how the changes of several processes add up.

A row is exchanged when it is expected to have moved by WAY in each process: frequent rows after every round,
rare ones at the end of an epoch. A round is a number of tokens of each process. n uses move a row by the
share 1 - exp(-n lr) of the way to its optimum, as between the threads of a process (csrc/kernels/hot_rows.h).

Changes at right angles are what each process has learnt by itself: their sum counts. Equal changes lead to
the same optimum: T n uses, one after another, move the row by 1 - exp(-T n lr), less than T changes together,
so only a share of each counts. In between, the share is linear in the agreement of the changes, as in Adasum
(Maleki et al. 2021, "Scaling Distributed Training with Adaptive Summation"). A row that each process has
moved FAR oscillates around its optimum, and the share counts whatever the angle.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Tokens of a round, in each process.
ROUND_TOKENS: Final = 50_000
#: How far a row may move, in units of n lr, before it is exchanged.
WAY: Final = 0.5
#: How far it is past its optimum.
FAR: Final = 5.0


def rounds_of(tokens: int, processes: int) -> int:
    """Rounds of an epoch over `tokens` tokens in all processes together."""
    return max(1, round(tokens / processes / ROUND_TOKENS))


def level_of(round: int) -> int:
    """The level of a round, counted from 1: how often 2 divides it."""
    return (round & -round).bit_length() - 1


@dataclass(frozen=True)
class Plan:
    """How often the rows of a table are exchanged in an epoch.

    A row of level n is exchanged after each round that 2^n divides, and after the last one.

    Attributes:
        rows: int64 [n], the rows that are ever used, by level.
        ends: int64 [levels], where the rows of each level end in `rows`.
        equal: float32 [n], the share of its change that each process adds to a row if all have made the same.
        different: float32 [n], the share if the changes are at right angles.
    """

    rows: NDArray[np.int64]
    ends: NDArray[np.int64]
    equal: NDArray[np.float32]
    different: NDArray[np.float32]

    def due(self, round: int, rounds: int) -> int:
        """How many of the rows are exchanged after a round of so many."""
        return int(self.ends[-1] if round == rounds else self.ends[min(level_of(round), len(self.ends) - 1)])


def plan_rows(uses: NDArray[np.float64], lr: float, rounds: int, processes: int) -> Plan:
    """Plans an epoch.

    Args:
        uses: of each row in a round of one process, float64 [R].
        lr: the learning rate.
        rounds: of the epoch.
    """
    used = np.flatnonzero(uses > 0)
    most = rounds.bit_length() - 1
    level = np.clip(np.floor(np.log2(WAY / (np.maximum(uses[used] * lr, 1e-30)))), 0, most).astype(np.int64)
    order = np.argsort(level, kind="stable")
    rows, level = used[order], level[order]
    ends = np.searchsorted(level, np.arange(most + 1), side="right")
    between = uses[rows] * (1 << level)
    equal = share_of_changes(between, lr, processes)
    different = np.where(between * lr > FAR, equal, 1).astype(np.float32)
    return Plan(rows, ends, equal, different)


def share_of_changes(uses: NDArray[np.float64], lr: float, processes: int) -> NDArray[np.float32]:
    """The share of equal changes that counts, float32 [n]: 1 for small changes, 1 / processes for large ones.

    Args:
        uses: of each row in each process between two exchanges, float64 [n].
        lr: the learning rate.
    """
    way = np.maximum(uses * lr, 1e-9)
    share: NDArray[np.float64] = np.expm1(-way * processes) / (processes * np.expm1(-way))
    return share.astype(np.float32)
