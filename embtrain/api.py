"""`embtrain.train`: from text to vectors as one function."""

import os
from collections.abc import Sequence
from typing import Any, Final

from embtrain.analysis.training_scores import TrainingSets
from embtrain.config import TrainConfig, unknown_option
from embtrain.errors import UsageError
from embtrain.io.documents.json_lines import OnError
from embtrain.io.inputs.paths import log_warning
from embtrain.option_aliases import answer, squeeze
from embtrain.text.reading import FORMATS, ON_ERROR, Format
from embtrain.training.checkpoint.interval import DEFAULT, parse_interval
from embtrain.training.checkpoint.resume import resumed_job
from embtrain.training.corpora.objects import Given, PathName, corpus_of
from embtrain.training.corpora.sources import Corpus
from embtrain.training.job import Checkpoint, Job
from embtrain.training.objectives.options import aliases, all_options, alternative, train_config
from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from embtrain.training.reporting.events import (
    Checkpointed,
    CountingPlanned,
    CountsRead,
    Encoded,
    EpochEnd,
    Event,
    Noted,
    OnEvent,
    Preparing,
    Reading,
    Resumed,
    Saved,
    Started,
    Step,
    Trained,
    VocabularyRead,
    Warned,
)
from embtrain.training.session import Session
from embtrain.values import Allowed
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary

__all__ = [
    "Checkpointed",
    "CountingPlanned",
    "CountsRead",
    "Encoded",
    "EpochEnd",
    "Event",
    "Noted",
    "Preparing",
    "Reading",
    "Resumed",
    "Saved",
    "Started",
    "Step",
    "Trained",
    "VocabularyRead",
    "Warned",
    "train",
]  # fmt: skip

#: Arguments of `train` beside the corpus and the options.
_ARGUMENTS: Final = (
    "vocabulary", "format", "field", "on_error", "cooccur", "memory", "max_memory", "eval", "patience", "log",
    "force", "on_event", "tmp_dir", "checkpoint", "checkpoint_every", "resume", "allow_changes",
)  # fmt: skip


def train(
    corpus: Given = None,
    *,
    vocabulary: Vocabulary | PathName | None = None,
    format: Format = "auto",
    field: str = "text",
    on_error: OnError = "fail",
    cooccur: PathName | None = None,
    memory: int | None = None,
    max_memory: int | None = None,
    eval: str | Sequence[str] = (),
    patience: int | None = None,
    log: PathName | None = None,
    force: bool = False,
    on_event: OnEvent | None = None,
    tmp_dir: str | None = None,
    checkpoint: PathName | None = None,
    checkpoint_every: str | None = None,
    resume: PathName | None = None,
    allow_changes: bool = False,
    **options: Any,
) -> Embeddings:
    """Trains word vectors.

    The text is read once and kept as ids on disk, so that a generator can be given and memory stays bounded.
    Ctrl-C ends it at once and leaves nothing behind, or with `checkpoint` what `resume` goes on with.

    Args:
        corpus: what to train on, one of
            what the command line takes as one input (str or PathLike): a file of text, JSON lines or Parquet,
            a directory, a glob, a remote address, "-" for stdin;
            an iterable of PathLike, read one after another;
            an iterable of str, each a text or document, whose lines are sentences;
            an iterable of sequences of str, each the words of a sentence, none with white space in it;
            an iterable of records (dicts, named tuples) with `field`, which holds a text or a list of words;
            a table with a column `field` of such values (pandas, polars, Arrow, Hugging Face datasets,
            structured arrays of numpy), or an iterable of such tables.
        vocabulary: train these words instead of those of the text: a vocabulary with counts, or the path of
            one from `embtrain vocab build`, of which words counted less often than min_count are left out.
        format: what files are; `auto` knows Parquet by its content and JSON lines by their ending.
        field: which field of JSON lines and of records, or column of Parquet and of tables, holds the text.
        on_error: what to do about a bad record of such a file or table, or a missing value (None, nan):
            `fail` (also called `stop`), or `skip` and count it.
        cooccur: train GloVe on the counts in this file, from `embtrain cooccur build`, instead of a corpus.
        memory: bytes for counting GloVe's co-occurrences; what does not fit goes to temporary files. None is
            1 GiB.
        max_memory: bytes of memory that the run may take: memory, buckets and min_count are chosen so that it
            fits, unless they are given. The corpus must be files.
        eval: sets to score the vectors on after each epoch: "questions-words", "wordsim353", "simlex999", or
            "KIND:FILE", KIND being analogies, similarity, categories or outliers. The scores are in the
            metadata, in `EpochEnd` and in the log.
        patience: stop after this number of epochs in a row without a better mean of the scores, and keep the
            best epoch; each set needs 30 covered items.
        log: file for one JSON object per event, which `embtrain plot --training` draws.
        force: whether the log may replace a file.
        on_event: called with what happens: `Reading`, `Encoded`, `Started`, `Step`, `EpochEnd`, `Trained`,
            `Warned`, with the path of a vocabulary `VocabularyRead`, and for GloVe `CountingPlanned`,
            `Preparing` and, with a file of counts, `CountsRead`. With the backend `gensim`, steps are told
            from another thread. What it raises ends the training.
        tmp_dir: where the ids are kept, 4 bytes a token, and GloVe's counts; None is the system's choice.
        checkpoint: folder in which to keep the run while it trains and when it is interrupted.
        checkpoint_every: time, words or epochs between checkpoints: "30s", "10m" (as None does), "2h",
            "50000000words", "1epoch".
        resume: folder of the checkpoint to go on with, in place of a corpus; it keeps its options.
        allow_changes: whether `resume` accepts options, or a version, that differ from the checkpoint's.
        options: those of the model (`embtrain.training.objectives`); docs/guides/python.md names them all.

    Returns:
        The vectors, with the context vectors and the metadata that `embtrain train` writes.

    Raises:
        UsageError: an option that does not exist, has an impossible value or does not go with the corpus, a
            file that cannot be opened, a table without the column, an evaluation set that covers too little.
        DataError: no word occurs often enough; a word with white space in it; a damaged file.
        BackendError: the backend or device is not available here.
        ResourceError: memory or disk ran out.
        EmbtrainError: training diverged.
        TypeError: the corpus is none of the above.
    """
    _check_choice("format", format, FORMATS)
    _check_choice("on_error", on_error, ON_ERROR)
    sets = [eval] if isinstance(eval, str) else list(eval)
    job = Job(
        config=_config(options),
        given=frozenset(name.replace("_", "-") for name in options),
        corpus=_corpus(corpus, cooccur or resume),
        counts=_path(cooccur),
        memory=_checked("memory", memory),
        max_memory=_checked("max_memory", max_memory),
        vocabulary=vocabulary if isinstance(vocabulary, Vocabulary) else _path(vocabulary),
        format=format,
        field=field,
        on_error=on_error,
        tmp_dir=tmp_dir,
        evaluation=TrainingSets(sets) if sets else None,
        patience=_checked("patience", patience),
        log=_path(log),
        force=force,
        checkpoint=_checkpoint(_path(checkpoint), checkpoint_every, _path(resume)),
    )
    if resume is not None:
        given = {name.replace("_", "-"): value for name, value in options.items()}
        job = resumed_job(job, given, allow_changes, TrainingSets)
    return Session(job, on_event or _warn).run()


