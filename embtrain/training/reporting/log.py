"""Writes a training log: steps at a bounded rate, and every epoch."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from embtrain.io.memory import resident_bytes
from embtrain.io.reporting.log import EventLog
from embtrain.option_names import Place, neutral, spell

if TYPE_CHECKING:
    from embtrain.training.objectives.base import Counters
    from embtrain.training.progress import Progress

#: Least seconds and least share of all words between two lines: at most 1,000 lines in a run of any length.
INTERVAL = 0.1
SHARE = 1e-3


@dataclass(frozen=True)
class _Sums:
    """Totals up to some moment."""

    units: int = 0
    terms: int = 0
    loss: float = 0.0
    seconds: float = 0.0

    def plus(self, now: "Progress") -> "_Sums":
        """These totals plus those of a running epoch."""
        loss = now.loss * now.terms if now.terms else 0.0
        return _Sums(
            self.units + now.units, self.terms + now.terms, self.loss + loss, self.seconds + now.seconds
        )

    def means_since(self, start: "_Sums", names: "Counters") -> dict[str, float | None]:
        """Loss per term and speeds since an earlier moment."""
        terms, seconds = self.terms - start.terms, self.seconds - start.seconds
        return {
            "loss": (self.loss - start.loss) / terms if terms else None,
            f"{names.unit}/s": (self.units - start.units) / seconds if seconds else None,
            f"{names.terms}/s": terms / seconds if seconds and terms else None,
        }


class Recorder(Protocol):
    """Where a report goes: a terminal (`embtrain.io.reporting.progress.Reporter`) or a log."""

    def note(self, message: str) -> None:
        """Reports something worth knowing."""

    def warn(self, message: str) -> None:
        """Reports that something was dropped, cut or replaced."""

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Reports a milestone, for programs."""

    def record(self, name: str, fields: Mapping[str, Any]) -> None:
        """Reports a detail, for a log."""

    def update(
        self,
        phase: str,
        done: float,
        total: float | None,
        unit: str,
        fields: Mapping[str, Any],
        share: float | None = None,
    ) -> None:
        """Shows the progress of a phase."""

    def end_phase(self) -> None:
        """Ends the phase."""


class LogRecorder:
    """Writes a report to a log, without progress updates: the log has its own steps.

    Args:
        log: the file.
        place: how its messages spell options.
    """

    def __init__(self, log: EventLog, place: Place) -> None:
        self._log = log
        self._place = place

    def note(self, message: str) -> None:
        """Writes an event "note"."""
        self._write("note", message)

    def warn(self, message: str) -> None:
        """Writes an event "warning"."""
        self._write("warning", message)

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Writes the event."""
        self._log.write(name, fields)

    def record(self, name: str, fields: Mapping[str, Any]) -> None:
        """Writes the record as an event."""
        self._log.write(name, fields)

    def update(self, *progress: Any, **named: Any) -> None:
        """Does nothing."""

    def end_phase(self) -> None:
        """Does nothing."""

    def _write(self, name: str, message: str) -> None:
        self._log.write(name, {"message": spell(neutral(message), self._place)})


class TrainingLog:
    """Turns the progress of a training run into events "step" and "epoch".

    Both hold step (calls of the kernel so far), epoch, done (words trained so far in all epochs), words
    (those of this epoch), loss (mean per pair), lr, words/s, pairs/s and memory (bytes). Loss and rates of
    a "step" are those since the previous line; those of an "epoch" are of the whole epoch, which also has
    kept, pairs, seconds and, with an evaluation, scores.

    Args:
        recorder: gets epochs as milestones and steps as details.
        total: words of all epochs.
    """

    def __init__(self, recorder: Recorder, total: int) -> None:
        self._recorder = recorder
        self._gap = total * SHARE
        self._steps = 0
        self._told_at = -math.inf
        self._told_epoch = 0
        self._told = _Sums()
        self._epochs = _Sums()

    def step(self, now: "Progress") -> None:
        """Counts a step; writes a line if enough has happened since the last one."""
        self._steps += 1
        units = self._epochs.units + now.units - self._told.units
        if units >= self._gap and time.monotonic() - self._told_at >= INTERVAL:
            self._tell_step(now)

    def epoch(self, now: "Progress") -> None:
        """Writes the whole epoch, and before it a step if the epoch was too short to have one."""
        if self._told_epoch < now.epoch:
            self._tell_step(now)
        means = _Sums().plus(now).means_since(_Sums(), now.counters)
        whole = now.as_record() | {"seconds": now.seconds}
        self._recorder.event("epoch", self._state(now) | means | whole)
        self._epochs = self._epochs.plus(now)

    def _tell_step(self, now: "Progress") -> None:
        sums = self._epochs.plus(now)
        self._recorder.record("step", self._state(now) | sums.means_since(self._told, now.counters))
        self._told, self._told_epoch, self._told_at = sums, now.epoch, time.monotonic()

    def _state(self, now: "Progress") -> dict[str, Any]:
        return {
            "step": self._steps,
            "epoch": now.epoch,
            "done": now.done,
            now.counters.unit: now.units,
            "lr": now.lr,
            "memory": resident_bytes(),
        }
