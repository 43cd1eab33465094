"""`embtrain train`: text in, vectors out."""

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from embtrain import __version__
from embtrain.cli.corpus_options import corpus_options, make_reader, text_files
from embtrain.cli.recipe import load_recipe
from embtrain.cli.train.eval_option import (
    SetEvaluator,
    eval_options,
    make_evaluator,
    named_sets,
    read_eval_sets,
)
from embtrain.cli.train.options import TrainCommand
from embtrain.cli.train.output import check_format, output_bytes, save_vectors, shown_format
from embtrain.config import TrainConfig, make_config
from embtrain.errors import UsageError
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.distinct import check_apart, check_outside
from embtrain.io.outputs.keep import check_space
from embtrain.io.reporting.log import EventLog
from embtrain.io.reporting.progress import MODES, Mode, Reporter
from embtrain.ops.backends import Choice, choose_backend
from embtrain.training.preload import start_preload
from embtrain.training.refusals import check_noise, check_options, thread_hint
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embtrain.analysis.evaluate.tasks import EvaluationSet
    from embtrain.text.corpus import EncodedCorpus, EncodeStats
    from embtrain.text.reading import TextReader
    from embtrain.training.gensim_baseline import GensimTrainer
    from embtrain.training.patience import Examiner
    from embtrain.training.trainer import Progress, Trainer
    from embtrain.vectors.formats.base import Format
    from embtrain.vocabulary import Vocabulary

EPILOG = """\b
Examples:
  embtrain train corpus.txt -o vectors.safetensors
  embtrain train part-*.txt.gz --dim 300 --epochs 10 -o vectors.safetensors
  zcat corpus.gz | embtrain train - -o - | embtrain export - --to word2vec -o vectors.bin
  embtrain train corpus.txt --config configs/skipgram.toml -o vectors.safetensors
  embtrain train 'docs/*.jsonl.zst' --field text --tokenizer words --lowercase -o vectors.safetensors
  embtrain train corpus.txt --vocab vocab.txt -o vectors.safetensors
"""


