"""Measures how long one training of the defaults takes, as `embtrain plan` does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from embtrain.config import TrainConfig
from embtrain.ops.backends import choose_backend
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.cut import cut
from embtrain.training.corpora.inputs import USUAL_MEMORY
from embtrain.training.job import Job
from embtrain.training.objectives.registry import find_objective
from embtrain.training.plan.calibration import calibrate
from embtrain.tuning.scoring import Halves
from embtrain.vocabulary import Vocabulary

#: Seconds of the training that is measured, as in a plan.
_SECONDS: Final = 2.0


@dataclass(frozen=True)
class _Scoring:
    """The evaluation of a job that is calibrated; what it reads is read already."""

    halves: Halves
    given: Sequence[str] = ()
    paths: Sequence[str] = ()

    def read(self) -> None:
        """Nothing is left to read."""

    def prepare(self, vocabulary: Vocabulary, decides: bool) -> "_Scores":
        return _Scores(self.halves, vocabulary)


@dataclass(frozen=True)
class _Scores:
    halves: Halves
    vocabulary: Vocabulary

    @property
    def coverage(self) -> dict[str, tuple[int, int]]:
        return {}

    def __call__(self, vectors: NDArray[np.float32]) -> Mapping[str, float]:
        return self.halves.scores(self.vocabulary, vectors, True)[0]

    def describe(self, scores: Mapping[str, float]) -> str:
        return ""


def measure(config: TrainConfig, text: EncodedCorpus, job: Job, halves: Halves) -> float:
    """Seconds that a training on all of a text takes, with its scores on both halves.

    Args:
        config: of the training.
        text: with the words of the lowest minimum count.
        job: names the folder for temporary files.

    Raises:
        EmbtrainError: as a training.
    """
    objective: Any = find_objective(config.model)
    backend = choose_backend(config.backend, config.device, config.model, objective.backends)
    config = msgspec.structs.replace(config, backend=backend.name).resolved()
    job = replace(job, config=config, evaluation=_Scoring(halves))
    with cut(text, config.min_count, 1.0, job.tmp_dir) as whole:
        found = calibrate(job, objective, config, whole, USUAL_MEMORY, None, _SECONDS)
    return found.preparing + found.units * config.epochs / max(found.rate, 1e-9) + found.scoring
