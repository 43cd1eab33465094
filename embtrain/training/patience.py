"""Scores each epoch, stops when the scores no longer rise, and keeps the best epoch."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from embtrain.training.model import Kept
    from embtrain.training.progress import Progress
    from embtrain.training.trainer import Trainer

Evaluator = Callable[[NDArray[np.float32]], Mapping[str, float]]


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
        best: the epoch with the highest mean so far, the first one if means are equal; None until a mean is a
            number.
    """

    def __init__(self, trainer: "Trainer", evaluator: Evaluator, patience: int | None = None) -> None:
        self._trainer = trainer
        self._evaluator = evaluator
        self._patience = patience
        self._kept: Kept | None = None
        self._best_score = -math.inf
        self._n_worse = 0
        self.best: int | None = None

    def __call__(self, progress: "Progress") -> bool:
        """Scores an epoch and writes the scores into its progress. Returns whether to go on.

        Raises ValueError if the evaluator returns no scores.
        """
        progress.scores = dict(self._evaluator(self._trainer.vectors()))
        if not progress.scores:
            raise ValueError("the evaluator returned no scores")
        score = math.fsum(progress.scores.values()) / len(progress.scores)
        if score > self._best_score:
            self._keep(progress.epoch, score)
        else:
            self._n_worse += 1
        return self._patience is None or self._n_worse < self._patience

    def _keep(self, epoch: int, score: float) -> None:
        self.best, self._best_score, self._n_worse = epoch, score, 0
        if self._patience is None:
            return
        if self._kept is None:
            self._kept = self._trainer.model.keep()
        else:
            self._kept.renew()

    def restore(self) -> int | None:
        """Restores the tables of the best epoch and returns its number; None without patience."""
        if self._patience is None:
            return None
        if self._kept is not None:
            self._kept.restore()
        return self.best
