"""Keeps the run of a group of processes, in a folder that all of them see. The first process writes.

A checkpoint is written when all processes have the same tables. It holds the words and the state, and not the
text, of which each process has a part: the processes that resume, one or any other number, read it again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.training.checkpoint.keeping import Keeping
from embtrain.training.corpora.inputs import TrainingInput
from embtrain.training.job import Job
from embtrain.training.objectives.base import Text
from embtrain.training.reporting.events import Event

if TYPE_CHECKING:
    from embtrain.training.checkpoint.writer import CheckpointWriter
    from embtrain.training.group.group import Group
    from embtrain.training.patience import Examiner
    from embtrain.training.trainer import Trainer


def keeping_of(job: Job, tell: Callable[[Event], None], warn: Callable[[str], None]) -> Keeping:
    """The checkpoint of the run of one process or a group; the job has one."""
    return Keeping(job, tell, warn) if job.group is None else GroupKeeping(job, job.group, tell, warn)


class GroupKeeping(Keeping):
    """The checkpoint of a run, as one of its processes sees it."""

    def __init__(
        self, job: Job, group: "Group", tell: Callable[[Event], None], warn: Callable[[str], None]
    ) -> None:
        super().__init__(job, tell, warn)
        self._group = group
        self._writes = group.rank == 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        if self._writes:
            with super().locked():
                yield
            return
        try:
            yield
        except BaseException as error:
            self._say_how_to_resume(error)
            raise

    def keep(self, given: TrainingInput, config: TrainConfig, inputs: Sequence[str]) -> None:
        if self._resumes:
            return
        if self._writes:
            super().keep(given, config, inputs)
        self._group.wait()
        if not self._folder.has_request:
            raise UsageError(
                f"{self._folder.path}: is not the folder that rank 0 sees; name one on a disk that all share"
            )
        self._request = self._folder.read_request()

    def _keep_text(self, text: Text) -> None:
        self._folder.keep_words(text.vocabulary)

    def start(self, trainer: "Trainer", examiner: "Examiner | None") -> "CheckpointWriter | None":
        if self._writes:
            return super().start(trainer, examiner)
        self._go_on(trainer, examiner)
        return None

    def begin_saving(self) -> None:
        if self._writes:
            super().begin_saving()

    def remove(self) -> None:
        if self._writes:
            super().remove()
