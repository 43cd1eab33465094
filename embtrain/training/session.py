"""Runs one training from text to vectors, for `embtrain train` and `embtrain.train`.

A session makes every decision once, reports events and prints nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import msgspec

from embtrain.config import TrainConfig
from embtrain.io.inputs.meter import measure
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.distinct import check_apart, check_outside
from embtrain.io.outputs.keep import check_space
from embtrain.io.reporting.log import EventLog
from embtrain.ops.backends import choose_backend
from embtrain.option_names import Message
from embtrain.text.corpus import EncodedCorpus, EncodeStats
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers.files import files_of
from embtrain.text.vocab.read import read_vocabulary
from embtrain.training.corpora.sources import Source
from embtrain.training.job import Job, Scores
from embtrain.training.objectives.registry import find_objective
from embtrain.training.patience import Examiner
from embtrain.training.preload import start_preload
from embtrain.training.refusals import (
    check_evaluation,
    check_options,
    check_stdin,
    check_vocabulary,
    thread_hint,
)
from embtrain.training.reporting.events import (
    Encoded,
    EpochEnd,
    Event,
    OnEvent,
    Reading,
    Saved,
    Started,
    Step,
    Trained,
    VocabularyRead,
    Warned,
)
from embtrain.training.reporting.log import LogRecorder
from embtrain.training.reporting.report import TrainingReport
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.save import check_format, file_bytes, save_or_keep
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.training.gensim_baseline import GensimTrainer
    from embtrain.training.progress import Progress
    from embtrain.training.trainer import Trainer

    AnyTrainer = Trainer | GensimTrainer


class Session:
    """One training run.

    The constructor refuses what is not supported, before anything is read.

    Args:
        job: the request.
        on_event: called with every event; an exception that it raises ends the training.

    Raises:
        UsageError: an option that conflicts with another, an output that cannot be written.
        DataError: an evaluation set without items.
        BackendError: the backend or device is not available here.
    """

    def __init__(self, job: Job, on_event: OnEvent) -> None:
        self._job = job
        self._listeners = [on_event]
        config = job.config
        if job.output is not None:
            check_output(job.output.path, job.force)
        self._check_files(job.corpus.paths)
        self._target = None if job.output is None else check_format(job.output.path, job.output.context)
        self._objective = find_objective(config.model)
        backends = self._objective.backends
        self._backend = choose_backend(config.backend, config.device, config.model, backends)
        self._config = msgspec.structs.replace(config, backend=self._backend.name)
        check_options(self._config)
        if isinstance(job.vocabulary, Vocabulary):
            check_vocabulary(job.vocabulary, config)
        sets = () if job.evaluation is None else job.evaluation.given
        check_stdin(job.corpus.paths, job.vocabulary, config, sets)
        check_evaluation(sets, job.patience, self._config)
        if job.evaluation is not None:
            job.evaluation.read()

    def run(self) -> Embeddings:
        """Trains, and writes the vectors if the job has an output. A session runs once.

        Returns:
            The vectors with their metadata; without the context vectors if an output leaves them out.

        Raises:
            UsageError: a file that cannot be opened, a table without the column, an evaluation set without a
                word of the vocabulary.
            DataError: no word occurs often enough; a damaged file.
            NotFoundError: no word has a neighbour.
            ResourceError: memory or disk ran out.
            EmbtrainError: training diverged.
            TypeError: the corpus has an unsupported type.
        """
        reader = self._reader()
        digests = reader.tokenization.digests
        source = self._open(reader)
        # Importing torch takes a second, so it runs while the text is read.
        preload = start_preload()
        with self._log() as begin_log:
            self._warn_of_decisions()
            with self._encode(source, reader) as encoded:
                self._tell_encoded(encoded.stats, reader)
                self._check_space(encoded)
                preload.join()
                begin_log()
                trainer = self._new_trainer(encoded)
                recorded = msgspec.structs.replace(trainer.config, **digests)
                self._tell_started(trainer, recorded)
                self._train(trainer)
            notes = self._metadata(recorded, encoded.stats, trainer.epochs, reader.tokenization)
            embeddings = self._embeddings(trainer, notes)
            self._save(embeddings)
        return embeddings

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    def _warn(self, message: str) -> None:
        self._tell(Warned(Message(message)))

    def _check_files(self, sources: Sequence[str]) -> None:
        """Raises UsageError if the output or the log is also an input, or both are the same file."""
        job, config = self._job, self._job.config
        vocabulary = job.vocabulary if isinstance(job.vocabulary, str) else None
        sets = () if job.evaluation is None else job.evaluation.paths
        output = None if job.output is None else job.output.path
        check_apart([output, job.log], [*sources, vocabulary, *files_of(config), *sets])
        check_outside(job.log, sources)

    def _reader(self) -> TextReader:
        job = self._job
        return TextReader(
            Tokenization(job.config),
            format=job.format,
            field=job.field,
            on_error=job.on_error,
            tmp_dir=job.tmp_dir,
            warn=self._warn,
        )

    def _open(self, reader: TextReader) -> Source:
        source = self._job.corpus.open(self._job.config, reader)
        if source.paths != self._job.corpus.paths:
            self._check_files(source.paths)
        return source

    @contextmanager
    def _log(self) -> Iterator[Callable[[], None]]:
        """Opens the log, which holds its events back until the yielded function is called."""
        job = self._job
        if job.log is None:
            yield lambda: None
            return
        with EventLog(job.log, job.force, self._warn, job.place) as log:
            self._listeners.insert(0, TrainingReport(LogRecorder(log, job.place)))
            yield log.begin

    def _warn_of_decisions(self) -> None:
        if hint := thread_hint(self._config):
            self._warn(hint)
        if self._backend.fallback is not None:
            self._warn(f"training with the slower backend '{self._backend.name}': {self._backend.fallback}")

    def _encode(self, source: Source, reader: TextReader) -> EncodedCorpus:
        vocabulary, measured = self._vocabulary(), measure()
        return source.encode(
            reader,
            self._warn,
            min_count=self._config.min_count,
            max_sentence=self._config.max_sentence,
            tmp_dir=self._job.tmp_dir,
            vocabulary=vocabulary,
            on_progress=lambda stats: self._tell(Reading(stats, measured.share)),
        )

    def _vocabulary(self) -> Vocabulary | None:
        """The given vocabulary, if any; from a file, without words below the minimum count."""
        given, config = self._job.vocabulary, self._config
        if given is None or isinstance(given, Vocabulary):
            return given
        loaded = read_vocabulary(given, config.min_count, config.encoding)
        self._objective.check_counts(given, loaded.counts, config)
        kept = (len(loaded.vocabulary), int(loaded.counts.sum()))
        self._tell(VocabularyRead(loaded.words, loaded.tokens, *kept, config.min_count))
        return loaded.vocabulary

    def _tell_encoded(self, stats: EncodeStats, reader: TextReader) -> None:
        counted = self._job.vocabulary is None
        self._tell(Encoded(stats, self._config, counted, tuple(reader.notes)))

    def _check_space(self, encoded: EncodedCorpus) -> None:
        """Raises ResourceError if the vectors will not fit on the disk."""
        output, words = self._job.output, encoded.vocabulary
        if output is not None:
            tables = 2 if output.context else 1
            n_bytes = file_bytes(len(words), len(words.arena), self._config.dim, tables)
            check_space(output.path, n_bytes, encoded.stats.spool_bytes, self._job.tmp_dir)

    def _new_trainer(self, corpus: EncodedCorpus) -> "AnyTrainer":
        objective = self._objective(corpus, self._config)
        if self._backend.name == "gensim":
            from embtrain.training.gensim_baseline import GensimTrainer

            return GensimTrainer(objective)
        from embtrain.training.trainer import Trainer

        return Trainer(objective, self._backend.name)

    def _tell_started(self, trainer: "AnyTrainer", recorded: TrainConfig) -> None:
        objective = trainer.objective
        words, total = len(objective.corpus.vocabulary), objective.total * recorded.epochs
        self._tell(Started(recorded, self._backend, objective.notes(), words, objective.total, total))

    def _train(self, trainer: "AnyTrainer") -> None:
        total = trainer.objective.total * trainer.config.epochs
        scores = self._scores(trainer.objective.corpus.vocabulary)
        examiner = None if scores is None else Examiner(cast("Trainer", trainer), scores, self._job.patience)

        def on_step(now: "Progress") -> None:
            self._tell(Step(replace(now), total))

        def on_epoch(now: "Progress") -> bool:
            goes_on, said = True, None
            if scores is not None and examiner is not None:
                goes_on = examiner(now)
                now.coverage, said = scores.coverage, scores.describe(now.scores)
            self._tell(EpochEnd(replace(now), said))
            return goes_on

        epochs = trainer.train(on_step, on_epoch)
        kept = None if examiner is None else examiner.restore()
        self._tell(Trained(epochs, sum(epoch.seconds for epoch in epochs), kept))

    def _scores(self, vocabulary: Vocabulary) -> Scores | None:
        evaluation = self._job.evaluation
        return None if evaluation is None else evaluation.prepare(vocabulary, self._job.patience is not None)

    def _metadata(
        self, recorded: TrainConfig, stats: EncodeStats, epochs: "list[Progress]", words: Tokenization
    ) -> dict[str, str]:
        from embtrain.training.metadata import metadata

        return metadata(recorded, stats, epochs, self._job.vocabulary is None, words.kept_files)

    def _embeddings(self, trainer: "AnyTrainer", notes: Mapping[str, str]) -> Embeddings:
        output = self._job.output
        context = trainer.context() if output is None or output.context else None
        return Embeddings(trainer.objective.corpus.vocabulary, trainer.vectors(), context, notes)

    def _save(self, embeddings: Embeddings) -> None:
        job, target = self._job, self._target
        if job.output is None or target is None:
            return
        written = save_or_keep(job.output.path, job.force, job.tmp_dir, embeddings, target)
        sizes = (len(embeddings), embeddings.dim, written.n_bytes)
        self._tell(Saved(job.output.path, target.name, *sizes, written.left_out))
