"""What a log tells of a training: steps at a bounded rate, and every epoch."""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embtrain.io.reporting.log import resident_bytes
from embtrain.io.reporting.progress import Reporter

if TYPE_CHECKING:
    from embtrain.training.trainer import Progress

#: Seconds and share of all words that lie between two lines: no more than 1,000 in a run, however long.
INTERVAL = 0.1
SHARE = 1e-3


@dataclass(frozen=True)
class _Sums:
    """What was trained up to some moment."""

    words: int = 0
    pairs: int = 0
    loss: float = 0.0
    seconds: float = 0.0

    def plus(self, now: "Progress") -> "_Sums":
        """With an epoch as far as it has come."""
        loss = now.loss * now.pairs if now.pairs else 0.0
        return _Sums(
            self.words + now.words, self.pairs + now.pairs, self.loss + loss, self.seconds + now.seconds
        )

    def means_since(self, start: "_Sums") -> dict[str, float | None]:
        """Loss per pair and speeds from another moment to this one."""
        pairs, seconds = self.pairs - start.pairs, self.seconds - start.seconds
        return {
            "loss": (self.loss - start.loss) / pairs if pairs else None,
            "words/s": (self.words - start.words) / seconds if seconds else None,
            "pairs/s": pairs / seconds if seconds and pairs else None,
        }


class TrainingLog:
    """Turns the states of a training into events "step" and "epoch".

    Both hold step (calls of the kernel so far), epoch, done (words trained so far in all epochs), words
    (those of this epoch), loss (mean per pair), lr, words/s, pairs/s and memory (bytes). Loss and rates of
    a "step" are those since the line before it; those of an "epoch" are of the whole epoch, which also has
    kept, pairs, seconds and, where there are any, scores.

    Args:
        reporter: is told of every epoch; its sink gets the steps too.
        total: words of all epochs.
    """

    def __init__(self, reporter: Reporter, total: int) -> None:
        self._reporter = reporter
        self._gap = total * SHARE
        self._steps = 0
        self._told_at = -math.inf
        self._told_epoch = 0
        self._told = _Sums()
        self._epochs = _Sums()

    def step(self, now: "Progress") -> None:
        """Takes note of a step; writes a line if enough has happened since the last one."""
        self._steps += 1
        words = self._epochs.words + now.words - self._told.words
        if words >= self._gap and time.monotonic() - self._told_at >= INTERVAL:
            self._tell_step(now)

    def epoch(self, now: "Progress") -> None:
        """Writes the epoch as a whole, and before it a step where the epoch was too short for one."""
        if self._told_epoch < now.epoch:
            self._tell_step(now)
        means = _Sums().plus(now).means_since(_Sums())
        whole = now.as_record() | {"seconds": now.seconds}
        self._reporter.event("epoch", self._state(now) | means | whole)
        self._epochs = self._epochs.plus(now)

    def _tell_step(self, now: "Progress") -> None:
        sums = self._epochs.plus(now)
        self._reporter.record("step", self._state(now) | sums.means_since(self._told))
        self._told, self._told_epoch, self._told_at = sums, now.epoch, time.monotonic()

    def _state(self, now: "Progress") -> dict[str, Any]:
        return {
            "step": self._steps,
            "epoch": now.epoch,
            "done": now.done,
            "words": now.words,
            "lr": now.lr,
            "memory": resident_bytes(),
        }
