"""Adds up the memory of a training, phase by phase."""

from typing import TYPE_CHECKING

from embtrain.training.objectives.needs import Needs, TextSize
from embtrain.training.plan.plan import Phase
from embtrain.training.schedule import STEP_SECONDS

if TYPE_CHECKING:
    from embtrain.training.job import Job

#: Bytes of memory for each word, beside its own: where it begins, and its count.
_WORD_BYTES = 16


def of_text(size: TextSize) -> dict[str, int]:
    """Bytes of memory of an encoded text, by what takes them."""
    return {"vocabulary": size.word_bytes + _WORD_BYTES * size.n_words}


def of_training(needs: Needs, rate: float) -> dict[str, int]:
    """Bytes of memory while training, by what takes them, beside those of the text.

    Args:
        rate: units a second, on which the length of a step depends.
    """
    units = min(needs.most_step_units, int(1.2 * rate * STEP_SECONDS) + 1)
    return of_model(needs) | {"what a step reads": needs.step_bytes * units}


def of_model(needs: Needs) -> dict[str, int]:
    """Bytes of memory from the first step until the vectors are written, by what takes them."""
    tables = {f"table {table.name}": table.n_bytes for table in needs.tables if table.n_bytes}
    return tables | dict(needs.training)


def copies(job: "Job", needs: Needs) -> dict[str, int]:
    """Bytes of the copies of tables that a job needs, by what they are for."""
    found = {}
    if job.patience is not None:
        found["copy of the best epoch (patience)"] = needs.trained_bytes
    if job.checkpoint is not None:
        best = needs.trained_bytes if job.patience is not None else 0
        found["copy for checkpoints"] = needs.state_bytes + best
    return found


def memory_phases(
    job: "Job", size: TextSize, needs: Needs, *, reading: int, base: int, other: int, rate: float
) -> list[Phase]:
    """The memory of each phase of a run.

    Args:
        reading: bytes for the words while the text is read.
        base: bytes of Python and torch before anything is read.
        other: bytes that remain after reading, beside the vocabulary.
        rate: units a second.
    """
    programs = "Python, torch and buffers"
    text = {programs: other, **of_text(size)}
    kept = copies(job, needs)
    phases = [
        Phase("reading", {programs: base, "different words": reading}),
        Phase("preparing", text | dict(needs.preparing)),
        Phase("training", text | of_training(needs, rate) | kept),
        Phase("saving", text | of_model(needs) | kept | dict(needs.saving)),
    ]
    return [phase for phase in phases if phase.name != "preparing" or needs.preparing]
