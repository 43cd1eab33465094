"""What a run of a GloVe program cost and how good its vectors are."""

from typing import Literal

import msgspec

Part = Literal["counting", "training", "scaling", "whole"]


class GloveSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of every program.

    Attributes:
        window: largest distance of two words; both sides count, weighted by the inverse of the distance.
        x_max, exponent: of the weighting function, (count / x_max) ** exponent up to 1.
        lr: AdaGrad's rate at the start.
        iterations: passes over the counts.
        memory_gb: what GloVe's cooccur and shuffle may use; its demo.sh says 4.
    """

    dim: int = 100
    window: int = 10
    min_count: int = 5
    x_max: float = 10.0
    exponent: float = 0.75
    lr: float = 0.05
    iterations: int = 15
    threads: int = 2
    memory_gb: float = 4.0
    embtrain_options: str = ""


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One process; see `harness.measure.Finished`.

    Attributes:
        name: the tool, or what the process does.
        disk_mb: peak size of the run's files, those of earlier stages included.
    """

    name: str
    wall: float
    cpu: float
    peak_mb: float | None
    disk_mb: float


class GloveRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One finished run of one part.

    Attributes:
        turn: the round, or the seed of a whole run.
        ready_seconds: from the start until training can start, or None for training alone.
        iteration_seconds: of each iteration.
        alone_seconds: of an iteration in each of the processes with one thread that ran side by side.
        loss: of the last iteration, as the program reports it.
        scores: by the names in `harness.glove.quality`, higher is better.
    """

    part: Part
    program: str
    version: str
    turn: int
    settings: GloveSettings
    corpus_sha256: str
    stages: list[Stage]
    ready_seconds: float | None = None
    iteration_seconds: list[float] | None = None
    alone_seconds: list[float] | None = None
    loss: float | None = None
    scores: dict[str, float] | None = None

    @property
    def wall(self) -> float:
        """Seconds of all stages, one after the other."""
        return sum(stage.wall for stage in self.stages)

    @property
    def cpu(self) -> float:
        """Processor seconds of all stages."""
        return sum(stage.cpu for stage in self.stages)

    @property
    def disk_mb(self) -> float:
        """Most that the run's files took at any time."""
        return max(stage.disk_mb for stage in self.stages)

    @property
    def peak_mb(self) -> float | None:
        """Peak memory of the largest stage that is known, or None."""
        return max((stage.peak_mb for stage in self.stages if stage.peak_mb is not None), default=None)

    @property
    def seconds_per_iteration(self) -> float | None:
        """Mean of the iterations."""
        if not self.iteration_seconds:
            return None
        return sum(self.iteration_seconds) / len(self.iteration_seconds)

    @property
    def scaling(self) -> float | None:
        """Rate of the threads of one process, divided by that of as many processes with one thread each."""
        if self.seconds_per_iteration is None or not self.alone_seconds:
            return None
        return 1 / self.seconds_per_iteration / sum(1 / seconds for seconds in self.alone_seconds)