@click.command(cls=TrainCommand, epilog=EPILOG)
@click.argument("corpus", nargs=-1)
@click.option("-o", "--output", metavar="FILE", required=True, help="Vectors file to write, - for stdout.")
@click.option("--vocab", metavar="FILE", help="Use this vocabulary, from 'embtrain vocab build'.")
@click.option("--context", is_flag=True, help="Write the context (output) vectors too.")
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option(
    *("--config", "recipe"),
    metavar="FILE",
    is_eager=True,
    callback=load_recipe,
    help="TOML file with any of these options; the command line wins over it.",
)
@corpus_options
@click.option(
    "--tmp-dir",
    metavar="DIR",
    help="Where the text is kept while training, 4 bytes a word [default: the system's choice].",
)
@click.option("--log", metavar="FILE", help="Write one JSON object per event to FILE, for 'embtrain plot'.")
@click.option(
    "--progress", type=click.Choice(MODES), default="auto", show_default=True, help="How to show progress."
)
@eval_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings.")
def command(
    corpus: tuple[str, ...],
    output: str,
    vocab: str | None,
    force: bool,
    context: bool,
    recipe: str | None,
    tmp_dir: str | None,
    log: str | None,
    format: str,
    field: str,
    on_error: str,
    progress: Mode,
    eval_sets: tuple[str, ...],
    patience: int | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Train word vectors from text.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. A line is a sentence, and a JSON line or Parquet row ends one;
    words are what white space separates, unless --tokenizer says otherwise.
    """
    config = make_config({name.replace("_", "-"): value for name, value in options.items()})
    scored = [path for paths in named_sets(eval_sets).values() for path in paths]
    check_output(output, force)
    check_apart([output, log], [*(corpus or "-"), vocab, recipe, *text_files(config), *scored])
    target = check_format(output, context)
    check_outside(log, corpus)
    backend = choose_backend(config.backend, config.device, config.model)
    check_options(backend.name, config)
    _check_stdin(corpus, vocab, config, eval_sets)
    sets = _read_eval(eval_sets, patience, backend)
    # Importing torch takes as long as reading a hundred megabytes, and can be done meanwhile; what reading
    # needs comes first, because an import that waits for another's library to load would keep Ctrl-C waiting
    # too.
    import embtrain.text.encode  # noqa: F401

    reporter = Reporter(progress, quiet)
    reader = make_reader(config, tmp_dir, reporter.warn, format=format, field=field, on_error=on_error)
    config = reader.tokenization.identity()
    preload = start_preload()
    with (
        reporter,
        _open_log(log, force, reporter) as events,
        _encode(corpus, reader, config, vocab, tmp_dir, reporter) as encoded,
    ):
        if hint := thread_hint(config):
            reporter.warn(hint)
        _say_backend(backend, config, reporter)
        _check_space(encoded, config, output, context, tmp_dir)
        preload.join()
        if events is not None:
            events.begin()
        trainer = _train(encoded, config, reporter, sets, patience)
        stats = encoded.stats
        encoded.close()
        notes = {"counted": vocab is None, "files": reader.tokenization.kept_files}
        _save(trainer, stats, output, force, context, tmp_dir, target, reporter, notes)


def _open_log(path: str | None, force: bool, reporter: Reporter) -> AbstractContextManager[EventLog | None]:
    """The log, which gets all that the reporter gets; it ends with the context."""
    if path is None:
        return nullcontext()
    log = EventLog(path, force, reporter.warn, "command line")
    reporter.sink = log.write
    return log


def _encode(
    corpus: tuple[str, ...],
    reader: "TextReader",
    config: TrainConfig,
    vocab: str | None,
    tmp_dir: str | None,
    reporter: Reporter,
) -> "EncodedCorpus":
    from embtrain.io.inputs.meter import measure
    from embtrain.text.encode import encode_corpus

    measured = measure()

    def on_progress(stats: "EncodeStats") -> None:
        reporter.update("reading", stats.tokens, None, "words", {"types": stats.types}, measured.share)

    encoded = encode_corpus(
        corpus,
        min_count=config.min_count,
        max_sentence=config.max_sentence,
        tmp_dir=tmp_dir,
        vocabulary=None if vocab is None else _read_vocab(vocab, config, reporter),
        on_progress=on_progress,
        warn=reporter.warn,
        read=reader,
        on_read=reader.report,
        stop_words=reader.tokenization.stop_words,
    )
    reporter.end_phase()
    for note in reader.notes:
        reporter.note(note)
    _say_what_was_read(encoded.stats, config, reporter, counted=vocab is None)
    return encoded


def _read_vocab(vocab: str, config: TrainConfig, reporter: Reporter) -> "Vocabulary":
    """The words of --vocab that are frequent enough; what is left out of them is said."""
    from embtrain.text.vocab.read import read_vocabulary

    loaded = read_vocabulary(vocab, config.min_count, config.encoding)
    words, counts = loaded.vocabulary, loaded.counts
    check_noise(vocab, counts, config)
    read = number_of(loaded.words, "word that stands", "words that stand")
    reporter.note(f"read a vocabulary of {read} for {number_of(loaded.tokens, 'token')}")
    if len(words) < loaded.words:
        tokens = number_of(loaded.tokens - int(counts.sum()), "token")
        reporter.note(
            f"left out {loaded.words - len(words):,} of its words, counted fewer than "
            f"{number_of(config.min_count, 'time')}, {tokens}; "
            f"{number_of(len(words), 'word remains', 'words remain')}"
        )
    return words


def _say_what_was_read(stats: "EncodeStats", config: TrainConfig, reporter: Reporter, counted: bool) -> None:
    """Everything that was dropped or cut is said here, with its number."""
    different = f"{stats.types:,} different, " if counted else ""
    reporter.note(
        f"read {number_of(stats.tokens, 'word')}, {different}{number_of(stats.sentences, 'sentence')} "
        f"({stats.spool_bytes / 1e6:.0f} MB of ids on disk)"
    )
    if not counted:
        unseen = stats.kept_types - stats.types
        reporter.note(
            f"left out {number_of(stats.dropped_tokens, 'word that is', 'words that are')} not in the "
            f"vocabulary; {unseen:,} of its {number_of(stats.kept_types, 'word')} "
            f"{'does' if unseen == 1 else 'do'} not occur"
        )
    if stats.dropped_types:
        reporter.note(
            f"left out {number_of(stats.dropped_types, 'word')} seen fewer than "
            f"{number_of(config.min_count, 'time')}, {number_of(stats.dropped_tokens, 'token')}; "
            f"{number_of(stats.kept_types, 'word remains', 'words remain')}"
        )
    if stats.stop_types:
        tokens = f", {number_of(stats.stop_tokens, 'token')}" if counted else ""
        reporter.note(f"left out {number_of(stats.stop_types, 'word')} of the stop list{tokens}")
    if stats.splits:
        reporter.note(
            f"split long lines {number_of(stats.splits, 'time')}, every "
            f"{number_of(config.max_sentence, 'word')} (--max-sentence)"
        )
    if stats.long_tokens:
        reporter.warn(f"left out {number_of(stats.long_tokens, 'word')} longer than 65,536 bytes")
    if stats.boms:
        reporter.note(f"left out {number_of(stats.boms, 'byte order mark')}")


def _say_backend(choice: Choice, config: TrainConfig, reporter: Reporter) -> None:
    """Another backend than the usual one is always said, and a fallback even where only warnings are."""
    if choice.fallback is not None:
        reporter.warn(f"training with the slower backend '{choice.name}': {choice.fallback}")
    elif choice.name != "cpu":
        where = f" on {config.device}" if choice.name == "batched" else ""
        reporter.note(f"training with the backend '{choice.name}'{where}")


def _say_learning_rate(given: TrainConfig, used: TrainConfig, reporter: Reporter) -> None:
    """A default that is lower than the usual one is said."""
    usual = given.resolved().lr
    if used.lr != usual:
        reporter.note(
            f"learning rate {used.lr:g} instead of {usual:g}, because of the window and the epochs; "
            "--lr sets it"
        )


def _check_stdin(
    corpus: tuple[str, ...], vocab: str | None, config: TrainConfig, eval_sets: tuple[str, ...]
) -> None:
    """Raises UsageError where more than one input is to come from stdin."""
    users = ["the corpus"] if not corpus or "-" in corpus else []
    users += ["--vocab"] if vocab == "-" else []
    users += ["--stop-words"] if config.stop_words == "-" else []
    users += [f"--eval {given}" for given in eval_sets if given.partition(":")[2] == "-"]
    if len(users) > 1:
        raise UsageError(f"stdin (-) is both {users[0]} and {users[1]}, but it can be read only once")


def _read_eval(eval_sets: tuple[str, ...], patience: int | None, backend: Choice) -> "list[EvaluationSet]":
    """The sets of --eval, before the text is read. Raises UsageError, DataError for what is no set."""
    if patience is not None and not eval_sets:
        raise UsageError("--patience needs scores: name a set with --eval")
    if eval_sets and backend.name == "gensim":
        raise UsageError("--eval: gensim trains all epochs by itself; use `embtrain evaluate` afterwards")
    return read_eval_sets(eval_sets) if eval_sets else []


def _train(
    encoded: "EncodedCorpus",
    config: TrainConfig,
    reporter: Reporter,
    sets: "Sequence[EvaluationSet]",
    patience: int | None,
) -> "Trainer | GensimTrainer":
    from embtrain.training.log import TrainingLog
    from embtrain.training.start import make_trainer

    trainer = make_trainer(encoded, config)
    _say_learning_rate(config, trainer.config, reporter)
    config = trainer.config
    total = encoded.tokens * config.epochs
    started = {"tool": f"embtrain {__version__}", "started": datetime.now(UTC).isoformat(timespec="seconds")}
    sizes = {"vocabulary": len(encoded.vocabulary), "words": encoded.tokens, "total": total}
    reporter.record("start", started | sizes | {"config": json.loads(config.to_json())})
    log = TrainingLog(reporter, total)

    def on_step(now: "Progress") -> None:
        rate = now.words / now.seconds
        fields: dict[str, Any] = {"loss": now.loss} if now.pairs else {}
        fields |= {"words/s": rate, "eta": (total - now.done) / rate}
        fields |= {"epoch": f"{now.epoch}/{config.epochs}", "lr": now.lr}
        if now.counts_pairs:
            fields["pairs/s"] = now.pairs / now.seconds
        reporter.update("training", now.done, total, "words", fields)
        log.step(now)

    evaluator = make_evaluator(sets, encoded.vocabulary, patience) if sets else None
    examiner = _make_examiner(trainer, evaluator, patience)

    def on_epoch(now: "Progress") -> bool:
        goes_on = examiner is None or examiner(now)
        if evaluator is not None:
            now.coverage = evaluator.coverage
            reporter.note(f"epoch {now.epoch}: {evaluator.describe(now.scores)}")
        log.epoch(now)
        return goes_on

    epochs = trainer.train(on_step, on_epoch)
    reporter.end_phase()
    if examiner is not None and patience is not None:
        examiner.restore()
        reporter.note(f"kept epoch {examiner.best} of {len(epochs)}")
    seconds = sum(e.seconds for e in epochs)
    words, pairs = sum(e.words for e in epochs), sum(e.pairs for e in epochs)
    counted = epochs[-1].counts_pairs
    loss = epochs[-1].loss if epochs[-1].pairs else None
    reporter.event(
        "trained",
        {"seconds": seconds, "epoch_seconds": [e.seconds for e in epochs], "words": words,
         "pairs": pairs if counted else None, "words_per_second": words / seconds,
         "pairs_per_second": pairs / seconds if counted else None, "loss": loss},
    )  # fmt: skip
    reporter.note(
        f"trained {number_of(len(epochs), 'epoch')} in {seconds:.1f} s: {words / seconds:,.0f} words/s"
        + (f", {pairs / seconds:,.0f} pairs/s" if counted else "")
        + (f", loss {loss:.4f}" if loss is not None else "")
    )
    return trainer


def _make_examiner(
    trainer: "Trainer | GensimTrainer", evaluator: "SetEvaluator | None", patience: int | None
) -> "Examiner | None":
    from embtrain.training.patience import Examiner
    from embtrain.training.trainer import Trainer

    if evaluator is None or not isinstance(trainer, Trainer):
        return None
    return Examiner(trainer.model, evaluator, patience)


def _check_space(
    encoded: "EncodedCorpus", config: TrainConfig, output: str, context: bool, tmp_dir: str | None
) -> None:
    """Raises ResourceError before the training where its vectors will not fit on the disk."""
    words = encoded.vocabulary
    n_bytes = output_bytes(len(words), len(words.arena), config.dim, 2 if context else 1)
    check_space(output, n_bytes, encoded.stats.spool_bytes, tmp_dir)


def _save(
    trainer: "Trainer | GensimTrainer",
    stats: "EncodeStats",
    output: str,
    force: bool,
    context: bool,
    tmp_dir: str | None,
    target: "Format",
    reporter: Reporter,
    notes: dict[str, Any],
) -> None:
    from embtrain.training.metadata import metadata

    model, vocabulary = trainer.model, trainer.corpus.vocabulary
    told = metadata(trainer.config, stats, trainer.epochs, **notes)
    size, left_out = save_vectors(
        output,
        force,
        tmp_dir,
        target,
        vocabulary,
        model.vectors(),
        model.context() if context else None,
        told,
    )
    where = ("stdout" if output == "-" else output) + shown_format(output, target)
    reporter.event("saved", {"words": len(vocabulary), "dim": model.dim, "bytes": size})
    reporter.note(
        f"wrote {number_of(len(vocabulary), 'vector')} of {model.dim} to {where} ({size / 1e6:.1f} MB)"
    )
    if left_out:
        reporter.note(f"left out what the format {target.name} cannot hold: {', '.join(left_out)}")
