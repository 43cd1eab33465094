"""One training of a candidate, and its scores."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from embtrain.config import TrainConfig
from embtrain.errors import EmbtrainError
from embtrain.option_names import neutral
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.cut import cut
from embtrain.text.reading import TextReader
from embtrain.training.job import Job
from embtrain.training.reporting.events import Event, Noted, Step, Trained, Warned
from embtrain.training.session import Session
from embtrain.tuning.scoring import Halves
from embtrain.tuning.space import Candidate, Space

#: What the failure of a trial says that was ended because it took too long.
TOO_SLOW: Final = "would take longer than its share of the budget"
#: Seconds of training after which its speed tells how long it will take.
_SURE: Final = 1.5


class Trial(msgspec.Struct, frozen=True, kw_only=True, tag="trial"):
    """A finished trial.

    Attributes:
        options: of the candidate, by command-line name.
        part: of the text, above 0 and up to 1.
        seed: of the training.
        scores: set -> score on the half to choose by; empty if it failed.
        held_out: set -> score on the other half, for trials on all of the text.
        seconds: wall time of the whole trial; `train_seconds` of its epochs.
        expected: seconds that its epochs would have taken, if it was ended as too slow; else `train_seconds`.
        spent: seconds of the search at its end.
        failure: why it has no scores.
    """

    options: dict[str, Any]
    part: float
    seed: int
    scores: dict[str, float] = {}
    held_out: dict[str, float] = {}
    seconds: float = 0.0
    train_seconds: float = 0.0
    expected: float = 0.0
    spent: float = 0.0
    failure: str | None = None

    @property
    def score(self) -> float:
        """The mean of the scores."""
        return mean_of(self.scores)

    @property
    def held_out_score(self) -> float:
        """The mean of the scores on the held-out half."""
        return mean_of(self.held_out)


def mean_of(scores: Mapping[str, float]) -> float:
    """The mean over sets; NaN without any."""
    return sum(scores.values()) / len(scores) if scores else float("nan")


class PartOfText:
    """A corpus whose text is encoded already: the corpus of the job of a trial.

    Args:
        whole: the text, with the words of the lowest minimum count.
        part: of it, above 0 and up to 1.
    """

    def __init__(self, whole: EncodedCorpus, part: float) -> None:
        self.paths: Sequence[str] = ()
        self._whole, self._part = whole, part

    def open(self, config: TrainConfig, reader: TextReader) -> "PartOfText":
        """Returns itself."""
        return self

    def encode(self, reader: TextReader, warn: Callable[[str], None], **how: Any) -> EncodedCorpus:
        """Cuts the part for a minimum count; the rest of `how` was decided when all text was encoded."""
        return cut(self._whole, how["min_count"], self._part, how["tmp_dir"])


class _TooSlowError(Exception):
    """Ends a training."""


@dataclass(frozen=True)
class Trainer:
    """Trains candidates in this process, one after another.

    A process for each trial would import torch and read the text again, which takes longer than many a trial.
    The memory of a training is freed at its end, and what embtrain raises is the failure of one trial.

    Attributes:
        space: the candidates'.
        text: as for `PartOfText`.
        job: what all trainings share: threads, device, the folder for temporary files.
        halves: scores vectors.
        tell: receives warnings of trainings, each once.
    """

    space: Space
    text: EncodedCorpus
    job: Job
    halves: Halves
    tell: Callable[[Event], None]

    def train(self, candidate: Candidate, part: float, seed: int, most: float, left: float) -> Trial:
        """Trains a candidate and scores it.

        Args:
            part: of the text.
            seed: of the training.
            most: seconds that its epochs may take; it is ended as soon as they are known to take longer.
            left: seconds that all of it may take.

        Raises what ends the whole search: interrupts, and what embtrain raises in a training of the defaults.
        """
        began = time.monotonic()
        trial = Trial(options=candidate.options, part=part, seed=seed)
        watch = _Watch(most, began + left, self.tell)
        try:
            config = msgspec.structs.replace(self.space.config(candidate), seed=seed)
            job = replace(self.job, config=config, corpus=PartOfText(self.text, part))
            found = Session(job, watch).run()
            scores, held_out = self.halves.scores(found.vocabulary, found.vectors, part == 1)
            trial = msgspec.structs.replace(trial, scores=scores, held_out=held_out)
        except _TooSlowError:
            trial = msgspec.structs.replace(trial, failure=TOO_SLOW)
        except EmbtrainError as error:
            # What the defaults cannot do, hardly any candidate can: that is the user's to mend.
            if candidate == self.space.defaults:
                raise
            trial = msgspec.structs.replace(trial, failure=neutral(error))
        except MemoryError:
            trial = msgspec.structs.replace(trial, failure="out of memory")
        seconds = time.monotonic() - began
        return msgspec.structs.replace(
            trial,
            seconds=seconds,
            train_seconds=watch.train_seconds,
            expected=watch.expected if trial.failure == TOO_SLOW else watch.train_seconds,
        )


class _Watch:
    """Listens to a training: ends it as soon as it is known to take too long, and passes warnings on.

    Args:
        most: seconds that the epochs may take.
        end: when the trial must end, as `time.monotonic` tells it.
        tell: receives warnings and notes.

    Attributes:
        train_seconds: of the epochs, once they are done.
        expected: seconds that they will take, by their speed so far.
    """

    def __init__(self, most: float, end: float, tell: Callable[[Event], None]) -> None:
        self._most, self._end, self._tell = most, end, tell
        self._first: tuple[float, int] | None = None
        self.train_seconds = self.expected = 0.0

    def __call__(self, event: Event) -> None:
        match event:
            case Trained():
                self.train_seconds = event.seconds
            case Step():
                self._step(time.monotonic(), event.progress.done, event.total)
            case Warned() | Noted():
                self._tell(event)

    def _step(self, now: float, done: int, total: int) -> None:
        began, before = self._first = self._first or (now, done)
        if now - began >= _SURE and done > before:
            self.expected = (now - began) * total / (done - before)
            if self.expected > self._most or now + self.expected * (1 - done / total) > self._end:
                raise _TooSlowError
