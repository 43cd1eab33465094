"""`embtrain.train`: from text to vectors as one function."""

from collections.abc import Sequence
from inspect import signature
from typing import Final, Unpack

from embtrain.analysis.training_scores import TrainingSets
from embtrain.api.arguments import (
    check_choice,
    checkpoint_of,
    config_of,
    corpus_or_none,
    count_of,
    flag_of,
    options_of_recipe,
    path_of,
)
from embtrain.api.options import TrainOptions
from embtrain.api.recorder import PythonRecorder
from embtrain.api.signature import show_options
from embtrain.api.text_options import TextOptions
from embtrain.config import Recipe
from embtrain.io.documents.json_lines import OnError
from embtrain.text.reading import FORMATS, ON_ERROR, Format
from embtrain.training.checkpoint.resume import resumed_job
from embtrain.training.corpora.objects import Given, PathName
from embtrain.training.job import Job
from embtrain.training.reporting.events import Event, OnEvent
from embtrain.training.reporting.report import TrainingReport
from embtrain.training.session import Session
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary


@show_options
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
    progress: bool | None = None,
    on_event: OnEvent | None = None,
    tmp_dir: PathName | None = None,
    checkpoint: PathName | None = None,
    checkpoint_every: str | None = None,
    resume: PathName | None = None,
    allow_changes: bool = False,
    recipe: Recipe | None = None,
    **options: Unpack[TrainOptions],
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
        progress: whether to show a progress bar (tqdm); None shows it in notebooks and on terminals.
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
        recipe: options that give the best vectors in a time, "fast", "balanced" or "best"; those given here
            win over them.
        options: those of the model; `embtrain.api.options` and docs/guides/python.md name them all. Numbers
            and truth values may be numpy's. `tokenizer` may be a function from a line of text to its words,
            and `stop_words` a list or set.

    Notes about what was read and left out go to the logger "embtrain" with the level INFO, warnings with
    WARNING.

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
    check_choice("format", format, FORMATS)
    check_choice("on_error", on_error, ON_ERROR)
    sets = [eval] if isinstance(eval, str) else list(eval)
    chosen = {**options_of_recipe(recipe), **options}
    text = TextOptions(chosen)
    force, allow_changes = flag_of("force", force), flag_of("allow_changes", allow_changes)
    job = Job(
        config=config_of(text.options, ARGUMENTS),
        given=frozenset(name.replace("_", "-") for name in chosen),
        corpus=corpus_or_none(corpus, cooccur or resume),
        counts=path_of(cooccur),
        memory=count_of("memory", memory),
        max_memory=count_of("max_memory", max_memory),
        vocabulary=vocabulary if isinstance(vocabulary, Vocabulary) else path_of(vocabulary),
        format=format,
        field=field,
        on_error=on_error,
        tmp_dir=path_of(tmp_dir),
        evaluation=TrainingSets(sets) if sets else None,
        patience=count_of("patience", patience),
        log=path_of(log),
        force=force,
        checkpoint=checkpoint_of(path_of(checkpoint), checkpoint_every, path_of(resume)),
        tokenizer=text.tokenizer,
        stop_words=text.stop_words,
    )
    if resume is not None:
        text.check_resumed()
        given = {name.replace("_", "-"): value for name, value in options.items()}
        job = resumed_job(job, given, allow_changes, TrainingSets)
    with PythonRecorder(flag_of("progress", progress, optional=True)) as recorder:
        report = TrainingReport(recorder)
        embeddings = Session(job, report if on_event is None else both(report, on_event)).run()
    return embeddings if text.tokenizer is None else embeddings.use_tokenizer(text.tokenizer)


def both(first: OnEvent, second: OnEvent) -> OnEvent:
    """A listener that tells two others, in this order."""

    def listen(event: Event) -> None:
        first(event)
        second(event)

    return listen


#: Arguments of `train` beside the corpus and the options.
ARGUMENTS: Final = tuple(
    name
    for name, one in signature(train).parameters.items()
    if one.kind is one.KEYWORD_ONLY and name not in TrainOptions.__annotations__
)
