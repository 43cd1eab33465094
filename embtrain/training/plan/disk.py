"""Adds up the disk space and the open files of a training."""

import os
from typing import TYPE_CHECKING, Final

from embtrain.training.objectives.needs import Needs, TextSize
from embtrain.training.plan.plan import OnDisk
from embtrain.training.schedule import STEP_SECONDS
from embtrain.vectors.save import file_bytes

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.training.job import Job

#: Bytes of a line of the log; there is one for each step.
_LINE_BYTES: Final = 400
#: stdin, stdout, stderr, and what Python and torch keep open.
_ALWAYS_OPEN: Final = 8


def written(
    job: "Job",
    config: "TrainConfig",
    size: TextSize,
    needs: Needs,
    tmp_dir: str,
    id_bytes: int,
    seconds: float,
) -> list[OnDisk]:
    """What a run writes, at most.

    Args:
        tmp_dir: the folder for temporary files.
        id_bytes: bytes of the encoded text.
        seconds: of training.
    """
    found = [_item("text as ids", tmp_dir, id_bytes)]
    found += [_item(what, tmp_dir, n_bytes) for what, n_bytes in needs.temporary.items()]
    if job.checkpoint is not None:
        state = needs.state_bytes + (needs.trained_bytes if job.patience is not None else 0)
        words = size.word_bytes + 16 * size.n_words
        # A new state is complete before it replaces the last one.
        found.append(_item("checkpoint", job.checkpoint.path, 2 * state + words + needs.kept))
    tables = 2 if job.output is not None and job.output.context else 1
    n_bytes = file_bytes(size.n_words, size.word_bytes, config.dim, tables) + needs.file_bytes
    output = "." if job.output is None else job.output.path
    if output != "-":
        folder = "." if job.output is None else os.path.dirname(os.path.realpath(output))
        found.append(_item("vectors", folder, n_bytes, True))
    if job.log is not None and job.log != "-":
        lines = int(seconds / STEP_SECONDS) + config.epochs + 10
        found.append(_item("log", os.path.dirname(os.path.realpath(job.log)), _LINE_BYTES * lines, True))
    return found


def _item(what: str, folder: str, n_bytes: int, stays: bool = False) -> OnDisk:
    return OnDisk(what, folder, n_bytes, _free(folder), stays)


def _free(folder: str) -> int | None:
    """Bytes that are left in a folder, or where it will be made."""
    while not os.path.isdir(folder) and folder not in ("", os.sep):
        folder = os.path.dirname(folder)
    try:
        system = os.statvfs(folder or ".")
    except (OSError, AttributeError):
        return None
    return system.f_bavail * system.f_frsize


def planned_files(job: "Job", counts: bool, inputs: int) -> int:
    """Files that are open at a time, at most.

    Args:
        counts: whether co-occurrences are counted.
        inputs: number of inputs.
    """
    # The ids and the lengths of sentences; one input, and what decompresses it.
    files = _ALWAYS_OPEN + 2 + 2 * min(1, inputs)
    files += 3 if counts else 0
    files += 1 if job.log is not None else 0
    files += 4 if job.checkpoint is not None else 0
    return files + 1
