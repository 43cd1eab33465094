"""Trains for a second or two on a sample, to measure how fast this machine is."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from embtrain.errors import UsageError
from embtrain.io.memory import resident_bytes
from embtrain.io.temporary_files import open_temporary
from embtrain.training.group.cost import Training
from embtrain.training.objectives.base import Objective, Preparation
from embtrain.training.trainer import Trainer
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.save import write_embeddings

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.text.corpus import EncodedCorpus
    from embtrain.training.job import Job, Scores
    from embtrain.training.progress import Progress
    from embtrain.vectors.formats.format import Format

#: Seconds of training that are not measured: pages are used for the first time, and steps are short.
_WARM_UP: Final = 0.4


@dataclass(frozen=True)
class Calibration:
    """What a training on a sample took.

    Attributes:
        preparing: seconds between reading and training.
        units: units of an epoch.
        rate: units a second.
        scoring: seconds that it takes to score an epoch.
        saving: seconds that it takes to write the vectors.
        resident: bytes of memory of this process while it trained.
        for_group: what a group of processes would train; None if one cannot.
    """

    preparing: float
    units: int
    rate: float
    scoring: float
    saving: float
    resident: int
    for_group: Training | None


class _EnoughError(Exception):
    """Ends a training."""


class _Watch:
    """Measures steps until there are enough."""

    def __init__(self, seconds: float) -> None:
        self._end = seconds
        self._first: tuple[float, int] | None = None
        self._last = (0.0, 0)
        self.resident = 0
        self._began = time.perf_counter()

    def __call__(self, now: "Progress") -> None:
        passed = time.perf_counter() - self._began
        if self._first is None and passed >= _WARM_UP:
            self._first = (passed, now.done)
        self._last = (passed, now.done)
        self.resident = max(self.resident, resident_bytes())
        if passed >= self._end and self._first is not None and self._first[1] < now.done:
            raise _EnoughError

    @property
    def rate(self) -> float:
        """Units a second, after the warming up if there was time for it."""
        began, done = self._first or (0.0, 0)
        passed, units = self._last
        if units == done:
            began, done = 0.0, 0
        return (units - done) / max(passed - began, 1e-6)


def calibrate(
    job: "Job",
    kind: "type[Objective[Any]]",
    config: "TrainConfig",
    corpus: "EncodedCorpus",
    memory: int,
    target: "Format | None",
    seconds: float,
) -> Calibration:
    """Trains on a sample for about some seconds; its vectors go to an unnamed file that disappears at once.

    Args:
        corpus: the sample, with the words to train.
        memory: bytes for counting co-occurrences.
        target: the format of the output.

    Raises:
        EmbtrainError: as a training.
    """
    preparation = Preparation(memory, job.tmp_dir, lambda *_: None, lambda *_: None, lambda _: None)
    began = time.perf_counter()
    with kind.open(corpus, config, preparation) as objective:
        trainer = Trainer(objective, config.backend)
        watch, preparing = _Watch(seconds), time.perf_counter() - began
        with suppress(_EnoughError):
            trainer.train(watch)
        scoring = _scoring(job, trainer)
        saving = _timed(lambda: _save(job, trainer, target))
        group = _for_group(objective, watch.rate) if kind.trains_in_groups else None
        return Calibration(preparing, objective.total, watch.rate, scoring, saving, watch.resident, group)


def _for_group(objective: Objective[Any], rate: float) -> Training:
    config, total = objective.config, objective.total
    rates = [objective.rate(epoch * total) for epoch in range(config.epochs)]
    return Training(objective.uses(), config.dim, total, rates, rate)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _scoring(job: "Job", trainer: Trainer) -> float:
    """Seconds that it takes to score the vectors once."""
    if job.evaluation is None:
        return 0.0
    # A sample may cover less of the sets than the corpus.
    with suppress(UsageError):
        scores: Scores = job.evaluation.prepare(trainer.objective.vocabulary, False)
        return _timed(lambda: scores(trainer.vectors()))
    return 0.0


def _save(job: "Job", trainer: Trainer, target: "Format | None") -> None:
    context = trainer.context() if job.output is None or job.output.context else None
    words = trainer.objective.vocabulary
    embeddings = Embeddings(words, trainer.vectors(), context, {}, trainer.subwords())
    with open_temporary(job.tmp_dir) as file:
        write_embeddings(file, embeddings, target)
        file.flush()
        os.fsync(file.fileno())
