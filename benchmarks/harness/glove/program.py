"""The interface of a program that trains GloVe, as the benchmark uses it."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from harness.glove.rows import GloveSettings, Stage
from harness.measure import Finished, run
from harness.peers.base import PeerFailedError, last_line


@dataclass(frozen=True)
class Task:
    """One run.

    Attributes:
        corpus: plain text with lines of at most 1,000 words.
        folder: an empty folder for everything that the program writes.
        seed: of the shuffle and of the vectors at the start.
    """

    corpus: Path
    folder: Path
    settings: GloveSettings
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What a run took; see `harness.glove.rows.GloveRow` for the fields."""

    stages: list[Stage]
    ready_seconds: float | None = None
    iteration_seconds: list[float] | None = None
    alone_seconds: list[float] | None = None
    loss: float | None = None


class GloveProgram(ABC):
    """A program, how to start it and how to read its output.

    Attributes:
        name: its name in --programs.
        note: what a reader of the tables must know about its figures.
    """

    name: ClassVar[str]
    note: ClassVar[str]

    @abstractmethod
    def version(self) -> str:
        """Version of the installed program, which is built if need be. Raises MissingPeerError."""

    @abstractmethod
    def count(self, task: Task) -> Outcome:
        """From the text to files in the task's folder that `train` reads. Raises PeerFailedError."""

    @abstractmethod
    def train(self, task: Task) -> Outcome:
        """From the files of `count` to vectors. Raises PeerFailedError."""

    @abstractmethod
    def vectors(self, task: Task) -> Path:
        """The file of vectors that `train` and `run` leave."""

    def run(self, task: Task) -> Outcome:
        """From the text to vectors, as a user does it. Raises PeerFailedError."""
        counted = self.count(task)
        trained = self.train(task)
        stages = counted.stages + trained.stages
        return dataclasses.replace(trained, stages=stages, ready_seconds=counted.ready_seconds)


def start(name: str, command: Sequence[str], folder: Path) -> tuple[Stage, Finished]:
    """Runs one process to its end. Raises PeerFailedError if it cannot start or reports failure."""
    try:
        finished = run(command, folder)
    except OSError as error:
        raise PeerFailedError(f"{name}: {error.strerror}") from error
    if finished.returncode != 0:
        raise PeerFailedError(f"{name}: {last_line(finished)}")
    cpu, disk_mb = finished.user + finished.system, finished.disk_mb or 0.0
    return Stage(name, finished.wall, cpu, finished.peak_mb, disk_mb), finished
