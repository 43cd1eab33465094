"""Keeps the tables of the processes of a group together while each trains on its share of the text.

After each round a process adds the changes that the others have made to rows since they were last exchanged, and gives
them its own. The sum travels while the next round is trained.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any


from embtrain.training.group.schedule import Rows, plan_rows, rounds_of, share_of_changes

if TYPE_CHECKING:
    from torch import Tensor

    from embtrain.training.group.group import Group
    from embtrain.training.objectives.base import Objective
    from embtrain.training.model import Model
    from embtrain.training.progress import Progress


@dataclass(frozen=True)
class _Sent:
    """Changes that are on their way.

    Attributes:
        table, base: the table, and its rows as they were after their last exchange.
        rows: int64 [n].
        own: the changes of this process, float32 [n, dim].
        summed: those of all processes, each scaled, when the work is done.
        work: ends when they have arrived.
    """

    table: "Tensor"
    base: "Tensor"
    rows: "Tensor"
    own: "Tensor"
    summed: "Tensor"
    work: Any

    def arrive(self) -> None:
        """Adds the changes of the others to the table."""
        self.work.wait()
        self.base.index_add_(0, self.rows, self.summed)
        self.table.index_add_(0, self.rows, self.summed.sub_(self.own))


class Exchange:
    """The exchanges of one process.

    Args:
        group: the processes.
        objective: what they train.
        model: the tables of this process, the same in all of them.

    Attributes:
        sent_bytes: bytes of changes given away so far.
    """

    def __init__(self, group: "Group", objective: "Objective[Any]", model: "Model") -> None:
        self._group, self._objective = group, objective
        # Columns beyond dim are zero in every process.
        dim = objective.config.dim
        self._tables = {name: table[:, :dim] for name, table in model.with_role("trained").items()}
        self._bases = {name: table.clone() for name, table in self._tables.items()}
        self._uses = objective.uses()
        self._rounds = rounds_of(objective.total, group.size)
        self._own_units = objective.own_total
        self._plan: dict[str, list[Rows]] = {}
        self._lr = 0.0
        self._round = 0
        self._since: dict[tuple[str, int], int] = {}
        self._sent: list[_Sent] = []
        self._counts: dict[str, int] = {}
        self._sent_counts: tuple[Tensor, Any] | None = None
        self.sent_bytes = 0

    def begin_epoch(self, epoch: int, position: int = 0) -> None:
        """Plans an epoch, counted from 0, from a position of this process's share on."""
        self._lr = self._objective.rate(epoch * self._objective.total)
        per_round = self._objective.total / self._group.size / self._rounds
        self._plan = {
            name: plan_rows(uses * per_round, self._lr, self._rounds) for name, uses in self._uses.items()
        }
        self._round = position * self._rounds // max(1, self._own_units)
        self._since = dict.fromkeys(
            ((name, rows.period) for name, plan in self._plan.items() for rows in plan), self._round
        )

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
            last = self._round == self._rounds
            for name, plan in self._plan.items():
                for rows in plan:
                    if last or self._round % rows.period == 0:
                        self._send(name, rows)
            self._send_counts(progress)
            if last:
                self._arrive(progress)

    def _end(self, number: int) -> int:
        return self._own_units * number // self._rounds

    def _send(self, name: str, rows: Rows) -> None:
        import torch
        import torch.distributed as dist

        rounds = self._round - self._since[name, rows.period]
        self._since[name, rows.period] = self._round
        table, base = self._tables[name], self._bases[name]
        which = torch.from_numpy(rows.rows)
        own = table.index_select(0, which).sub_(base.index_select(0, which))
        shares = share_of_changes(rows.uses * rounds, self._lr, self._group.size)
        summed = own * torch.from_numpy(shares).unsqueeze(1).to(own.device)
        work = dist.all_reduce(summed, async_op=True)
        self._sent.append(_Sent(table, base, which, own, summed, work))
        self.sent_bytes += summed.numel() * summed.element_size()

    def _send_counts(self, progress: "Progress") -> None:
        import torch
        import torch.distributed as dist

        names = [*progress.counters.names, "", "units"]
        counts = torch.tensor([self._counts.pop(name, 0) for name in names], dtype=torch.int64)
        self._sent_counts = counts, dist.all_reduce(counts, async_op=True)

    def _arrive(self, progress: "Progress") -> None:
        """Waits for what was sent after the round before, and adds it."""
        for sent in self._sent:
            sent.arrive()
        self._sent = []
        if self._sent_counts is None:
            return
        sums, work = self._sent_counts
        work.wait()
        self._sent_counts = None
        *counts, loss_units, units = sums.tolist()
        progress.count(dict(zip(progress.counters.names, counts, strict=True)), loss_units, units)
        progress.lr = self._objective.rate(progress.done)
