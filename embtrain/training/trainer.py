"""The training loop, in steps of bounded length, so that progress and Ctrl-C never wait."""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.config import TrainConfig
from embtrain.ops.devices import open_device
from embtrain.ops.operator import find_operator
from embtrain.training.model import Model
from embtrain.training.objectives.base import BlockReader, InputBlock, Objective
from embtrain.training.progress import LOSS_UNITS, Progress
from embtrain.training.schedule import StepSize

if TYPE_CHECKING:
    from embtrain.subwords import Subwords
    from embtrain.training.group.exchange import Exchange


class Keeper(Protocol):
    """Keeps the state of a trainer on disk."""

    def protect(self) -> AbstractContextManager[None]:
        """Makes sure that no signal ends the block before its end."""

    def reached(self, trainer: "Trainer") -> None:
        """Called after each step and each epoch."""


#: Units of a step if results depend on where steps end; a fixed size makes them the same on every machine.
FIXED_STEP: Final = 50_000


class Trainer:
    """Trains an objective.

    Args:
        objective: with its text and options.
        backend: `cpu` or another one that runs steps on a device; it must be available.
        exchange: given the tables, makes the exchange with the other processes of a group, if any.
        step_size: units of a step, or None for the backend's default: `cpu` adapts to the machine, which does
            not change results with one thread; others use a fixed size, on which their results depend.

    Attributes:
        config: the options with every default filled in, and the backend that trains.
        model: the tables.
        epochs: one record for each finished epoch.
        current: the epoch that is running, if any.
        position: units of it that were read.
        stopped: whether `on_epoch` ended the training.

    Raises:
        BackendError: the device cannot be used here.
        ResourceError: the tables do not fit in memory.
    """

    def __init__(
        self,
        objective: Objective[Any],
        backend: str,
        step_size: int | None = None,
        exchange: "Callable[[Model], Exchange] | None" = None,
    ) -> None:
        self.objective = objective
        self.config: TrainConfig = objective.config
        self.model = Model(objective.tables(), open_device(self.config.device))
        self.epochs: list[Progress] = []
        self.current: Progress | None = None
        self.position = 0
        self.stopped = False
        self._operator = find_operator(objective.operator)
        self._kernel = self._operator.kernel(backend)
        self._exchange = None if exchange is None else exchange(self.model)
        self._step_size = StepSize(step_size or (None if backend == "cpu" else FIXED_STEP))

    def train(
        self,
        on_step: Callable[[Progress], None] | None = None,
        on_epoch: Callable[[Progress], bool] | None = None,
        keeper: Keeper | None = None,
    ) -> list[Progress]:
        """Runs the epochs that are left, or until `on_epoch` returns False. Returns one record per epoch.

        Calls `on_step` after each step and `on_epoch` (an `Examiner`, for example) after each epoch. Nothing
        changes the tables during these calls, nor while `keeper` looks at this trainer.

        Raises:
            EmbtrainError: the loss is no longer a number, or there was nothing to train.
        """
        objective = self.objective
        objective.check_input()
        while len(self.epochs) < self.config.epochs and not self.stopped:
            epoch = len(self.epochs)
            progress = self.current or Progress(epoch + 1, objective.counters, done=epoch * objective.total)
            self.current = progress
            self._train_epoch(objective.reader(epoch, self.position), progress, on_step, keeper)
            goes_on = on_epoch is None or on_epoch(progress)
            with _protection(keeper):
                self.epochs.append(progress)
                self.current, self.position, self.stopped = None, 0, not goes_on
            if keeper is not None:
                keeper.reached(self)
        if not any(epoch.terms for epoch in self.epochs):
            raise objective.nothing_trained(self.epochs)
        return self.epochs

    def _train_epoch(
        self,
        reader: BlockReader,
        progress: Progress,
        on_step: Callable[[Progress], None] | None,
        keeper: Keeper | None,
    ) -> None:
        started = time.perf_counter() - progress.seconds
        if self._exchange is not None:
            self._exchange.begin_epoch(progress.epoch - 1)
        while (block := reader.read(self._units())) is not None:
            with _protection(keeper):
                before = time.perf_counter()
                self._step(block, progress)
                now = time.perf_counter()
                self.position = block.position + block.size
                progress.seconds = now - started
            self._step_size.measured(block.size, now - before)
            if self._exchange is not None:
                self._exchange.reached(self.position, progress)
                progress.seconds = time.perf_counter() - started
            # In a group, nothing is known before the first round has ended.
            if on_step is not None and progress.units:
                on_step(progress)
            if keeper is not None:
                keeper.reached(self)

    @property
    def round(self) -> tuple[int, int] | None:
        """In a group, the rounds of the running epoch that are complete, and all of them."""
        if self._exchange is None:
            return None
        return self._exchange.place if self.current is not None else (0, 1)

    def go_on_after(self, round: int, rounds: int) -> None:
        """Goes on after a round of so many, which a group of any size has trained."""
        if self._exchange is None:
            self.position = self.objective.total * round // rounds
        else:
            self.position = self._exchange.resume(round, rounds)

    def is_whole(self) -> bool:
        """Whether the tables hold what all processes of a group have trained; if not, they will soon."""
        return self._exchange is None or self._exchange.is_whole()

    def vectors(self) -> NDArray[np.float32]:
        """The vectors as they are now, float32 [V, dim]."""
        return self.objective.vectors(self.model)

    def subwords(self) -> "Subwords | None":
        """The vectors of n-grams as they are now, if the model has any."""
        return self.objective.subwords(self.model)

    def context(self) -> NDArray[np.float32] | None:
        """The context vectors as they are now, float32 [V, dim]; None if the vectors contain them."""
        return self.objective.context(self.model)

    def _step(self, block: InputBlock, progress: Progress) -> None:
        objective = self.objective
        arguments = objective.arguments(self.model, block, progress.epoch - 1)
        *numbers, loss = self._kernel(self._operator.step(**arguments))
        counts = [int(number) for number in numbers]
        if not math.isfinite(loss):
            raise objective.diverged(progress.epoch, block, counts, loss)
        counted, loss_units = (
            dict(zip(objective.counters.names, counts, strict=True)),
            round(loss * LOSS_UNITS),
        )
        if self._exchange is not None:
            self._exchange.count(counted, loss_units, block.size)
            return
        progress.count(counted, loss_units, block.size)
        progress.lr = objective.rate(progress.done)

    def _units(self) -> int:
        """The most units of the next step."""
        units = self._step_size.units
        return units if self._exchange is None else min(units, self._exchange.units_left(self.position))


def _protection(keeper: Keeper | None) -> AbstractContextManager[None]:
    return nullcontext() if keeper is None else keeper.protect()
