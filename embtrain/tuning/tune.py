"""The search as a whole: reads the text and the sets once, calibrates, searches and decides."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, cast

import msgspec

from embtrain.analysis.training_scores import TrainingSets
from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.option_names import Message, option
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.tokenizers.files import files_of
from embtrain.training.corpora.sources import Files
from embtrain.training.corpora.text_input import TextInput
from embtrain.training.job import Job
from embtrain.training.objectives.options import all_options
from embtrain.training.preload import start_preload
from embtrain.training.refusals import check_stdin
from embtrain.training.reporting.events import Event, OnEvent, Warned
from embtrain.tuning.calibrate import measure
from embtrain.tuning.clock import Clock
from embtrain.tuning.decision import Decision, decide
from embtrain.tuning.folder import TuneRequest
from embtrain.tuning.halving import Halving, Limits
from embtrain.tuning.journal import Entry, Journal
from embtrain.tuning.rounds import Round
from embtrain.tuning.schedule import Schedule, make_schedule
from embtrain.tuning.scoring import Halves
from embtrain.tuning.space import Candidate, Space, make_space
from embtrain.tuning.trial import Trainer, Trial

OnTrial = Callable[[Round, Candidate, Trial], None]


@dataclass(frozen=True)
class Kept:
    """What earlier runs of a search have kept, and where this one keeps its own."""

    entries: list[Entry]
    keep: Callable[[Entry], None]


@dataclass(frozen=True)
class Listeners:
    """Who is told what happens.

    Attributes:
        on_event: receives the events of reading, and warnings of trainings.
        on_schedule: receives the plan and the seconds of one training of the defaults.
        on_trial: receives each trial with its round and candidate.
    """

    on_event: OnEvent
    on_schedule: Callable[[Schedule, float], None]
    on_trial: OnTrial


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        space, halves: as searched.
        decision: the defaults, the recipe and what was confirmed.
        first: the trials of the first round; None if there was no time for one.
        trials: all trials.
        slow: number of candidates that were left out because they train too long.
        schedule: the plan; None if there was no time for one training of the defaults.
    """

    space: Space
    halves: Halves
    decision: Decision
    first: Round | None
    trials: list[Trial]
    slow: int
    schedule: Schedule | None


class Tune:
    """A search that is checked and ready to read its text.

    Args:
        request: what to search.
        tmp_dir: the folder for the ids of the text.
        listeners: are told what happens.

    Raises:
        UsageError: options that do not go together, a set that does not exist.
        DataError: a set without items.
    """

    def __init__(self, request: TuneRequest, tmp_dir: str | None, listeners: Listeners) -> None:
        self._request, self._listeners = request, listeners
        tried = {name: tuple(values) for name, values in request.tried.items()}
        self.space = make_space(tried, request.options)
        self._sets = TrainingSets(request.eval)
        self._config = self._reading_config()
        names = [one.name for one in request.inputs]
        self._job = Job(
            config=self._config,
            corpus=Files(names),
            format=cast(Literal["auto", "text", "jsonl", "parquet"], request.format),
            field=request.field,
            on_error=cast(Literal["fail", "skip"], request.on_error),
            tmp_dir=tmp_dir,
            place="command line",
        )
        self._check(names)
        self._sets.read()

    def _check(self, names: list[str]) -> None:
        check_stdin(names, None, self._config, self._request.eval)
        if self._config.init is not None:
            raise UsageError(f"{option('init')}: a search compares trainings from the start; leave it out")
        if self._config.backend == "gensim":
            raise UsageError(
                f"{option('backend', 'gensim')}: a search does not train with gensim; leave it out"
            )
        for value in self.space.values.get("min-count", ()):
            if value < 1:
                raise UsageError(f"{option('try', f'min-count={value}')}: expected 1 or more")

    def _reading_config(self) -> TrainConfig:
        """How the text is read: as for the defaults, with all words that some candidate trains."""
        config = self.space.config(self.space.defaults)
        counts = self.space.values.get("min-count", (config.min_count,))
        return msgspec.structs.replace(config, min_count=max(1, min(counts)))

    @property
    def paths(self) -> list[str]:
        """All files that the search reads; "-" is stdin."""
        return [*self._job.inputs, *self._sets.paths, *files_of(self._config)]

    @contextmanager
    def _text(self) -> Iterator[EncodedCorpus]:
        preload = start_preload()
        warn = partial(_warn, self._listeners.on_event)
        text = TextInput(self._job, self._config, self._listeners.on_event, warn)
        assert self._job.corpus is not None
        with text.read(self._job.corpus) as given:
            preload.join()
            yield cast(EncodedCorpus, given.text)

    def run(self, clock: Clock, kept: Kept) -> Found:
        """Searches, until the budget of the clock is used up. Raises as a training."""
        with self._text() as text:
            halves = Halves(self._sets.sets, text.vocabulary)
            job = replace(self._job, corpus=None)
            space = replace(self.space, fixed=_without_text(self.space.fixed))
            told = _Once(self._listeners.on_event)
            journal = Journal(Trainer(space, text, job, halves, told), clock, kept.keep, kept.entries)
            defaults = space.config(space.defaults)
            seconds = journal.calibration(lambda: measure(defaults, text, job, halves))
            return self._search(halves, journal, clock, seconds)

    def _search(self, halves: Halves, journal: Journal, clock: Clock, seconds: float) -> Found:
        request, space = self._request, self.space
        schedule = make_schedule(seconds, clock.left, request.seeds)
        if schedule is None:
            nothing = Decision(space.defaults, space.defaults, (), False)
            return Found(space, halves, nothing, None, [], 0, None)
        self._listeners.on_schedule(schedule, seconds)
        limit = math.inf if request.max_train_time is None else request.max_train_time
        limits = Limits(request.candidates, limit, request.seed)
        search = Halving(space, journal, clock, schedule, limits, self._listeners.on_trial)
        search.run()
        decision = decide(search, space.defaults, schedule.min_seeds, limits)
        first, slow = search.rounds[0], len(search.slow)
        return Found(space, halves, decision, first, journal.trials, slow, schedule)


class _Once:
    """Passes on each warning once: all trainings of a search have the same ones."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event, self._seen = on_event, set[str]()

    def __call__(self, event: Event) -> None:
        said = str(event)
        if said not in self._seen:
            self._seen.add(said)
            self._on_event(event)


def _warn(on_event: OnEvent, message: str) -> None:
    on_event(Warned(Message(message)))


def _without_text(fixed: Any) -> dict[str, Any]:
    """Options without those that are applied when the text is read."""
    known = all_options()
    return {name: value for name, value in fixed.items() if known[name].group != "Text"}
