"""The interface of a program that trains word vectors, as the harness uses it."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from harness.measure import Finished, run
from harness.rows import Settings

RUNNERS = Path(__file__).resolve().parent.parent / "runners"


class MissingPeerError(Exception):
    """The program is not installed; the message says what was tried."""


class PeerFailedError(Exception):
    """The program ended with an error, or did not print what the harness needs."""


@dataclass(frozen=True)
class Job:
    """One training run.

    Attributes:
        corpus: plain text with lines of at most 1,000 words.
        vectors: path of the word2vec binary file that exists once Peer.export has run.
    """

    corpus: Path
    vectors: Path
    settings: Settings
    seed: int


@dataclass(frozen=True)
class Training:
    """What a program reports of its own training; see Row for the fields."""

    seconds: float
    epoch_seconds: list[float] | None = None
    pairs: int | None = None
    lr: float | None = None


class Peer(ABC):
    """A program, how to start it and how to read its output.

    Attributes:
        name: its name in --peers.
        program: the executable to start.
        note: what a reader of the table must know about its figures.
        trains_subwords: whether it can train n-grams.
    """

    name: ClassVar[str]
    default_program: ClassVar[str]
    note: ClassVar[str]
    trains_subwords: ClassVar[bool] = False

    def __init__(self, program: str | None = None) -> None:
        self.program = program or self.default_program

    @abstractmethod
    def version(self) -> str:
        """Version of the installed program. Raises MissingPeerError."""

    @abstractmethod
    def command(self, job: Job) -> list[str]:
        """The command line of one run."""

    @abstractmethod
    def training(self, job: Job, finished: Finished) -> Training:
        """Training time read from the output. Raises PeerFailedError if the output lacks it."""

    def export(self, job: Job) -> None:  # noqa: B027 - most programs write the common format themselves
        """Converts the vectors to word2vec's binary format, outside the measured time."""


def ask(program: str, *arguments: str) -> str:
    """First line that a program prints. Raises MissingPeerError if it cannot start, fails or is silent."""
    try:
        finished = run([program, *arguments])
    except OSError as error:
        raise MissingPeerError(f"{program}: {error.strerror}") from error
    if finished.returncode != 0 or not finished.lines:
        raise MissingPeerError(f"{program}: {last_line(finished)}")
    return finished.lines[0].text


def last_line(finished: Finished) -> str:
    """The last line a process printed, which for most programs is the reason for a failure."""
    said = finished.lines[-1].text if finished.lines else "no output"
    return f"exit status {finished.returncode}, {said}"


def event(finished: Finished, name: str) -> dict[str, Any]:
    """The last JSON line {"event": name, ...} of the output. Raises PeerFailedError if there is none."""
    return stamped_event(finished, name)[1]


def stamped_event(finished: Finished, name: str) -> tuple[float, dict[str, Any]]:
    """The same, after the seconds since the start of the process. Raises PeerFailedError."""
    for line in reversed(finished.lines):
        if line.text.startswith("{"):
            try:
                found = json.loads(line.text)
            except json.JSONDecodeError:
                continue
            if found.get("event") == name:
                return line.seconds, dict(found)
    raise PeerFailedError(f'printed no {{"event": "{name}"}} line')
