"""What a log tells of a training: steps at a bounded rate, and every epoch."""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embtrain.io.log import resident_bytes
from embtrain.io.progress import Reporter

if TYPE_CHECKING:
    from embtrain.training.trainer import Progress

#: Seconds and share of all words that lie between two lines: no more than 1,000 in a run, however long.
INTERVAL = 0.1
SHARE = 1e-3


@dataclass
class _Mark:
    """Where in its epoch a stretch began."""

    words: int = 0
    pairs: int = 0
    loss: float = 0.0
    seconds: float = 0.0


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
        self._done = 0
        self._told = -math.inf
        self._mark = _Mark()

    def step(self, now: "Progress") -> None:
        """Takes note of a step; writes a line if enough has happened since the last one."""
        self._steps += 1
        if now.done - self._done >= self._gap and time.monotonic() - self._told >= INTERVAL:
            self._tell_step(now)

    def epoch(self, now: "Progress") -> None:
        """Writes what is left of the epoch, then the epoch as a whole."""
        if now.done > self._done:
            self._tell_step(now)
        whole = now.as_record() | {"seconds": now.seconds}
        self._reporter.event("epoch", self._fields(now, _Mark()) | whole)
        self._mark = _Mark()

    def _tell_step(self, now: "Progress") -> None:
        self._reporter.record("step", self._fields(now, self._mark))
        self._done, self._told = now.done, time.monotonic()
        self._mark = _Mark(now.words, now.pairs, _loss_sum(now), now.seconds)

    def _fields(self, now: "Progress", since: _Mark) -> dict[str, Any]:
        seconds, pairs = now.seconds - since.seconds, now.pairs - since.pairs
        return {
            "step": self._steps,
            "epoch": now.epoch,
            "done": now.done,
            "words": now.words,
            "loss": (_loss_sum(now) - since.loss) / pairs if pairs else None,
            "lr": now.lr,
            "words/s": (now.words - since.words) / seconds if seconds else None,
            "pairs/s": pairs / seconds if seconds else None,
            "memory": resident_bytes(),
        }


def _loss_sum(now: "Progress") -> float:
    return now.loss * now.pairs if now.pairs else 0.0
