"""Compares the memory and the disk space that a training takes with what there is, before it begins."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from embtrain.config import TrainConfig
from embtrain.errors import ResourceError
from embtrain.io.free_memory import free_memory
from embtrain.io.memory import address_space, gib
from embtrain.io.outputs.keep import check_space
from embtrain.option_names import option
from embtrain.text.corpus import EncodedCorpus
from embtrain.training.corpora.inputs import USUAL_MEMORY, TrainingInput
from embtrain.training.objectives.base import Objective, Text
from embtrain.training.objectives.needs import TextSize
from embtrain.training.plan.memory import memory_phases
from embtrain.vectors.save import file_bytes

if TYPE_CHECKING:
    from embtrain.training.job import Job

#: Words on which n-grams are estimated.
_SOME_WORDS: Final = 20_000


def check_disk(job: "Job", config: TrainConfig, given: TrainingInput, more_bytes: int = 0) -> None:
    """Raises ResourceError if the vectors, and so many more bytes, will not fit on the disk."""
    output, words = job.output, given.text.vocabulary
    if output is not None:
        tables = 2 if output.context else 1
        n_bytes = file_bytes(len(words), len(words.arena), config.dim, tables)
        check_space(output.path, n_bytes + more_bytes, given.spool_bytes, job.tmp_dir)


def check_memory(
    job: "Job",
    kind: type[Objective[Any]],
    config: TrainConfig,
    text: Text,
    warn: Callable[[str], None],
) -> None:
    """Warns if the training will take more memory than is free, and refuses it if it cannot have it.

    Args:
        text: what was read; only for a text, and training by embtrain, the memory is known.

    Raises:
        ResourceError: a control group (container), the size of the machine or the limit on the address space
            allows less.
    """
    if not isinstance(text, EncodedCorpus) or config.backend == "gensim":
        return
    words = text.vocabulary
    rows = np.linspace(0, len(words) - 1, min(len(words), _SOME_WORDS)).astype(np.int64)
    memory = USUAL_MEMORY if job.memory is None else job.memory
    some = words if len(rows) == len(words) else words.take(rows)
    size = TextSize(words, some, words.n_bytes, text.tokens, text.sentences, memory)
    needs = kind.needs(config.resolved(), size)
    phases = memory_phases(job, size, needs, reading=0, base=0, other=0, rate=0)
    needed = max(phase.n_bytes for phase in phases) - size.word_bytes
    limit, used = address_space()
    if limit is not None and needed > limit - used:
        raise _too_much(needed, max(0, limit - used), "of address space left (ulimit -v)")
    free = free_memory()
    if free is None or needed <= free.n_bytes:
        return
    if free.is_strict or needed > free.most:
        raise _too_much(needed, free.n_bytes, f"left on {free.of}")
    warn(
        f"the run needs {gib(needed)} of memory more, but {free.of} has {gib(free.n_bytes)} left; "
        f"{option('max-memory')} chooses options with which it fits"
    )


def _too_much(needed: int, left: int, where: str) -> ResourceError:
    return ResourceError(
        f"the run needs {gib(needed)} of memory more, but {gib(left)} is {where}; raise "
        f"{option('min-count')}, lower {option('dim')}, or let {option('max-memory')} choose what fits"
    )
