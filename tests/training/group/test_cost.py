"""What exchanges cost: the model counts what is sent."""

import numpy as np
import pytest

from embtrain.training.group.cost import Training, cost_of, most_useful
from embtrain.training.group.schedule import plan_rows, rounds_of


def training(total=10_000_000):
    zipf = 1 / np.arange(1, 5001)
    uses = {"input": zipf / zipf.sum(), "output": 2 * zipf / zipf.sum()}
    return Training(uses, 20, total, [0.025, 0.0125], 1e6)


@pytest.mark.parametrize("processes", [2, 4, 16])
def test_floats_are_those_of_all_rounds(processes):
    one = training()
    rounds = rounds_of(one.total, processes)
    sent = 0
    for lr in one.rates:
        for uses in one.uses.values():
            plan = plan_rows(uses * one.total / processes / rounds, lr, rounds, processes)
            sent += sum(plan.due(round, rounds) for round in range(1, rounds + 1)) * 21
    cost = cost_of(one, processes)
    assert cost.floats == sent
    assert cost.waits == 2 * 2 * 5000 * 21
    assert cost.sent == pytest.approx(sent * 4 * 2 * (processes - 1) / processes)


def test_one_process_sends_nothing():
    cost = cost_of(training(), 1)
    assert (cost.sent, cost.seconds_at(1e9)) == (0, 20)


def test_a_slow_network_takes_longer_and_makes_fewer_processes_useful():
    cost = cost_of(training(), 8)
    assert cost.seconds_at(1e12) < cost.seconds_at(1e8) < cost.seconds_at(1e6)
    # What travels while the next round is trained costs nothing, unless it takes longer than the round.
    assert cost.seconds_at(1e12) == pytest.approx(cost.seconds, rel=1e-2)
    assert most_useful(training(), 1e6) < most_useful(training(), 1e10)
