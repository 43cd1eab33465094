"""The state of a training between two steps: its tables, and where it is."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import torch

from embtrain.errors import DataError, ResourceError
from embtrain.io.memory import gib
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.training.checkpoint.arrays import open_arrays, read_into, write_arrays
from embtrain.training.progress import Progress

if TYPE_CHECKING:
    from embtrain.training.objectives.base import Counters
    from embtrain.training.patience import Examiner
    from embtrain.training.trainer import Trainer

#: Begins the names of the tables of the best epoch.
_BEST: Final = "best."
_OF_PROGRESS: Final = tuple(
    field.name for field in fields(Progress) if field.name not in ("counters", "coverage")
)


@dataclass(frozen=True)
class Place:
    """Where a training is.

    Attributes:
        epochs: epochs that are complete.
        done: units read in all epochs.
    """

    epochs: int
    done: int


def place_of(trainer: "Trainer") -> Place:
    """Where a trainer is."""
    epochs, now = len(trainer.epochs), trainer.current
    return Place(epochs, epochs * trainer.objective.total if now is None else now.done)


class Snapshot:
    """Copies of the tables at some moment, which a thread writes to a file while training goes on.

    Args:
        run: the name of the run.
        trainer: its trainer, whose tables are copied by `take`.
        examiner: scores its epochs, if there is an evaluation.

    Raises ResourceError if the copies do not fit in memory.
    """

    def __init__(self, run: str, trainer: "Trainer", examiner: "Examiner | None") -> None:
        self._run, self._trainer, self._examiner = run, trainer, examiner
        self._tables = trainer.model.with_role("trained", "state")
        self._copies: dict[str, torch.Tensor] = {}
        try:
            for name, table in self._tables.items():
                self._copies[name] = _empty_like(table)
        except MemoryError:
            size = gib(sum(table.nbytes for table in self._tables.values()))
            raise ResourceError(
                f"checkpoints need {size} of memory for a copy of the tables; leave out "
                f"{option('checkpoint')}, lower {option('dim')} or raise {option('min-count')}"
            ) from None
        self._metadata: dict[str, str] = {}

    def take(self) -> Place:
        """Copies the state as it is now, and returns where it is."""
        tables = self._tables | self._best()
        for name, table in tables.items():
            if name not in self._copies:
                self._copies[name] = _empty_like(table)
            self._copies[name].copy_(table)
        self._metadata = {"run": self._run, "state": json.dumps(self._describe())}
        return place_of(self._trainer)

    def write(self, file: BinaryIO) -> None:
        """Writes the copies. Raises ResourceError if the disk is full."""
        write_arrays(file, {name: copy.numpy() for name, copy in self._copies.items()}, self._metadata)

    def _best(self) -> dict[str, torch.Tensor]:
        if self._examiner is None:
            return {}
        return {_BEST + name: table for name, table in self._examiner.best_tables().items()}

    def _describe(self) -> dict[str, Any]:
        trainer = self._trainer
        return {
            "position": trainer.position,
            "round": trainer.round,
            "stopped": trainer.stopped,
            "epochs": [_record(epoch) for epoch in trainer.epochs],
            "current": None if trainer.current is None else _record(trainer.current),
            "examiner": None if self._examiner is None else asdict(self._examiner.state),
        }


def restore(path: str, run: str, trainer: "Trainer", examiner: "Examiner | None") -> None:
    """Puts a trainer, and its examiner, into the state that a file holds.

    Raises:
        DataError: the file is damaged, of another run, or its tables have other shapes.
    """
    from embtrain.training.patience import Standing

    with open_arrays(path) as (header, file):
        if header.metadata.get("run") != run:
            raise DataError(f"{path}: belongs to another run; the checkpoint is damaged: train again")
        tables = trainer.model.with_role("trained", "state")
        if missing := [name for name in tables if name not in header.tensors]:
            raise DataError(f"{path}: holds no table {missing[0]!r}; the checkpoint is of another model")
        for name, table in tables.items():
            _fill(table, file, header.tensors[name], path)
        try:
            state = json.loads(header.metadata["state"])
            counters = trainer.objective.counters
            trainer.epochs = [_progress(record, counters) for record in state["epochs"]]
            current = state["current"]
            trainer.current = None if current is None else _progress(current, counters)
            trainer.position, trainer.stopped = int(state["position"]), bool(state["stopped"])
            if state["round"] is not None:
                trainer.go_on_after(*map(int, state["round"]))
            if examiner is not None and state["examiner"] is not None:
                examiner.state = Standing(**state["examiner"])
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise DataError(f"{path}: its state is damaged: {error}; train again") from None
        if examiner is not None:
            for name, table in examiner.best_tables().items():
                _fill(table, file, header.tensors[_BEST + name], path)


def _fill(table: torch.Tensor, file: BinaryIO, tensor: Any, path: str) -> None:
    on_processor = table if table.device.type == "cpu" else _empty_like(table)
    read_into(file, tensor, on_processor.numpy(), path)
    if on_processor is not table:
        table.copy_(on_processor)


def _empty_like(table: torch.Tensor) -> torch.Tensor:
    """A table of the same shape on the processor, whose pages are in memory already."""
    if table.dtype != torch.float32 or table.dim() != 2:
        return torch.zeros(table.shape, dtype=table.dtype)
    made = torch.from_numpy(native_or_plain().new_table(*table.shape))
    return made.fill_(0)


def _record(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in _OF_PROGRESS} | {
        "coverage": {name: list(items) for name, items in progress.coverage.items()}
    }


def _progress(record: Mapping[str, Any], counters: "Counters") -> Progress:
    coverage = {name: tuple(items) for name, items in record["coverage"].items()}
    made = Progress(counters=counters, **{**record, "coverage": coverage})
    if not math.isfinite(made.seconds):
        raise ValueError("the seconds of an epoch are not a number")
    return made
