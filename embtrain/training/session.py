"""Runs one training from text to vectors, for `embtrain train` and `embtrain.train`.

A session makes every decision once, reports events and prints nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np

from embtrain.config import TrainConfig
from embtrain.io.disk_space import find_shortage
from embtrain.io.outputs.atomic import check_output
from embtrain.io.reporting.log import EventLog
from embtrain.ops.backends import choose_backend
from embtrain.option_names import Message
from embtrain.processors import available_processors
from embtrain.training.corpora.inputs import USUAL_MEMORY, TrainingInput, read_counts_file
from embtrain.training.corpora.text_input import TextInput
from embtrain.training.job import Job, Scores
from embtrain.training.objectives.base import Preparation
from embtrain.training.objectives.registry import find_objective
from embtrain.training.patience import Examiner
from embtrain.training.plan.check import check_disk, check_memory
from embtrain.training.preload import start_preload
from embtrain.training.refusals import (
    check_checkpoint,
    check_counts_options,
    check_evaluation,
    check_files,
    check_options,
    check_stdin,
    check_vocabulary,
    thread_hint,
)
from embtrain.training.reporting.events import (
    CountingPlanned,
    CountsRead,
    EpochEnd,
    Event,
    Noted,
    OnEvent,
    Preparing,
    Saved,
    Started,
    Step,
    Trained,
    Warned,
)
from embtrain.training.reporting.log import LogRecorder
from embtrain.training.reporting.report import TrainingReport
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.formats.format import Format
from embtrain.vectors.save import check_format, save_or_keep
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix
    from embtrain.training.checkpoint.keeping import Keeping
    from embtrain.training.gensim_baseline import GensimTrainer
    from embtrain.training.group.exchange import Exchange
    from embtrain.training.group.group import Group
    from embtrain.training.initial import Initial
    from embtrain.training.model import Model
    from embtrain.training.objectives.base import Objective
    from embtrain.training.objectives.windows import WindowObjective
    from embtrain.training.plan.plan import TrainingPlan
    from embtrain.training.plan.planner import Planner
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
        if job.checkpoint is not None and not job.resumes and job.tmp_dir is None and job.group is None:
            # Where the ids can stay when they are complete.
            job = replace(job, tmp_dir=job.checkpoint.path)
        self._job = job
        self._listeners = [on_event]
        config = job.config
        if job.output is not None:
            check_output(job.output.path, job.force)
        check_counts_options(job)
        check_files(job, job.inputs)
        self._objective = find_objective(config.model)
        self._target = self._check_format()
        backends = self._objective.backends
        self._backend = choose_backend(config.backend, config.device, config.model, backends)
        config = msgspec.structs.replace(config, backend=self._backend.name)
        wants_context = job.output is not None and job.output.context
        self._config = self._objective.with_context(config) if wants_context else config
        check_options(self._config)
        if job.group is not None:
            self._join(job.group)
        if isinstance(job.vocabulary, Vocabulary):
            check_vocabulary(job.vocabulary, config)
        sets = () if job.evaluation is None else job.evaluation.given
        check_stdin(job.inputs, job.vocabulary, config, sets)
        check_evaluation(sets, job.patience, self._config)
        if job.evaluation is not None:
            job.evaluation.read()
        self._keeping = self._make_keeping()

    def _join(self, group: "Group") -> None:
        from embtrain.training.group.environment import processes_here
        from embtrain.training.group.refusals import check_group

        check_group(self._job, self._config, group)
        if self._config.threads is None:
            threads = max(1, available_processors() // processes_here())
            self._config = msgspec.structs.replace(self._config, threads=threads)

    def _make_keeping(self) -> "Keeping | None":
        if self._job.checkpoint is None:
            return None
        check_checkpoint(self._config)
        from embtrain.training.checkpoint.group_keeping import keeping_of

        return keeping_of(self._job, self._tell, self._warn)

    def _check_format(self) -> Format | None:
        output = self._job.output
        if output is None:
            return None
        return check_format(output.path, output.context, self._objective.has_subwords(self._job.config))

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
        if self._job.max_memory is not None:
            self._fit(self._planner())
        keeping = self._keeping
        with nullcontext() if keeping is None else keeping.locked():
            embeddings = self._run()
            if keeping is not None:
                keeping.remove()
            return embeddings

    def plan(self, nodes: int | None = None) -> "TrainingPlan":
        """Plans the run, and for so many machines, from a sample of its text. Raises as `run`."""
        planner = self._planner()
        if self._job.max_memory is not None:
            self._fit(planner)
        return planner.plan(self._config, self._job.memory, nodes)

    def _planner(self) -> "Planner":
        from embtrain.training.plan.planner import Planner

        text = TextInput(self._job, self._config, self._tell, self._warn)
        for unplanned in text.unplanned():
            self._warn(unplanned)
        read = (text.reader(of_sample=True), text.vocabulary(), self._warn)
        return Planner(self._job, self._objective, self._config, self._target, *read)

    def _fit(self, planner: "Planner") -> None:
        from embtrain.training.plan.fit import fit

        self._job, self._config = fit(planner, self._job, self._config, self._warn)
        self._keeping = self._make_keeping()

    def _run(self) -> Embeddings:
        initial = self._read_initial()
        opened = self._open_input(initial)
        # Importing torch takes a second, so it runs while the text is read.
        preload = start_preload()
        with self._log() as begin_log:
            self._warn_of_decisions()
            with opened as given:
                check_disk(self._job, self._config, given)
                if self._keeping is not None:
                    self._keeping.keep(given, self._config, self._job.inputs)
                preload.join()
                begin_log()
                check_memory(self._job, self._objective, self._config, given.text, self._warn)
                with self._objective.open(given.text, self._config, self._preparation()) as objective:
                    if objective.subword_bytes:
                        check_disk(self._job, self._config, given, objective.subword_bytes)
                    if self._job.group is not None:
                        self._agree(objective, self._job.group)
                    trainer = self._new_trainer(objective)
                    recorded = msgspec.structs.replace(trainer.config, **given.digests)
                    self._tell_started(trainer, recorded)
                    if initial is not None:
                        self._start_from(initial, cast("Trainer", trainer))
                    self._train(trainer)
            embeddings = self._embeddings(trainer, self._metadata(recorded, given, trainer.epochs))
            if self._keeping is not None:
                self._keeping.begin_saving()
            self._save(embeddings)
        return embeddings

    def _read_initial(self) -> "Initial | None":
        """The vectors to start from; those of a run that goes on are in its checkpoint already."""
        if self._config.init is None or (self._keeping is not None and self._keeping.has_state):
            return None
        from embtrain.training.initial import Initial

        initial = Initial(self._config, self._job.given)
        self._config = self._objective.with_initial(initial.config, initial)
        return initial

    def _start_from(self, initial: "Initial", trainer: "Trainer") -> None:
        vocabulary = trainer.objective.vocabulary
        frozen = initial.frozen(vocabulary)
        trainer.objective.start_from(trainer.model, initial, frozen)
        self._tell(Noted(initial.describe(vocabulary, frozen)))

    def _open_input(self, initial: "Initial | None") -> AbstractContextManager[TrainingInput]:
        """What is trained on: the text or the counts, or those of a checkpoint."""
        if self._job.resumes and self._keeping is not None:
            return self._keeping.input(self._read_text)
        if self._job.corpus is None:
            return self._read_counts()
        return self._read_text(initial)

    def _read_text(self, initial: "Initial | None" = None) -> AbstractContextManager[TrainingInput]:
        assert self._job.corpus is not None
        text = TextInput(self._job, self._config, self._tell, self._warn)
        if initial is None:
            return text.read(self._job.corpus)
        return text.read(self._job.corpus, initial.known_words(), initial.digests())

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    def _warn(self, message: str) -> None:
        self._tell(Warned(Message(message)))

    @contextmanager
    def _log(self) -> Iterator[Callable[[], None]]:
        """Opens the log, which holds its events back until the yielded function is called."""
        job = self._job
        if job.log is None:
            yield lambda: None
            return
        with EventLog(job.log, job.force, self._warn, job.place, job.resumes) as log:
            self._listeners.insert(0, TrainingReport(LogRecorder(log, job.place)))
            yield log.begin

    def _warn_of_decisions(self) -> None:
        if hint := thread_hint(self._config):
            self._warn(hint)
        if self._backend.fallback is not None:
            self._warn(f"training with the slower backend '{self._backend.name}': {self._backend.fallback}")

    @contextmanager
    def _read_counts(self) -> Iterator[TrainingInput]:
        with read_counts_file(self._job.counts or "-", self._job.tmp_dir) as given:
            matrix = cast("CountMatrix", given.text)
            described = matrix.counting.describe()
            self._tell(CountsRead(len(matrix.vocabulary), matrix.tokens, described))
            yield given

    def _preparation(self) -> Preparation:
        job = self._job
        memory = USUAL_MEMORY if job.memory is None else job.memory
        return Preparation(
            memory,
            job.tmp_dir,
            lambda *progress: self._tell(Preparing(*progress)),
            self._tell_plan,
            lambda matrix: None if self._keeping is None else self._keeping.keep_counts(matrix),
        )

    def _tell_plan(self, pairs: int, n_bytes: int) -> None:
        self._tell(CountingPlanned(pairs, n_bytes))
        short = find_shortage([(self._job.tmp_dir or gettempdir(), n_bytes)])
        if short is not None:
            self._warn(short.warning())

    def _new_trainer(self, objective: "Objective[Any]") -> "AnyTrainer":
        if self._backend.name == "gensim":
            from embtrain.training.gensim_baseline import GensimTrainer

            return GensimTrainer(cast("WindowObjective[Any]", objective))
        from embtrain.training.trainer import Trainer

        return Trainer(objective, self._backend.name, exchange=self._exchange(objective))

    def _exchange(self, objective: "Objective[Any]") -> "Callable[[Model], Exchange] | None":
        if self._job.group is None:
            return None
        from embtrain.training.group.exchange import Exchange

        return partial(Exchange, self._job.group, objective)

    def _agree(self, objective: "Objective[Any]", group: "Group") -> None:
        """Takes over options that the first process has derived from its part of the text."""
        from embtrain.training.group.refusals import OWN_OPTIONS

        own = objective.config
        first = group.broadcast(np.frombuffer(own.to_json().encode(), np.uint8))
        config = msgspec.json.decode(first.tobytes(), type=type(own))
        kept = {name: getattr(own, name) for name in OWN_OPTIONS}
        objective.config = msgspec.structs.replace(config, **kept)

    def _tell_started(self, trainer: "AnyTrainer", recorded: TrainConfig) -> None:
        objective = trainer.objective
        words, total = len(objective.vocabulary), objective.total * recorded.epochs
        self._tell(Started(recorded, self._backend, objective.notes(), words, objective.total, total))

    def _train(self, trainer: "AnyTrainer") -> None:
        total = trainer.objective.total * trainer.config.epochs
        scores = self._scores(trainer.objective.vocabulary)
        examiner = None if scores is None else Examiner(cast("Trainer", trainer), scores, self._job.patience)

        def on_step(now: "Progress") -> None:
            self._tell(Step(replace(now), total))

        def on_epoch(now: "Progress") -> bool:
            goes_on, said = True, None
            if scores is not None and examiner is not None:
                goes_on = examiner(now)
                now.coverage, said = scores.coverage, scores.describe(now.scores)
            if self._job.group is not None:
                goes_on = self._job.group.sum([not goes_on]) == [0]
            self._tell(EpochEnd(replace(now), said))
            return goes_on

        if self._keeping is None:
            epochs = trainer.train(on_step, on_epoch)
        else:
            epochs = self._train_kept(cast("Trainer", trainer), examiner, self._keeping, on_step, on_epoch)
        kept = None if examiner is None else examiner.restore()
        self._tell(Trained(epochs, sum(epoch.seconds for epoch in epochs), kept))

    def _train_kept(
        self,
        trainer: "Trainer",
        examiner: Examiner | None,
        keeping: "Keeping",
        on_step: "Callable[[Progress], None]",
        on_epoch: "Callable[[Progress], bool]",
    ) -> "list[Progress]":
        writer = keeping.start(trainer, examiner)
        try:
            return trainer.train(on_step, on_epoch, writer)
        except BaseException as error:
            keeping.stop(trainer, error)
            raise

    def _scores(self, vocabulary: Vocabulary) -> Scores | None:
        evaluation = self._job.evaluation
        return None if evaluation is None else evaluation.prepare(vocabulary, self._job.patience is not None)

    def _metadata(
        self, recorded: TrainConfig, given: TrainingInput, epochs: "list[Progress]"
    ) -> dict[str, str]:
        from embtrain.training.metadata import metadata

        return metadata(recorded, given, epochs)

    def _embeddings(self, trainer: "AnyTrainer", notes: Mapping[str, str]) -> Embeddings:
        output = self._job.output
        context = trainer.context() if output is None or output.context else None
        vocabulary, subwords = trainer.objective.vocabulary, trainer.subwords()
        return Embeddings(vocabulary, trainer.vectors(), context, notes, subwords)

    def _save(self, embeddings: Embeddings) -> None:
        job, target = self._job, self._target
        if job.output is None or target is None:
            return
        written = save_or_keep(job.output.path, job.force, job.tmp_dir, embeddings, target)
        sizes = (len(embeddings), embeddings.dim, written.n_bytes)
        self._tell(Saved(job.output.path, target.name, *sizes, written.left_out))
