"""Plans a training from a sample of its corpus and a calibration on it."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.io.free_memory import free_memory
from embtrain.io.memory import file_limit, resident_bytes
from embtrain.option_names import option
from embtrain.text.corpus import ID_BYTES
from embtrain.text.vocab.coverage import MIN_COUNTS, WordsLeft
from embtrain.training.corpora.inputs import USUAL_MEMORY
from embtrain.training.objectives.base import Objective
from embtrain.training.objectives.needs import Needs, TextSize
from embtrain.training.plan.disk import planned_files, written
from embtrain.training.plan.growth import whole_counts
from embtrain.training.plan.memory import memory_phases, of_text, of_training
from embtrain.training.plan.nodes import plan_nodes, with_more_rows
from embtrain.training.plan.plan import TrainingPlan
from embtrain.training.plan.sample import part_of, read_sample
from embtrain.vectors.save import file_bytes
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.text.reading import TextReader
    from embtrain.training.job import Job
    from embtrain.training.plan.calibration import Calibration
    from embtrain.vectors.formats.format import Format

#: Seconds for reading and for training.
READ_SECONDS: Final = 4.0
_TRAIN_SECONDS: Final = 2.5
#: Seconds until the first line of our code runs.
_START_SECONDS: Final = 0.4
#: Bytes of tables to train the sample on, and their share of the memory that is free. They exceed the caches
#: of any processor, so larger ones would not be much slower.
_MOST_BYTES: Final = 1 << 30
_MOST_SHARE: Final = 4
#: Tokens of a sample whose co-occurrences are counted.
_MOST_COUNTED: Final = 4_000_000
#: Words on which n-grams are estimated.
_MOST_WORDS: Final = 200_000


class Planner:
    """Reads a sample of a corpus, trains on it for a moment, and plans with what it has measured.

    Args:
        job: the request.
        kind: the objective.
        config: the options, with the backend that was chosen.
        target: the format of the output.
        reader: reads the inputs.
        vocabulary: a given vocabulary.
        warn: receives warnings.

    Raises:
        UsageError: the corpus is not made of files, or the training is of a kind that cannot be planned.
        EmbtrainError: as the training.
    """

    def __init__(
        self,
        job: "Job",
        kind: type[Objective[Any]],
        config: TrainConfig,
        target: "Format | None",
        reader: "TextReader",
        vocabulary: Vocabulary | None,
        warn: Callable[[str], None],
    ) -> None:
        _check(job, config)
        self._config = config.resolved()
        self._kind, self._target = kind, target
        tmp_dir = job.tmp_dir if job.tmp_dir is not None and os.path.isdir(job.tmp_dir) else None
        self._job = replace(job, tmp_dir=tmp_dir)
        self._tmp_folder = job.tmp_dir or tempfile.gettempdir()
        self._is_given = vocabulary is not None
        began = time.perf_counter()
        import_module("embtrain.training.trainer")
        self._import_seconds = time.perf_counter() - began
        self._base = resident_bytes()
        self._sample = read_sample(
            job.inputs,
            reader,
            warn,
            READ_SECONDS,
            max_sentence=config.max_sentence,
            tmp_dir=tmp_dir,
            vocabulary=vocabulary,
        )
        self._types = len(self._sample.corpus.vocabulary)
        self._type_bytes = self._sample.corpus.vocabulary.n_bytes
        self._counts = whole_counts(self._sample, self._is_given)
        self._memory = USUAL_MEMORY if job.memory is None else job.memory
        self._words = self._sample.corpus.vocabulary
        self._check_words(config.min_count)
        self._sampled, self._measured = self._calibrate()

    @property
    def is_exact(self) -> bool:
        """Whether the corpus was read whole."""
        return self._sample.is_whole

    @property
    def is_given(self) -> bool:
        """Whether the words are those of a given vocabulary."""
        return self._is_given

    @property
    def counts_first(self) -> bool:
        """Whether co-occurrences are counted before training."""
        return self._kind.trains_on_counts

    @property
    def bytes_before_counting(self) -> int:
        """Bytes of memory in use when counting begins."""
        size = self.size(self._config.min_count, self._memory)
        return self._other() + sum(of_text(size).values())

    def words(self, min_count: int) -> int:
        """Words that occur so often."""
        return self._counts.words(min_count)

    def highest_min_count(self, words: int) -> int:
        """The highest minimum count that leaves so many words."""
        counts = self._counts.counts
        return int(counts[min(words, len(counts)) - 1])

    def _check_words(self, min_count: int) -> None:
        """Raises DataError, as reading does, if no word is left."""
        if self._counts.words(min_count) == 0:
            from embtrain.text.encode import nothing_left

            raise nothing_left(self._sample.corpus.stats, min_count)

    def _calibrate(self) -> "tuple[TextSize, Calibration]":
        from embtrain.training.plan.calibration import calibrate

        corpus = self._sample.corpus
        n_words = min(self._counts.words(self._config.min_count), len(corpus.vocabulary))
        most = self._most_bytes()
        while n_words > 1000 and self._needs_of_part(n_words).table_bytes > most:
            n_words //= 2
        if n_words < len(corpus.vocabulary):
            corpus.keep_first(n_words)
        if self._kind.trains_on_counts and corpus.tokens > _MOST_COUNTED:
            corpus = part_of(corpus, _MOST_COUNTED, self._job.tmp_dir)
        config, memory = self._config, min(self._memory, most)
        with corpus:
            measured = calibrate(self._job, self._kind, config, corpus, memory, self._target, _TRAIN_SECONDS)
        words = corpus.vocabulary
        some = _some_of(words)
        size = TextSize(words, some, words.n_bytes, corpus.tokens, corpus.sentences, memory, measured.units)
        return size, measured

    def _most_bytes(self) -> int:
        free = free_memory()
        return _MOST_BYTES if free is None else min(_MOST_BYTES, free.n_bytes // _MOST_SHARE)

    def _needs_of_part(self, n_words: int) -> Needs:
        words = self._words.part(0, n_words)
        tokens, sentences = self._sample.corpus.tokens, self._sample.corpus.sentences
        size = TextSize(words, _some_of(words), words.n_bytes, tokens, sentences, self._memory)
        return self._kind.needs(self._config, size)

    def size(self, min_count: int, memory: int) -> TextSize:
        """The size of the whole text at a minimum count, with so much memory for counting."""
        n_words = self._counts.words(min_count)
        known = self._words.part(0, min(n_words, len(self._words)))
        mean = known.n_bytes / max(1, len(known))
        stand_in = Vocabulary(
            np.zeros(0, np.uint8),
            np.broadcast_to(np.int64(0), (n_words + 1,)),
            self._counts.counts[:n_words],
        )
        size = TextSize(
            stand_in,
            _some_of(known),
            int(mean * n_words),
            self._counts.kept_tokens(min_count),
            self._counts.sentences,
            memory,
        )
        units = self._kind.units(self._config, size, self._sampled, self._measured.units)
        return replace(size, units=units)

    def plan(
        self, config: TrainConfig | None = None, memory: int | None = None, nodes: int | None = None
    ) -> TrainingPlan:
        """Plans the training, with other options or another memory for counting than the job says.

        Args:
            nodes: up to how many machines to plan for, too.

        Raises UsageError if a group of processes cannot train it.
        """
        plan = self._plan(config, memory)
        return plan if nodes is None else self._with_nodes(plan, nodes)

    def _with_nodes(self, plan: TrainingPlan, number: int) -> TrainingPlan:
        group = self._measured.for_group
        if group is None:
            model = option("model", self._config.model)
            raise UsageError(f"{option('nodes')}: {model} is trained by one process; leave it out")
        size = self.size(self._config.min_count, self._memory)
        training = with_more_rows(replace(group, total=plan.units), size.n_words - self._sampled.n_words)
        trained = self._kind.needs(self._config, size).trained_bytes
        reading = plan.seconds["reading"]
        other = plan.total_seconds - reading - plan.seconds["training"]
        return replace(plan, nodes=plan_nodes(training, number, plan.peak.n_bytes, trained, reading, other))

    def _plan(self, config: TrainConfig | None, memory: int | None) -> TrainingPlan:
        config = self._config if config is None else config.resolved()
        memory = self._memory if memory is None else memory
        size = self.size(config.min_count, memory)
        needs = self._kind.needs(config, size)
        free, now = free_memory(), resident_bytes()
        stats = self._sample.corpus.stats
        return TrainingPlan(
            options=_options(self._job, config, memory, self._kind),
            n_bytes=self._sample.n_bytes,
            share=self._sample.share,
            tokens=self._counts.tokens,
            types=None if self._is_given else len(self._counts.counts),
            sentences=self._counts.sentences,
            words=size.n_words,
            trained_tokens=size.tokens,
            parts=self._parts(config.min_count),
            phases=memory_phases(
                self._job,
                size,
                needs,
                reading=self._reading(config.min_count, size),
                base=self._base,
                other=self._other(),
                rate=self._measured.rate,
            ),
            free_memory=None if free is None else free.n_bytes + now,
            memory_of="" if free is None else free.of,
            disk=written(
                self._job,
                config,
                size,
                needs,
                self._tmp_folder,
                ID_BYTES * (self._counts.tokens + self._counts.sentences),
                self._training_seconds(config, size),
            ),
            files=planned_files(self._job, self._kind.trains_on_counts, stats.inputs),
            most_files=file_limit(),
            unit=self._kind.counters.unit,
            units=size.units or 0,
            rate=self._measured.rate,
            seconds=self._seconds(config, size, needs),
        )

    def _parts(self, chosen: int) -> list[WordsLeft]:
        if self._is_given:
            return []
        return [
            WordsLeft(least, self._counts.words(least), self._counts.kept_tokens(least))
            for least in sorted({*MIN_COUNTS, max(chosen, 1)})
        ]

    def _reading(self, min_count: int, size: TextSize) -> int:
        from embtrain.text.encode import reading_bytes

        types = len(self._counts.counts)
        type_bytes = int(self._type_bytes * types / max(1, self._types))
        return reading_bytes(types, type_bytes, size.n_words, size.word_bytes)

    def _other(self) -> int:
        """Bytes of memory that neither the text nor the model takes."""
        needs = self._kind.needs(self._config, self._sampled)
        known = of_text(self._sampled) | of_training(needs, self._measured.rate)
        return max(self._base, self._measured.resident - sum(known.values()))

    def _training_seconds(self, config: TrainConfig, size: TextSize) -> float:
        return config.epochs * (size.units or 0) / max(self._measured.rate, 1e-9)

    def _seconds(self, config: TrainConfig, size: TextSize, needs: Needs) -> dict[str, float]:
        measured, sampled = self._measured, self._sampled
        if self._kind.trains_on_counts:
            larger = (size.units or 0) / max(1, measured.units)
        else:
            larger = size.n_words / max(1, sampled.n_words)
        saved = _file_bytes(size, needs, config.dim) / max(
            1, _file_bytes(sampled, self._kind.needs(config, sampled), config.dim)
        )
        # torch is imported while the text is read.
        reading = max(self._sample.seconds / self._sample.share, self._import_seconds)
        return {
            "reading": _START_SECONDS + reading,
            "preparing": measured.preparing * larger,
            "training": self._training_seconds(config, size),
            "scoring": measured.scoring * config.epochs,
            "saving": measured.saving * saved,
        }


def _file_bytes(size: TextSize, needs: Needs, dim: int) -> int:
    return file_bytes(size.n_words, size.word_bytes, dim, 1) + needs.file_bytes


def _some_of(words: Vocabulary) -> Vocabulary:
    """Some words of all ranks, at most so many that their n-grams are listed at once."""
    if len(words) <= _MOST_WORDS:
        return words
    return words.take(np.linspace(0, len(words) - 1, _MOST_WORDS).astype(np.int64))


def _options(job: "Job", config: TrainConfig, memory: int, kind: type[Objective[Any]]) -> dict[str, Any]:
    names = ("model", "dim", "epochs", "min-count", "window", "negative", "subwords", "buckets", "threads")
    found = {name: getattr(config, name.replace("-", "_"), None) for name in (*names, "backend")}
    if kind.trains_on_counts:
        found["memory"] = memory
    return {name: value for name, value in found.items() if value is not None}


def _check(job: "Job", config: TrainConfig) -> None:
    """Raises UsageError for a training that cannot be planned."""
    if job.counts is not None:
        raise UsageError(f"{option('cooccur')}: only trainings on text can be planned; give the text")
    if config.init is not None:
        raise UsageError(f"{option('init')}: only trainings that start afresh can be planned; leave it out")
    if config.backend == "gensim":
        raise UsageError(f"{option('backend', 'gensim')}: what gensim takes cannot be planned")
    if not job.inputs:
        raise UsageError("the corpus is not in files, so nothing can be planned")
    if "-" in job.inputs:
        raise UsageError(
            "stdin can be read only once, so nothing can be planned; save the text to a file, or plan with a "
            "part of it"
        )
