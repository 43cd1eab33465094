"""`train` in a group of processes that torchrun or srun has started."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from embtrain.training.group.environment import is_in_group, rank_of_process, was_restarted

if TYPE_CHECKING:
    from embtrain.training.group.group import Group
    from embtrain.training.job import Job


@contextmanager
def joined() -> "Iterator[Group | None]":
    """The group that this process was started in; None if it was started alone."""
    if not is_in_group():
        yield None
        return
    from embtrain.training.group.group import Group

    group = Group()
    with group.watched():
        yield group
        group.leave()


def is_first() -> bool:
    """Whether this process reports, evaluates and writes: the first one of its group."""
    return rank_of_process() == 0


def goes_on_by_itself(job: "Job") -> bool:
    """Whether torchrun has started this process again, and the run before has left a checkpoint."""
    if job.checkpoint is None or not was_restarted():
        return False
    from embtrain.training.checkpoint.folder import CheckpointFolder

    return CheckpointFolder(job.checkpoint.path).has_request


def without_outputs(job: "Job") -> "Job":
    """The job of a process that is not the first one: it trains, and neither scores nor writes."""
    return replace(job, evaluation=None, patience=None, log=None, output=None)