def _warn(event: Event) -> None:
    """Without a listener, warnings go to the logger, and so to stderr."""
    if isinstance(event, Warned):
        log_warning(event.message)


def _path(given: PathName | None) -> str | None:
    return None if given is None else os.fspath(given)


def _config(options: dict[str, Any]) -> TrainConfig:
    known = {*(name.replace("-", "_") for name in all_options()), *_ARGUMENTS}
    for name in options:
        if name in known:
            continue
        ours = aliases().get(squeeze(name))
        if meant := _meant_by_model(options.get("model"), name):
            raise UsageError(f"train: '{name}': {meant}")
        if ours is not None:
            ours = ours.replace("-", "_")
            raise UsageError(f"train: '{name}' is another tool's name; give {ours} instead")
        said = answer(name, "python", {option.replace("_", "-") for option in known} | {"vocab"})
        if said is not None:
            raise UsageError(f"train: {said}")
        raise unknown_option(name, known, "train")
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return train_config(named, "train", lambda name: name.replace("-", "_"))


def _meant_by_model(model: object, name: str) -> str | None:
    """What the model that was chosen has instead of another tool's name, or None."""
    return alternative(find_objective(model).config_type, name) if model in OBJECTIVES else None


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UsageError(f"train: {name} is {value!r}; expected one of {', '.join(choices)}")


def _checkpoint(path: str | None, every: str | None, resume: str | None) -> Checkpoint | None:
    if every is not None:
        try:
            parse_interval(every)
        except ValueError as error:
            raise UsageError(f"train: checkpoint_every: {error}") from None
    if resume is not None:
        if path is not None:
            raise UsageError("train: resume goes on in the folder of the checkpoint; leave checkpoint out")
        return Checkpoint(resume, every or "")
    if path is None and every is not None:
        raise UsageError("train: checkpoint_every needs checkpoint, a folder")
    return None if path is None else Checkpoint(path, every or DEFAULT)


def _corpus(given: Given, instead: PathName | None) -> Corpus | None:
    if given is None and instead is not None:
        return None
    return corpus_of(given)


def _checked(name: str, given: int | None) -> int | None:
    try:
        checked: int | None = Allowed(int, low=1, optional=True).check(given, name)
    except ValueError as error:
        raise UsageError(f"train: {error}") from None
    return checked
