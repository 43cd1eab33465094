"""Keeps the tables of the processes of a group together while each trains on its share of the text.

After each round a process gives the others the changes of some rows since they were last exchanged, and adds
theirs. The sums travel while the next round is trained.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embtrain.training.group.schedule import Plan, plan_rows, rounds_of

if TYPE_CHECKING:
    from torch import Tensor

    from embtrain.training.group.group import Group
    from embtrain.training.model import Model
    from embtrain.training.objectives.base import Objective
    from embtrain.training.progress import Progress


class _Table:
    """A table of this process, and its rows as they were after their last exchange."""

    def __init__(self, table: "Tensor", dim: int, processes: int) -> None:
        self._others = processes - 1
        # Columns from dim on are zero in every process.
        self._now = table[:, :dim]
        self._before = self._now.clone()
        self._own: Tensor | None = None

    def begin(self, plan: Plan) -> None:
        """Begins an epoch."""
        import torch

        self.plan = plan
        self._rows = torch.from_numpy(plan.rows).to(self._now.device)
        self._equal, self._different = (
            torch.from_numpy(shares).to(self._now.device) for shares in (plan.equal, plan.different)
        )

    def changes(self, n: int, out: "Tensor") -> None:
        """Writes what this process gives away of the first n rows of the plan, float32 [n, dim + 1].

        These are the changes, and the square of the length of each.
        """
        rows = self._rows[:n]
        self._own = self._now.index_select(0, rows).sub_(self._before.index_select(0, rows))
        dim = self._own.shape[1]
        out[:, :dim] = self._own
        out[:, dim] = self._own.square().sum(1)

    def arrived(self, summed: "Tensor") -> None:
        """Adds the changes of all processes, in place of this one's own."""
        import torch

        assert self._own is not None
        n, dim = self._own.shape
        rows = self._rows[:n]
        squares, summed = summed[:, dim], summed[:, :dim]
        # |a + b|^2 / (|a|^2 + |b|^2) is 1 at right angles, the number of processes for equal changes.
        ratio = summed.square().sum(1).div_(squares.clamp(min=1e-30))
        agreement = ratio.sub_(1).div_(self._others).clamp_(0, 1)
        share = torch.lerp(self._different[:n], self._equal[:n], agreement)
        summed = summed * share.unsqueeze(1)
        self._before.index_add_(0, rows, summed)
        self._now.index_add_(0, rows, summed.sub_(self._own))
        self._own = None


@dataclass(frozen=True)
class _Sent:
    """What is on its way: changes of some rows of each table, one table after another, and counts."""

    sizes: list[int]
    changes: "Tensor"
    counts: "Tensor"
    works: list[Any]


class Exchange:
    """The exchanges of one process.

    Args:
        group: the processes.
        objective: what they train.
        model: the tables of this process, the same in all of them.
    """

    def __init__(self, group: "Group", objective: "Objective[Any]", model: "Model") -> None:
        self._group, self._objective = group, objective
        self._dim = objective.config.dim
        self._tables = {
            name: _Table(table, self._dim, group.size) for name, table in model.with_role("trained").items()
        }
        self._uses = objective.uses()
        self._rounds = rounds_of(objective.total, group.size)
        self._round = 0
        self._sent: _Sent | None = None
        self._counts: dict[str, int] = {}

    def begin_epoch(self, epoch: int, position: int = 0) -> None:
        """Plans an epoch, counted from 0, from a position of this process's share on."""
        objective, processes = self._objective, self._group.size
        lr, per_round = objective.rate(epoch * objective.total), objective.total / processes / self._rounds
        for name, uses in self._uses.items():
            self._tables[name].begin(plan_rows(uses * per_round, lr, self._rounds, processes))
        self._round = position * self._rounds // max(1, objective.own_total)

    def units_left(self, position: int) -> int:
        """Units from a position of the share to the end of the round."""
        return max(1, self._end(self._round + 1) - position)

    def count(self, counts: dict[str, int], loss_units: int, units: int) -> None:
        """Remembers what a step has counted, until the counts of all processes are added up."""
        for name, number in (*counts.items(), ("", loss_units), ("units", units)):
            self._counts[name] = self._counts.get(name, 0) + number

    def reached(self, position: int, progress: "Progress") -> None:
        """Exchanges what is due after the rounds that end at a position of the share, or before it."""
        while self._round < self._rounds and position >= self._end(self._round + 1):
            self._round += 1
            self._arrive(progress)
            self._send(progress)
            if self._round == self._rounds:
                self._arrive(progress)

    def _end(self, number: int) -> int:
        return self._objective.own_total * number // self._rounds

    def _send(self, progress: "Progress") -> None:
        import torch
        import torch.distributed as dist

        sizes = [table.plan.due(self._round, self._rounds) for table in self._tables.values()]
        changes = torch.empty(sum(sizes), self._dim + 1)
        for table, part in zip(self._tables.values(), torch.split(changes, sizes), strict=True):
            table.changes(len(part), part)
        names = [*progress.counters.names, "", "units"]
        counts = torch.tensor([self._counts.pop(name, 0) for name in names], dtype=torch.int64)
        works = [dist.all_reduce(tensor, async_op=True) for tensor in (changes, counts)]
        self._sent = _Sent(sizes, changes, counts, works)

    def _arrive(self, progress: "Progress") -> None:
        """Waits for what was sent after the round before, and adds it."""
        import torch

        if self._sent is None:
            return
        sent, self._sent = self._sent, None
        for work in sent.works:
            work.wait()
        for table, part in zip(self._tables.values(), torch.split(sent.changes, sent.sizes), strict=True):
            table.arrived(part)
        *counts, loss_units, units = sent.counts.tolist()
        progress.count(dict(zip(progress.counters.names, counts, strict=True)), loss_units, units)
        progress.lr = self._objective.rate(progress.done)
