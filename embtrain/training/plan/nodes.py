"""What a training takes on several machines, one process on each."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from embtrain.training.group.cost import Training, cost_of, most_useful

#: Bits a second of the networks that a plan considers.
NETWORKS: Final = (10**9, 10**10)


@dataclass(frozen=True)
class Nodes:
    """A number of machines.

    Attributes:
        number: of machines.
        n_bytes: memory on each.
        sent: bytes that each sends, and receives.
        seconds: of the whole run with each of `NETWORKS`.
    """

    number: int
    n_bytes: int
    sent: int
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class NodesPlan:
    """Machines that could train together.

    Attributes:
        choices: powers of two up to the number that was asked for, and this number.
        most: with each of `NETWORKS`, the number beyond which twice as many save less than a tenth.
    """

    choices: tuple[Nodes, ...]
    most: tuple[int, ...]


def plan_nodes(
    training: Training, number: int, n_bytes: int, trained_bytes: int, reading: float, other: float
) -> NodesPlan:
    """Plans for up to so many machines.

    Args:
        n_bytes: memory of one process alone.
        trained_bytes: of it, of the tables that are trained.
        reading, other: seconds of the run that are divided among the machines, and that are not.
    """
    numbers = sorted({number, *(1 << n for n in range(number.bit_length()))})
    # The rows as they were last exchanged, their changes, and what is on its way.
    more = 3 * trained_bytes
    choices = []
    for one in numbers:
        cost = cost_of(training, one)
        seconds = tuple(reading / one + other + cost.seconds_at(bits) for bits in NETWORKS)
        choices.append(Nodes(one, n_bytes + (more if one > 1 else 0), cost.sent, seconds))
    return NodesPlan(tuple(choices), tuple(most_useful(training, bits) for bits in NETWORKS))


def with_more_rows(training: Training, more: int) -> Training:
    """The training with rows of words so rare that a sample lacked them."""
    rare = np.full(max(0, more), 1 / max(1, training.total))
    uses = {name: np.concatenate([rows, rare]) for name, rows in training.uses.items()}
    return Training(uses, training.dim, training.total, training.rates, training.rate)
