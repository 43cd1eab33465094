"""Refuses what a group of processes cannot do together, before anything is read."""

from typing import Final

from embtrain import __version__
from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.text.tokenizers.files import AUTO_PHRASES
from embtrain.training.group.group import Group
from embtrain.training.job import Job
from embtrain.training.objectives.options import stored_options
from embtrain.training.objectives.registry import OBJECTIVES, find_objective

#: Options that may differ from one process to another: they say what a machine has.
OWN_OPTIONS: Final = ("threads", "device")


def check_lines(config: TrainConfig) -> None:
    """Raises UsageError for an option that needs all lines of a text."""
    if config.dedup:
        raise UsageError(
            f"{option('dedup')} is for one process: none knows the lines of the others; leave duplicates out "
            "of the files first, or start one process"
        )


def check_group(job: Job, config: TrainConfig, group: Group) -> None:
    """Raises UsageError for an option that only one process supports, or in which the processes differ."""
    if not find_objective(config.model).trains_in_groups:
        others = [name for name in OBJECTIVES if find_objective(name).trains_in_groups]
        models = " or ".join(option("model", name) for name in others)
        raise UsageError(
            f"{option('model', config.model)} is trained by one process; {group.size} can train {models}"
        )
    if config.backend == "gensim":
        raise UsageError(f"{option('backend', 'gensim')} trains in one process; leave it out")
    check_lines(config)
    if config.phrases == AUTO_PHRASES:
        raise UsageError(
            f"{option('phrases', AUTO_PHRASES)} is for one process; find the phrases with 'embtrain phrases "
            "--save', and name their file"
        )
    if config.deterministic:
        raise UsageError(
            f"{option('deterministic')} is for one process: which changes meet depends on their number"
        )
    for name, value in (
        ("max-memory", job.max_memory),
        ("init", config.init),
    ):
        if value is not None:
            raise UsageError(f"{option(name)} is for one process; {group.size} were started")
    if job.resumes and job.corpus is None:
        raise UsageError(f"{option('resume')}: the checkpoint is of one process; go on with one")
    if job.corpus is None or not job.corpus.paths:
        raise UsageError("only text in files can be divided among processes")
    options = {name: str(value) for name, value in stored_options(config).items() if name not in OWN_OPTIONS}
    inputs = " ".join(job.corpus.paths)
    kept = "none" if job.checkpoint is None else job.checkpoint.path
    group.agree(
        {
            "embtrain": __version__,
            "CORPUS": inputs,
            option("resume" if job.resumes else "checkpoint"): kept,
            **{option(name): value for name, value in options.items()},
        }
    )
