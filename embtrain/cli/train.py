"""`embtrain train`: text in, vectors out."""

import json
from typing import TYPE_CHECKING, Any

import click

from embtrain import __version__
from embtrain.cli.corpus_options import corpus_options, make_reader
from embtrain.cli.train_options import TrainCommand, load_recipe
from embtrain.config import TrainConfig, make_config
from embtrain.io.atomic import check_output, open_output
from embtrain.io.progress import MODES, Mode, Reporter
from embtrain.training.preload import start_preload

if TYPE_CHECKING:
    from embtrain.text.corpus import EncodedCorpus, EncodeStats
    from embtrain.text.reading import TextReader
    from embtrain.training.trainer import Progress, Trainer

EPILOG = """\b
Examples:
  embtrain train corpus.txt -o vectors.safetensors
  embtrain train part-*.txt.gz --dim 300 --epochs 10 -o vectors.safetensors
  zcat corpus.gz | embtrain train - -o - | embtrain export - --to word2vec -o vectors.bin
  embtrain train corpus.txt --config configs/skipgram.toml -o vectors.safetensors
  embtrain train 'docs/*.jsonl.zst' --field text --tokenizer words --lowercase -o vectors.safetensors
"""


@click.command(cls=TrainCommand, epilog=EPILOG)
@click.argument("corpus", nargs=-1)
@click.option("-o", "--output", metavar="FILE", required=True, help="Vectors file to write, - for stdout.")
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
@click.option("--tmp-dir", metavar="DIR", help="Where token ids are kept while training, 4 bytes each.")
@click.option(
    "--progress", type=click.Choice(MODES), default="auto", show_default=True, help="How to show progress."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings.")
def command(
    corpus: tuple[str, ...],
    output: str,
    force: bool,
    context: bool,
    recipe: str | None,
    tmp_dir: str | None,
    format: str,
    field: str,
    on_error: str,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Train word vectors from text.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. A line is a sentence, and a JSON line or Parquet row ends one;
    words are what white space separates, unless --tokenizer says otherwise.
    """
    config = make_config({name.replace("_", "-"): value for name, value in options.items()}).resolved()
    check_output(output, force)
    # Importing torch takes as long as reading a hundred megabytes, and can be done meanwhile; what reading
    # needs comes first, because an import that waits for another's library to load would keep Ctrl-C waiting
    # too.
    import embtrain.text.encode  # noqa: F401

    reporter = Reporter(progress, quiet)
    reader = make_reader(config, tmp_dir, reporter.warn, format=format, field=field, on_error=on_error)
    config = reader.tokenization.identity()
    preload = start_preload()
    with reporter, _encode(corpus, reader, config, tmp_dir, reporter) as encoded:
        preload.join()
        trainer = _train(encoded, config, reporter)
        stats = encoded.stats
        encoded.close()
        _save(trainer, stats, output, force, context, reporter)


def _encode(
    corpus: tuple[str, ...],
    reader: "TextReader",
    config: TrainConfig,
    tmp_dir: str | None,
    reporter: Reporter,
) -> "EncodedCorpus":
    from embtrain.text.encode import encode_corpus

    def on_progress(stats: "EncodeStats") -> None:
        reporter.update("reading", stats.tokens, None, "words", {"types": stats.types})

    encoded = encode_corpus(
        corpus,
        min_count=config.min_count,
        max_sentence=config.max_sentence,
        tmp_dir=tmp_dir,
        on_progress=on_progress,
        warn=reporter.warn,
        read=reader,
        on_read=reader.report,
        stop_words=reader.tokenization.stop_words,
    )
    reporter.end_phase()
    for note in reader.notes:
        reporter.note(note)
    _say_what_was_read(encoded.stats, config, reporter)
    return encoded


def _say_what_was_read(stats: "EncodeStats", config: TrainConfig, reporter: Reporter) -> None:
    """Everything that was dropped or cut is said here, with its number."""
    reporter.note(
        f"read {stats.tokens:,} words, {stats.types:,} different, {stats.sentences:,} sentences "
        f"({stats.spool_bytes / 1e6:.0f} MB of ids on disk)"
    )
    if stats.dropped_types:
        reporter.note(
            f"left out {stats.dropped_types:,} words seen fewer than {config.min_count} times, "
            f"{stats.dropped_tokens:,} tokens; {stats.kept_types:,} words remain"
        )
    if stats.stop_types:
        reporter.note(f"left out {stats.stop_types:,} words of the stop list, {stats.stop_tokens:,} tokens")
    if stats.splits:
        reporter.note(
            f"split long lines {stats.splits:,} times, every {config.max_sentence:,} words (--max-sentence)"
        )
    if stats.long_tokens:
        reporter.warn(f"left out {stats.long_tokens:,} words longer than 65,536 bytes")
    if stats.boms:
        reporter.note(f"left out {stats.boms:,} byte order marks")


def _train(encoded: "EncodedCorpus", config: TrainConfig, reporter: Reporter) -> "Trainer":
    from embtrain.training.trainer import Trainer

    trainer = Trainer(encoded, config)
    total = encoded.tokens * config.epochs

    def on_step(now: "Progress") -> None:
        rates = {"words/s": now.words / now.seconds, "pairs/s": now.pairs / now.seconds}
        left = {"eta": f"{(total - now.done) / rates['words/s']:.0f}s"}
        fields = {"epoch": f"{now.epoch}/{config.epochs}", "loss": now.loss, "lr": now.lr} | rates | left
        reporter.update("training", now.done, total, "words", fields)
        if now.done == now.epoch * encoded.tokens:
            reporter.event("epoch", now.as_record() | {"seconds": now.seconds})

    epochs = trainer.train(on_step)
    reporter.end_phase()
    seconds = sum(e.seconds for e in epochs)
    words, pairs = sum(e.words for e in epochs), sum(e.pairs for e in epochs)
    reporter.event(
        "trained",
        {"seconds": seconds, "epoch_seconds": [e.seconds for e in epochs], "words": words, "pairs": pairs,
         "words_per_second": words / seconds, "pairs_per_second": pairs / seconds, "loss": epochs[-1].loss},
    )  # fmt: skip
    reporter.note(
        f"trained {config.epochs} epochs in {seconds:.1f} s: {words / seconds:,.0f} words/s, "
        f"{pairs / seconds:,.0f} pairs/s, loss {epochs[-1].loss:.4f}"
    )
    return trainer


def _metadata(trainer: "Trainer", stats: "EncodeStats") -> dict[str, str]:
    """Configuration, provenance, course of training. No times, no names: equal runs make equal files."""
    corpus = {
        "bytes": stats.bytes,
        "tokens": stats.tokens,
        "types": stats.types,
        "sentences": stats.sentences,
        "trained_tokens": stats.kept_tokens,
        "sha256": stats.digest,
    }
    return {
        "config": trainer.config.to_json(),
        "provenance": json.dumps({"tool": f"embtrain {__version__}", "corpus": corpus}),
        "training": json.dumps([epoch.as_record() for epoch in trainer.epochs]),
    }


def _save(
    trainer: "Trainer", stats: "EncodeStats", output: str, force: bool, context: bool, reporter: Reporter
) -> None:
    from embtrain.vectors.store import write_store

    model, vocabulary = trainer.model, trainer.corpus.vocabulary
    with open_output(output, force) as file:
        size = write_store(
            file, vocabulary, model.vectors(), model.context() if context else None, _metadata(trainer, stats)
        )
    where = "stdout" if output == "-" else output
    reporter.event("saved", {"words": len(vocabulary), "dim": model.dim, "bytes": size})
    reporter.note(f"wrote {len(vocabulary):,} vectors of {model.dim} to {where} ({size / 1e6:.1f} MB)")
