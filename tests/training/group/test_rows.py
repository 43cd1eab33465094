"""Exchanged rows: the native code does what torch does, and all processes have the same rows afterwards."""

import numpy as np
import pytest
import torch

from embtrain.training.group.rows import NativeRows, TorchRows
from embtrain.training.group.schedule import plan_rows
from tests.conftest import needs_native

ROWS, PROCESSES = 40, 3


def tables(dim, stride):
    """The same table in each process, and its changes there."""
    draws = np.random.default_rng(dim)
    start = np.zeros((ROWS, stride), np.float32)
    start[:, :dim] = draws.normal(size=(ROWS, dim))
    changes = np.zeros((PROCESSES, ROWS, stride), np.float32)
    changes[..., :dim] = draws.normal(size=(PROCESSES, ROWS, dim))
    changes[:, 3] = changes[0, 3]
    changes[:, 4] = 0
    return torch.from_numpy(start), torch.from_numpy(changes)


def exchange(kind, dim, stride, n):
    """Tables of all processes after they have exchanged the first n rows of a plan."""
    start, changes = tables(dim, stride)
    now = [start.clone() for _ in range(PROCESSES)]
    each = [kind(table, dim, PROCESSES) for table in now]
    plan = plan_rows(np.linspace(0, 2000, ROWS), 0.025, 8, PROCESSES)
    sent = []
    for rows, table, change in zip(each, now, changes, strict=True):
        rows.begin(plan)
        table += change
        parts = torch.full((n, dim), torch.nan), torch.full((n,), torch.nan)
        rows.take(*parts)
        sent.append(parts)
    # Training goes on while the changes travel.
    for table in now:
        table[:, 0] += 0.5
    summed, squares = (sum(part[i] for part in sent) for i in (0, 1))
    for rows in each:
        rows.add(summed.clone(), squares.clone())
    return plan.rows[:n], start, changes, now


@needs_native
@pytest.mark.parametrize(("dim", "stride"), [(1, 16), (16, 16), (37, 48), (100, 112)])
@pytest.mark.parametrize("n", [0, 1, 39])
def test_native_rows_are_those_of_torch(dim, stride, n):
    native, plain = (exchange(kind, dim, stride, n)[-1] for kind in (NativeRows, TorchRows))
    for one, other in zip(native, plain, strict=True):
        assert torch.allclose(one, other, rtol=1e-5, atol=1e-5)


@needs_native
@pytest.mark.parametrize("kind", [NativeRows, TorchRows])
def test_exchanged_rows_are_equal_in_all_processes_and_others_keep_their_change(kind):
    rows, start, changes, now = exchange(kind, 20, 32, 30)
    others = np.setdiff1d(np.arange(ROWS), rows)
    for table, change in zip(now, changes, strict=True):
        assert torch.allclose(table[rows], now[0][rows], atol=1e-5)
        assert torch.allclose(table[others, 1:], (start + change)[others, 1:])
        assert (table[:, 20:] == 0).all()
    # Rarely used rows get the sum of changes at right angles, and no change stays none.
    still = now[0][4].clone()
    still[0] -= 0.5
    assert torch.allclose(still, start[4], atol=1e-6)


@needs_native
def test_rows_out_of_range_are_refused():
    from embtrain import _native

    table, rows = torch.zeros(2, 16).numpy(), np.array([2], np.int64)
    with pytest.raises(ValueError, match="a row is out of range"):
        _native.take_changes(
            table, table, rows, np.empty((1, 3), "f"), np.empty((1, 3), "f"), np.empty(1, "f")
        )
