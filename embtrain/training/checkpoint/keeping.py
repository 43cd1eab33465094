"""Keeps one run in the folder of its checkpoint, from its text to the vectors that are saved."""

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from embtrain.config import TrainConfig
from embtrain.counts.matrix import CountMatrix
from embtrain.errors import BackendError, DataError, EmbtrainError, NotFoundError, UsageError
from embtrain.io.disk_space import find_shortage
from embtrain.option_names import Message, neutral, option, worded
from embtrain.text.corpus import EncodedCorpus
from embtrain.training.checkpoint.folder import CheckpointFolder
from embtrain.training.checkpoint.interval import parse_interval
from embtrain.training.checkpoint.request import RunRequest
from embtrain.training.checkpoint.resume import request_of
from embtrain.training.corpora.inputs import TrainingInput
from embtrain.training.job import Job
from embtrain.training.objectives.base import Text
from embtrain.training.reporting.events import Event, Resumed
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.training.checkpoint.writer import CheckpointWriter
    from embtrain.training.patience import Examiner
    from embtrain.training.trainer import Trainer


class Keeping:
    """The checkpoint of one run.

    Args:
        job: the request; it has a checkpoint.
        tell: receives events.
        warn: receives warnings.
    """

    def __init__(self, job: Job, tell: Callable[[Event], None], warn: Callable[[str], None]) -> None:
        assert job.checkpoint is not None
        self._job, self._tell, self._warn = job, tell, warn
        self._every = parse_interval(job.checkpoint.every)
        self._folder = CheckpointFolder(job.checkpoint.path)
        self._request: RunRequest | None = job.checkpoint.request
        self._resumes = self._request is not None
        self._writer: CheckpointWriter | None = None

    @property
    def has_state(self) -> bool:
        """Whether the run goes on from a state, rather than from its text."""
        return self._resumes and self._folder.has_state

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder. An exception that ends the block says how to go on, if that is possible.

        A new run whose request turns out to be wrong, so that it would fail again, keeps nothing.
        """
        with self._folder.locked(not self._resumes, self._job.force):
            try:
                yield
            except (UsageError, NotFoundError, DataError, BackendError) as error:
                if self._resumes or self._folder.has_state:
                    self._say_how_to_resume(error)
                else:
                    self._folder.remove()
                raise
            except BaseException as error:
                self._say_how_to_resume(error)
                raise

    @contextmanager
    def input(self, read: Callable[[], AbstractContextManager[TrainingInput]]) -> Iterator[TrainingInput]:
        """Opens the text or the counts of the run that goes on.

        Args:
            read: reads the text again, if it was not kept.

        Raises DataError if the text is another one.
        """
        request = self._request
        assert request is not None
        with self._text(request, read) as text:
            yield TrainingInput(
                text,
                request.record,
                request.digests,
                request.files,
                tuple(request.undecided),
                request.decided,
                request.spool_bytes,
            )

    @contextmanager
    def _text(
        self, request: RunRequest, read: Callable[[], AbstractContextManager[TrainingInput]]
    ) -> Iterator[Text]:
        if request.processes == 1:
            with self._folder.text(request.tokens) as text:
                yield text
            return
        with read() as given:
            was, now = request.record["trained_tokens"], given.record["trained_tokens"]
            if was != now:
                raise DataError(
                    f"the text has {counted(now, 'word')} of the vocabulary, that of {self._folder.path} had "
                    f"{was:,}: it has changed since; restore it, or train anew"
                )
            yield given.text

    def keep(self, given: TrainingInput, config: TrainConfig, inputs: Sequence[str]) -> None:
        """Keeps what was read, so that the run can be resumed from here on. Raises ResourceError."""
        if self._resumes:
            return
        self._keep_text(given.text)
        request = request_of(
            self._job,
            config,
            os.urandom(8).hex(),
            inputs,
            record=given.record,
            digests=dict(given.digests),
            files=dict(given.files),
            undecided=list(given.undecided),
            decided=dict(given.decided),
            spool_bytes=given.spool_bytes,
            tokens=given.text.tokens if isinstance(given.text, EncodedCorpus) else 0,
        )
        self._folder.write_request(request)
        self._request = request

    def _keep_text(self, text: Text) -> None:
        self._folder.keep_text(text)

    def keep_counts(self, matrix: CountMatrix) -> None:
        """Keeps the counts in place of the text. Raises ResourceError."""
        self._folder.keep_counts(matrix)

    def start(self, trainer: "Trainer", examiner: "Examiner | None") -> "CheckpointWriter | None":
        """Puts the trainer where the checkpoint is, and returns what keeps its state from here on."""
        from embtrain.training.checkpoint.state import Snapshot, place_of
        from embtrain.training.checkpoint.writer import CheckpointWriter

        run = self._go_on(trainer, examiner)
        if self._resumes:
            place, total = place_of(trainer), trainer.objective.total * trainer.config.epochs
            self._tell(Resumed(self._folder.path, place.epochs, place.done, total))
        n_bytes = 2 * sum(table.nbytes for table in trainer.model.with_role("trained", "state").values())
        if (short := find_shortage([(self._folder.path, n_bytes)])) is not None:
            self._warn(
                f"{short.folder}: checkpoints need up to {n_bytes / 1e6:,.0f} MB, but only "
                f"{short.free / 1e6:,.0f} MB are left; free some space, or choose another "
                f"{option('checkpoint')}"
            )
        snapshot = Snapshot(run, trainer, examiner)
        self._writer = CheckpointWriter(
            self._folder.state_path, snapshot, self._every, self._tell, self._warn
        )
        self._writer.begin(trainer)
        return self._writer

    def _go_on(self, trainer: "Trainer", examiner: "Examiner | None") -> str:
        """Puts the trainer where the checkpoint is. Returns the name of the run."""
        from embtrain.training.checkpoint.state import restore

        assert self._request is not None
        if self._folder.has_state:
            restore(self._folder.state_path, self._request.run, trainer, examiner)
        return self._request.run

    def stop(self, trainer: "Trainer", error: BaseException) -> None:
        """Keeps the state of a training that ends early.

        After an error of ours, and between the exchanges of a group, the state before stays.
        """
        if self._writer is None:
            return
        if isinstance(error, Exception) or not trainer.is_whole():
            self._writer.finish()
            return
        try:
            self._writer.save(trainer)
        except EmbtrainError as failure:
            self._warn(f"the last checkpoint could not be written: {neutral(failure)}")

    def begin_saving(self) -> None:
        """The training is complete, and its vectors are about to be written."""
        if self._writer is not None:
            self._writer.finish()
        if self._job.output is not None and self._job.output.path != "-":
            self._folder.begin_saving()

    def remove(self) -> None:
        """Removes the checkpoint: the vectors are written."""
        self._folder.remove()
        self._request = None

    def _say_how_to_resume(self, error: BaseException) -> None:
        if self._request is None:
            return
        path = self._folder.path
        error.add_note(
            Message(
                worded(f"embtrain train --resume {shlex.quote(path)}", f"embtrain.train(resume={path!r})")
            )
        )
