"""Keeps the tables of the processes of a group together while each trains on its share of the text.

After each round a process gives the others the changes of some rows since they were last exchanged, and adds
theirs. The sums travel while the next round is trained. At the end of an epoch, and when a process wants to
keep the tables, all rows are exchanged, and training goes on when they have arrived.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from embtrain.training.group.rows import rows_of
from embtrain.training.group.schedule import plan_rows, rounds_of

if TYPE_CHECKING:
    from torch import Tensor

    from embtrain.training.group.group import Group
    from embtrain.training.model import Model
    from embtrain.training.objectives.base import Objective
    from embtrain.training.progress import Progress

#: Beside the counts: processes that want to keep the tables.
_WANTED: Final = "wanted"


@dataclass(frozen=True)
class _Sent:
    """What is on its way, in all processes summed.

    Attributes:
        changes: of some rows of each table, float32 [n, dim], and squares of their lengths, float32 [n].
        counts: of the units trained, int64.
        works: that add them up.
    """

    changes: list[tuple["Tensor", "Tensor"]]
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
            name: rows_of(table, self._dim, group.size) for name, table in model.with_role("trained").items()
        }
        self._uses = objective.uses()
        self._rounds = rounds_of(objective.total, group.size)
        self._round = 0
        self._sent: _Sent | None = None
        self._wanted = self._agreed = False
        self._whole = True
        self._counts: dict[str, int] = {}
        self._buffer: Tensor | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Rounds of the epoch that are complete, and all of them."""
        return self._round, self._rounds

    def resume(self, round: int, rounds: int) -> int:
        """Goes on after a round of so many, which other processes may have trained.

        Returns the position in this process's share.
        """
        self._round = round * self._rounds // rounds
        return self._end(self._round)

    def is_whole(self) -> bool:
        """Whether the tables are those of all processes; if not, they will be after some rounds."""
        self._wanted = not self._whole
        return self._whole

    def begin_epoch(self, epoch: int) -> None:
        """Plans an epoch, counted from 0, or what is left of it."""
        import torch

        objective, processes = self._objective, self._group.size
        self._round %= self._rounds
        lr, per_round = objective.rate(epoch * objective.total), objective.total / processes / self._rounds
        for name, uses in self._uses.items():
            self._tables[name].begin(plan_rows(uses * per_round, lr, self._rounds, processes))
        size = sum(len(table.plan.rows) for table in self._tables.values()) * (self._dim + 1)
        if self._buffer is None or len(self._buffer) < size:
            self._buffer = torch.empty(size)

    def units_left(self, position: int) -> int:
        """Units from a position of the share to the end of the round."""
        return max(1, self._end(self._round + 1) - position)

    def count(self, counts: dict[str, int], loss_units: int, units: int) -> None:
        """Remembers what a step has counted, until the counts of all processes are added up."""
        for name, number in (*counts.items(), ("", loss_units), ("units", units)):
            self._counts[name] = self._counts.get(name, 0) + number

    def reached(self, position: int, progress: "Progress") -> None:
        """Exchanges what is due after the rounds that end at a position of the share, or before it."""
        self._whole = False
        while position >= self._end(self._round + 1):
            self._round += 1
            self._arrive(progress)
            self._whole = self._agreed or self._round == self._rounds
            self._wanted &= not self._whole
            self._send(progress)
            if self._whole:
                self._arrive(progress)

    def _end(self, number: int) -> int:
        return self._objective.own_total * number // self._rounds

    def _send(self, progress: "Progress") -> None:
        import torch
        import torch.distributed as dist

        assert self._buffer is not None
        last = self._rounds if self._whole else self._round
        sizes = [table.plan.due(last, self._rounds) for table in self._tables.values()]
        # All changes, then all squares, so that they travel together.
        buffer = self._buffer[: sum(sizes) * (self._dim + 1)]
        rows = buffer[: sum(sizes) * self._dim].view(-1, self._dim)
        changes = list(zip(torch.split(rows, sizes), torch.split(buffer[rows.numel() :], sizes), strict=True))
        for table, (part, squares) in zip(self._tables.values(), changes, strict=True):
            table.take(part, squares)
        self._counts[_WANTED] = int(self._wanted)
        names = [*progress.counters.names, "", "units", _WANTED]
        counts = torch.tensor([self._counts.pop(name, 0) for name in names], dtype=torch.int64)
        works = [dist.all_reduce(tensor, async_op=True) for tensor in (buffer, counts)]
        self._sent = _Sent(changes, counts, works)

    def _arrive(self, progress: "Progress") -> None:
        """Waits for what was sent after the round before, and adds it."""
        if self._sent is None:
            return
        sent, self._sent = self._sent, None
        for work in sent.works:
            work.wait()
        for table, (summed, squares) in zip(self._tables.values(), sent.changes, strict=True):
            table.add(summed, squares)
        *counts, loss_units, units, wanted = sent.counts.tolist()
        self._agreed = wanted > 0
        progress.count(dict(zip(progress.counters.names, counts, strict=True)), loss_units, units)
        progress.lr = self._objective.rate(progress.done)
