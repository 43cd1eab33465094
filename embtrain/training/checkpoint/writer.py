"""Writes checkpoints while a training goes on."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from embtrain.errors import EmbtrainError
from embtrain.io.outputs.atomic import open_output
from embtrain.io.outputs.deferred_signals import deferred_signals
from embtrain.option_names import neutral, option
from embtrain.training.checkpoint.interval import Interval
from embtrain.training.checkpoint.state import Place, Snapshot, place_of
from embtrain.training.reporting.events import Checkpointed

if TYPE_CHECKING:
    from embtrain.training.trainer import Trainer


class CheckpointWriter:
    """Keeps the state of a training at intervals: the `keeper` of a trainer.

    Training waits while the tables are copied; a thread then writes the copies. If a checkpoint cannot be
    written, training goes on, and the one before stays.

    Args:
        path: the file of the state, which each checkpoint replaces.
        snapshot: copies the state.
        every: the interval.
        tell: receives `Checkpointed` after each checkpoint.
        warn: receives a warning if one could not be written.
    """

    def __init__(
        self,
        path: str,
        snapshot: Snapshot,
        every: Interval,
        tell: Callable[[Checkpointed], None],
        warn: Callable[[str], None],
    ) -> None:
        self._path, self._snapshot, self._every = path, snapshot, every
        self._tell, self._warn = tell, warn
        self._thread: threading.Thread | None = None
        self._outcome: EmbtrainError | Checkpointed | None = None
        self._last = time.monotonic()
        self._place: Place | None = None
        self._kept: Place | None = None

    def protect(self) -> AbstractContextManager[None]:
        """Defers signals, so that a step or a copy is never left half done."""
        return deferred_signals()

    def begin(self, trainer: "Trainer") -> None:
        """Counts from here: the state of the trainer is on disk, or can be made anew."""
        self._place = self._kept = place_of(trainer)
        self._last = time.monotonic()

    def reached(self, trainer: "Trainer") -> None:
        """Begins a checkpoint if the interval is over, the last one is written and the tables are whole."""
        if self._thread is not None and not self._thread.is_alive():
            self._end_write()
        before, now = self._place or Place(0, 0), place_of(trainer)
        seconds = time.monotonic() - self._last
        is_over = self._every.is_over(seconds, now.done - before.done, now.epochs - before.epochs)
        if self._thread is None and is_over and trainer.is_whole():
            self._begin_write()

    def save(self, trainer: "Trainer") -> Place:
        """Writes the state as it is now, unless it is on disk already, and waits for the end.

        Returns where the state on disk is. Raises ResourceError if it cannot be written.
        """
        self.finish()
        if self._kept != place_of(trainer):
            self._begin_write()
            self.finish()
            if isinstance(self._outcome, EmbtrainError):
                raise self._outcome
        return self._kept or Place(0, 0)

    def finish(self) -> None:
        """Waits until the checkpoint that is being written is complete."""
        if self._thread is not None:
            self._thread.join()
            self._end_write()

    def _begin_write(self) -> None:
        began = time.monotonic()
        with self.protect():
            place = self._snapshot.take()
            self._place, self._last = place, time.monotonic()
            waited = self._last - began
            self._thread = threading.Thread(target=self._write, args=(place, waited), daemon=True)
            self._thread.start()

    def _write(self, place: Place, waited: float) -> None:
        began = time.monotonic()
        try:
            with open_output(self._path, True) as file:
                self._snapshot.write(file)
        except EmbtrainError as error:
            self._outcome = error
            return
        self._outcome = Checkpointed(self._path, place.epochs, place.done, waited, time.monotonic() - began)

    def _end_write(self) -> None:
        self._thread = None
        if isinstance(self._outcome, Checkpointed):
            self._kept = Place(self._outcome.epochs, self._outcome.done)
            self._tell(self._outcome)
        elif self._outcome is not None:
            self._warn(
                f"no checkpoint was written: {neutral(self._outcome)}; training goes on, and the one before "
                f"is kept ({option('checkpoint')})"
            )
