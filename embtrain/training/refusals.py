"""Refuses options that a backend or model does not support, by name and before anything is read."""

import os
from collections.abc import Sequence

from embtrain.config import TrainConfig
from embtrain.errors import DataError, UsageError
from embtrain.io.outputs.distinct import check_apart, check_outside
from embtrain.option_names import option
from embtrain.processors import available_processors
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.tokenizers.files import files_of
from embtrain.training.corpora.inputs import DECIDED_BY_COUNTS, counts_hint
from embtrain.training.job import Job
from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from embtrain.vocabulary import Vocabulary

#: Words of a sentence that gensim trains on; it silently drops the rest.
GENSIM_SENTENCE = 10_000


def check_vocabulary(vocabulary: Vocabulary, config: TrainConfig) -> None:
    """Raises UsageError for a vocabulary that cannot be trained on."""
    find_objective(config.model).check_counts("train: the vocabulary", vocabulary.counts, config)


def check_part(corpus: EncodedCorpus) -> None:
    """Raises DataError if a process of a group has no word to train on in its part of the text."""
    if corpus.tokens == 0:
        raise DataError(
            "has no word of the vocabulary in its part of the text; start fewer processes, or split long "
            "lines and compressed files, which are not cut"
        )


def check_counts_options(job: Job) -> None:
    """Raises UsageError for options on co-occurrences that conflict with the model or with each other."""
    model = job.config.model
    for name, value in (("cooccur", job.counts), ("memory", job.memory)):
        if value is not None and not find_objective(model).trains_on_counts:
            having = [other for other in OBJECTIVES if find_objective(other).trains_on_counts]
            models = " or ".join(option("model", other) for other in having)
            raise UsageError(f"{option(name)} is for {models}, but the model is {model}")
    if job.counts is None:
        return
    if job.corpus is not None:
        raise UsageError(f"{option('cooccur')} replaces the text; leave one of them out")
    if job.memory is not None:
        raise UsageError(f"{option('memory')} limits counting, but {option('cooccur')} has counts already")
    if job.vocabulary is not None:
        raise UsageError(counts_hint("vocab"))
    for name in DECIDED_BY_COUNTS:
        if name in job.given:
            raise UsageError(counts_hint(name))


def check_files(job: Job, sources: Sequence[str]) -> None:
    """Raises UsageError if two of output, log and checkpoint are one, or one of them is or is in an input.

    Args:
        sources: the named inputs, as far as they are known.
    """
    vocabulary = job.vocabulary if isinstance(job.vocabulary, str) else None
    sets = () if job.evaluation is None else job.evaluation.paths
    output = None if job.output is None else job.output.path
    check_apart([output, job.log], [*sources, vocabulary, *files_of(job.config), *sets])
    check_outside(job.log, sources)
    if job.checkpoint is None:
        return
    folder = job.checkpoint.path
    for name, path in (("output", output), ("log", job.log)):
        if path not in (None, "-") and os.path.realpath(path or "") == os.path.realpath(folder):
            raise UsageError(
                f"{folder}: is both {option(name)} and {option('checkpoint')}; name another folder"
            )
    check_outside(folder, sources)


def check_evaluation(sets: Sequence[str], patience: int | None, config: TrainConfig) -> None:
    """Raises UsageError for patience without evaluation sets, and for sets that the backend cannot score.

    Args:
        sets: evaluation sets as the user named them.
        patience: epochs, or None.
        config: names the backend that trains.
    """
    if patience is not None and not sets:
        raise UsageError(f"{option('patience')} needs scores: name a set with {option('eval')}")
    if sets and config.backend == "gensim":
        raise UsageError(
            f"{option('eval')}: gensim trains all epochs by itself; use `embtrain evaluate` afterwards"
        )


def check_checkpoint(config: TrainConfig) -> None:
    """Raises UsageError if the backend cannot be interrupted between two steps.

    Args:
        config: names the backend that trains.
    """
    if config.backend == "gensim":
        raise UsageError(
            f"{option('checkpoint')}: gensim trains all epochs by itself; choose another {option('backend')}"
        )


def check_stdin(corpus: Sequence[str], vocabulary: object, config: TrainConfig, sets: Sequence[str]) -> None:
    """Raises UsageError if more than one input comes from stdin.

    Args:
        corpus: its inputs.
        vocabulary: the path of its file, or any other object.
        config: names the stop list and the vectors to start from.
        sets: evaluation sets as the user named them.
    """
    users = ["the corpus"] if "-" in corpus else []
    users += [option("vocab")] if vocabulary == "-" else []
    users += [option("stop-words")] if config.stop_words == "-" else []
    users += [option("init")] if config.init == "-" else []
    users += [option("freeze")] if getattr(config, "freeze", None) == "-" else []
    users += [option("eval", given) for given in sets if given.partition(":")[2] == "-"]
    if len(users) > 1:
        raise UsageError(f"stdin (-) is both {users[0]} and {users[1]}, but it can be read only once")


def thread_hint(config: TrainConfig) -> str | None:
    """A warning if there are more threads than processors, else None."""
    processors = available_processors()
    if config.threads is None or config.threads <= processors:
        return None
    return (
        f"{option('threads', config.threads)} is more than the {processors:,} processors that this process "
        f"may use: it trains slower and worse; {processors} is the default"
    )


def check_options(config: TrainConfig) -> None:
    """Raises UsageError for an option that the backend or the model does not support.

    Args:
        config: names the backend that trains.
    """
    find_objective(config.model).check_options(config.backend, config)
    if config.init is None and (config.missing != "random" or config.merge_counts):
        name = "merge-counts" if config.merge_counts else "missing"
        raise UsageError(f"{option(name)} is about {option('init')}; name its file")
    if config.freeze is not None and config.init is None:
        raise UsageError(f"{option('freeze')} keeps vectors of {option('init')}; name their file")
    if config.deterministic and config.backend == "gensim":
        raise UsageError(
            f"{option('deterministic')} is not for {option('backend', 'gensim')}; choose another, or "
            f"{option('threads', 1)}"
        )
    if config.init is not None and config.backend == "gensim":
        raise UsageError(f"{option('init')} is not for {option('backend', 'gensim')}; choose another")
    if config.backend != "gensim":
        return
    longest = config.max_sentence + config.eos
    if longest > GENSIM_SENTENCE:
        raise UsageError(
            f"{option('max-sentence', config.max_sentence)}: gensim drops what follows {GENSIM_SENTENCE} "
            f"words of a sentence{', </s> included' if config.eos else ''}; choose "
            f"{option('max-sentence', GENSIM_SENTENCE - config.eos)} or less, or another "
            f"{option('backend')}"
        )
    if not 0 <= config.seed < 2**32:
        raise UsageError(
            f"{option('seed', config.seed)}: gensim takes seeds from 0 to {2**32 - 1}; choose one of "
            f"those, or another {option('backend')}"
        )
