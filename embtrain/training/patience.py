"""Scores each epoch, stops when the scores no longer rise, and keeps the best epoch."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embtrain.io.outputs.deferred_signals import deferred_signals

if TYPE_CHECKING:
    from torch import Tensor

    from embtrain.training.model import Kept
    from embtrain.training.progress import Progress
    from embtrain.training.trainer import Trainer

Evaluator = Callable[[NDArray[np.float32]], Mapping[str, float]]


@dataclass(frozen=True)
class Standing:
    """What an examiner knows so far.

    Attributes:
        best: the epoch with the highest mean, the first one if means are equal; None before a mean is a
            number.
        best_score: that mean.
        n_worse: epochs in a row without a higher mean.
        last: the last epoch that was scored; 0 before the first.
        scores: its scores.
    """

    best: int | None = None
    best_score: float = -math.inf
    n_worse: int = 0
    last: int = 0
    scores: Mapping[str, float] = field(default_factory=dict)


class Examiner:
    """Scores the vectors after each epoch: the `on_epoch` of a trainer.

    With patience, it copies the tables of the best epoch, which takes their memory once more, and `restore`
    puts them back.

    Args:
        trainer: the trainer whose vectors to score.
        evaluator: takes vectors, float32 [V, dim], and returns scores by name, higher is better.
        patience: epochs in a row without a better mean of the scores after which to stop, at least 1; None to
            run all epochs and keep the last.

    Attributes:
        state: what was found so far; a resumed training sets it.
    """

    def __init__(self, trainer: "Trainer", evaluator: Evaluator, patience: int | None = None) -> None:
        self._trainer = trainer
        self._evaluator = evaluator
        self._patience = patience
        self._kept: Kept | None = None
        self.state = Standing()

    @property
    def best(self) -> int | None:
        """The best epoch so far; None until a mean is a number."""
        return self.state.best

    def __call__(self, progress: "Progress") -> bool:
        """Scores an epoch and writes the scores into its progress. Returns whether to go on.

        An epoch that was scored before it was interrupted is not scored again.

        Raises ValueError if the evaluator returns no scores.
        """
        if self.state.last != progress.epoch:
            scores = dict(self._evaluator(self._trainer.vectors()))
            if not scores:
                raise ValueError("the evaluator returned no scores")
            with deferred_signals():
                self._record(progress.epoch, scores)
        progress.scores = dict(self.state.scores)
        return self._patience is None or self.state.n_worse < self._patience

    def _record(self, epoch: int, scores: Mapping[str, float]) -> None:
        mean, before = math.fsum(scores.values()) / len(scores), self.state
        if mean > before.best_score:
            self._keep()
            self.state = Standing(epoch, mean, 0, epoch, scores)
        else:
            self.state = replace(before, n_worse=before.n_worse + 1, last=epoch, scores=scores)

    def _keep(self) -> None:
        if self._patience is None:
            return
        if self._kept is None:
            self._kept = self._trainer.model.keep()
        else:
            self._kept.renew()

    def best_tables(self) -> "Mapping[str, Tensor]":
        """The copies of the tables of the best epoch, by name; none without patience or a best epoch."""
        if self._patience is None or self.state.best is None:
            return {}
        if self._kept is None:
            self._kept = self._trainer.model.keep()
        return self._kept.copies

    def restore(self) -> int | None:
        """Restores the tables of the best epoch and returns its number; None without patience."""
        if self._patience is None:
            return None
        if self._kept is not None:
            self._kept.restore()
        return self.best
