"""What the exchanges of a group cost: bytes that each process sends, and seconds.

A row that is exchanged is dim + 1 floats: its change, and the square of its length. Changes are added up by
an all-reduce in a ring, in which each of P processes sends 2 (P - 1) / P of them. `schedule` says which rows
are exchanged when, so the cost follows from the counts of the words. After a round the changes travel while
the next one is trained; at the end of an epoch the processes wait for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.training.group.schedule import plan_rows, rounds_of

#: Seconds of a processor for each float of an exchanged row: finding the change, sending, adding. Measured by
#: `benchmarks/group.py` with 4 processes on one machine, dim 100.
FLOAT_SECONDS: Final = 8e-9
_FLOAT_BYTES: Final = 4


@dataclass(frozen=True)
class Training:
    """What a group trains.

    Attributes:
        uses: how often a unit uses each row of a table, by the table's name: float64 [R].
        dim: floats of a row.
        total: units of an epoch, in all processes.
        rates: the learning rate at the beginning of each epoch.
        rate: units a second that one process trains.
    """

    uses: Mapping[str, NDArray[np.float64]]
    dim: int
    total: int
    rates: Sequence[float]
    rate: float


@dataclass(frozen=True)
class GroupCost:
    """What a training costs a process of a group.

    Attributes:
        processes: of the group.
        floats: that it exchanges, in rounds and at the ends of epochs.
        waits: of these, those for which it waits.
        seconds: of training and exchanging, without the network.
    """

    processes: int
    floats: int
    waits: int
    seconds: float

    @property
    def sent(self) -> int:
        """Bytes that it sends, and receives."""
        return round(self.floats * _FLOAT_BYTES * 2 * (self.processes - 1) / self.processes)

    def seconds_at(self, bits: float) -> float:
        """Seconds with a network of so many bits a second."""
        if self.processes == 1:
            return self.seconds
        all_of_it = 8 * self.sent / bits
        waiting = all_of_it * self.waits / max(1, self.floats)
        return max(self.seconds, all_of_it - waiting) + waiting


def cost_of(training: Training, processes: int) -> GroupCost:
    """The cost for a number of processes on as many machines."""
    floats = waits = 0
    rounds = rounds_of(training.total, processes)
    for lr in training.rates if processes > 1 else ():
        for uses in training.uses.values():
            plan = plan_rows(uses * (training.total / processes / rounds), lr, rounds, processes)
            last = plan.due(rounds, rounds) * (training.dim + 1)
            floats += last + sum(plan.due(n, rounds) for n in range(1, rounds)) * (training.dim + 1)
            waits += last
    trained = training.total * len(training.rates) / training.rate / processes
    return GroupCost(processes, floats, waits, trained + floats * FLOAT_SECONDS)


def most_useful(training: Training, bits: float, most: int = 4096) -> int:
    """The number of processes, a power of two, beyond which twice as many save less than a tenth."""
    processes = 1
    now = cost_of(training, processes).seconds_at(bits)
    while processes < most:
        then = cost_of(training, 2 * processes).seconds_at(bits)
        if then > 0.9 * now:
            break
        processes, now = 2 * processes, then
    return processes
