"""The rows of one table that a process exchanges: takes their changes, adds those of all processes.

The rule is in `embtrain.training.group.schedule`.
"""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from embtrain.native import native_or_plain, problem
from embtrain.training.group.schedule import Plan


class ExchangedRows(Protocol):
    """A table of this process, and its rows as they were after their last exchange."""

    plan: Plan

    def begin(self, plan: Plan) -> None:
        """Begins an epoch, or goes on with one, from tables that are the same in all processes."""

    def take(self, changes: Tensor, squares: Tensor) -> None:
        """Writes changes of the first rows of the plan, [n, dim], and the squares of their lengths, [n]."""

    def add(self, summed: Tensor, squares: Tensor) -> None:
        """Adds the changes of all processes, in place of this one's own."""


def rows_of(table: Tensor, dim: int, processes: int) -> ExchangedRows:
    """The rows of a table: float32 [R, S], columns from dim on zero in every process."""
    is_native = table.device.type == "cpu" and problem() is None
    return (NativeRows if is_native else TorchRows)(table, dim, processes)


class NativeRows:
    """Rows in the memory of this machine."""

    plan: Plan

    def __init__(self, table: Tensor, dim: int, processes: int) -> None:
        self._now, self._before = table.numpy(), torch.empty_like(table).numpy()
        self._dim, self._others = dim, processes - 1
        # Kept from round to round: fresh memory costs more than what is written to it.
        self._own = np.empty((0, dim), np.float32)

    def begin(self, plan: Plan) -> None:
        self.plan = plan
        np.copyto(self._before, self._now)
        if len(self._own) < len(plan.rows):
            self._own = np.empty((len(plan.rows), self._dim), np.float32)

    def take(self, changes: Tensor, squares: Tensor) -> None:
        n = len(changes)
        native_or_plain().take_changes(
            self._now, self._before, self.plan.rows[:n], self._own[:n], changes.numpy(), squares.numpy()
        )

    def add(self, summed: Tensor, squares: Tensor) -> None:
        n, plan = len(summed), self.plan
        native_or_plain().add_changes(
            self._now, self._before, plan.rows[:n], self._own[:n], summed.numpy(), squares.numpy(),
            plan.equal[:n], plan.different[:n], self._others,
        )  # fmt: skip


class TorchRows:
    """Rows on any device of PyTorch, or without the native module."""

    plan: Plan

    def __init__(self, table: Tensor, dim: int, processes: int) -> None:
        self._others = processes - 1
        self._now = table[:, :dim]
        self._before = torch.empty_like(self._now)
        self._own: Tensor | None = None

    def begin(self, plan: Plan) -> None:
        self.plan = plan
        self._before.copy_(self._now)
        self._rows = torch.from_numpy(plan.rows).to(self._now.device)
        self._equal, self._different = (
            torch.from_numpy(shares).to(self._now.device) for shares in (plan.equal, plan.different)
        )

    def take(self, changes: Tensor, squares: Tensor) -> None:
        rows = self._rows[: len(changes)]
        self._own = self._now.index_select(0, rows).sub_(self._before.index_select(0, rows))
        changes[:] = self._own
        squares[:] = self._own.square().sum(1)

    def add(self, summed: Tensor, squares: Tensor) -> None:
        assert self._own is not None
        n, device = len(summed), self._now.device
        rows, summed, squares = self._rows[:n], summed.to(device), squares.to(device)
        # |a + b|^2 / (|a|^2 + |b|^2) is 1 at right angles, the number of processes for equal changes.
        ratio = summed.square().sum(1).div_(squares.clamp(min=1e-30))
        agreement = ratio.sub_(1).div_(self._others).clamp_(0, 1)
        share = torch.lerp(self._different[:n], self._equal[:n], agreement)
        summed = summed * share.unsqueeze(1)
        self._before.index_add_(0, rows, summed)
        self._now.index_add_(0, rows, summed.sub_(self._own))
        self._own = None
