"""When rows are exchanged, and how much of each process's change counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain.training.group.schedule import WAY, level_of, plan_rows, rounds_of, share_of_changes
from tests.conftest import needs_native


def test_levels_of_rounds():
    assert [level_of(round) for round in range(1, 9)] == [0, 1, 0, 2, 0, 1, 0, 3]


def test_an_epoch_has_at_least_one_round():
    assert rounds_of(10, 8) == 1


@given(way=st.floats(1e-6, 50), processes=st.integers(2, 64))
def test_the_share_makes_equal_changes_as_long_as_one_after_another(way, processes):
    uses = np.array([way / 0.025])
    share = float(share_of_changes(uses, 0.025, processes)[0])
    moved = 1 - np.exp(-way)
    assert share * processes * moved == pytest.approx(1 - np.exp(-way * processes), rel=1e-4)
    assert 1 / processes <= share * (1 + 1e-5)
    assert share <= 1


@needs_native
@pytest.mark.parametrize("processes", [3, 4, 16])
def test_the_share_is_that_of_the_threads_of_a_process(processes):
    from embtrain import _native

    uses = [1, 40, 400, 10**6]
    shares = share_of_changes(np.array(uses, float), 0.025, processes)
    assert shares == pytest.approx([_native.share_of(n, 0.025, processes) for n in uses], rel=1e-5)


@given(uses=st.lists(st.floats(0, 1e6), min_size=1, max_size=50), rounds=st.integers(1, 100))
def test_every_used_row_is_exchanged_before_it_has_moved_far_or_as_often_as_possible(uses, rounds):
    array, lr = np.array(uses), 0.025
    plan = plan_rows(array, lr, rounds, 4)
    assert sorted(plan.rows.tolist()) == np.flatnonzero(array > 0).tolist()
    exchanged = np.zeros(len(array), int)
    for round in range(1, rounds + 1):
        exchanged[plan.rows[: plan.due(round, rounds)]] += 1
    # The last round exchanges all; before it a row waits for 2^n rounds.
    assert (exchanged[array > 0] >= 1).all()
    interval = rounds / np.maximum(exchanged, 1)
    assert ((array * lr * interval <= 2 * WAY) | (exchanged == rounds))[array > 0].all()


def test_rows_that_are_never_used_are_never_sent():
    assert plan_rows(np.array([0.0, 5.0, 0.0]), 0.025, 8, 2).rows.tolist() == [1]
