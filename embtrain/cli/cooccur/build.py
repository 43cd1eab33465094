"""`embtrain cooccur build`: counts the co-occurrences of a text."""

from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import counting_options, memory_option, write_matrix, writing_options
from embtrain.cli.corpus_options import corpus_options, make_reader, text_options, text_settings
from embtrain.cli.train.options import AliasCommand
from embtrain.cli.values import ValueType
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.native import require
from embtrain.processors import available_processors
from embtrain.values import Allowed
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain.counts.matrix import Counting, CountMatrix
    from embtrain.text.corpus import EncodedCorpus, EncodeStats


@click.command(cls=AliasCommand)
@click.argument("corpus", nargs=-1)
@counting_options
@click.option(
    "--min-count",
    type=ValueType(Allowed(int, low=0, high=2**62)),
    metavar="N",
    default=5,
    show_default=True,
    help="Leave out words seen fewer than N times; the words around them move together.",
)
@click.option(
    "--vocab", metavar="FILE", help="Count these words, from 'embtrain vocab build', and ignore --min-count."
)
@writing_options
@memory_option
@text_options
@corpus_options
def command(
    corpus: tuple[str, ...],
    window: int,
    symmetric: bool,
    distance_weighting: bool,
    min_count: int,
    vocab: str | None,
    output: str,
    to: str,
    threads: int | None,
    tmp_dir: str | None,
    force: bool,
    memory: int,
    format: str,
    field: str,
    on_error: str,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Count which words of a text occur near each other.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. Pairs are counted within lines. Counts are exact, so --memory
    and --threads do not change them, and 'embtrain cooccur merge' adds up parts that were counted with the
    same --vocab.

    \b
    Examples:
      embtrain cooccur build corpus.txt --window 10 -o counts.cooc
      embtrain cooccur build part-07.txt.gz --vocab vocab.txt -o part-07.cooc
      embtrain cooccur build corpus.txt --to stanford -o cooccurrence.bin
    """
    from embtrain.counts.matrix import Counting
    from embtrain.text.tokenizers.files import files_of

    require("counting co-occurrences")
    config = text_settings(options)
    check_output(output, force)
    check_apart([output], [*(corpus or "-"), vocab, *files_of(config)])
    counting = Counting(window, symmetric, distance_weighting)
    with Reporter(progress, quiet) as reporter:
        reader = make_reader(config, tmp_dir, reporter.warn, format=format, field=field, on_error=on_error)
        with _encode(corpus, reader, min_count, vocab, config.encoding, tmp_dir, reporter) as encoded:
            for note in reader.notes:
                reporter.note(note)
            _say_what_was_read(encoded.stats, min_count, vocab is None, reporter)
            matrix = _count(encoded, counting, memory, threads or available_processors(), tmp_dir, reporter)
        try:
            write_matrix(matrix, output, to, force, tmp_dir, reporter)
        finally:
            matrix.close()


def _encode(
    corpus: tuple[str, ...],
    reader: Any,
    min_count: int,
    vocab: str | None,
    encoding: str,
    tmp_dir: str | None,
    reporter: Reporter,
) -> "EncodedCorpus":
    from embtrain.io.inputs.meter import measure
    from embtrain.text.encode import encode_corpus
    from embtrain.text.vocab.read import read_vocabulary

    words = None if vocab is None else read_vocabulary(vocab, 0, encoding).vocabulary
    measured = measure()

    def on_progress(stats: "EncodeStats") -> None:
        reporter.update("reading", stats.tokens, None, "words", {"types": stats.types}, measured.share)

    encoded = encode_corpus(
        corpus,
        min_count=min_count,
        tmp_dir=tmp_dir,
        vocabulary=words,
        on_progress=on_progress,
        warn=reporter.warn,
        reader=reader,
    )
    reporter.end_phase()
    return encoded


def _say_what_was_read(stats: "EncodeStats", min_count: int, counted: bool, reporter: Reporter) -> None:
    left_out = f"{number_of(stats.dropped_tokens, 'token')} left out"
    if counted and stats.dropped_types:
        left_out += f" of {number_of(stats.dropped_types, 'word')} seen fewer than {min_count:,} times"
    reporter.note(
        f"read {number_of(stats.tokens, 'word')}, {number_of(stats.sentences, 'sentence')}; {left_out}"
    )
    if stats.splits:
        reporter.note(f"split long lines {number_of(stats.splits, 'time')}, every 10,000 words")
    if stats.long_tokens:
        reporter.warn(f"left out {number_of(stats.long_tokens, 'word')} longer than 65,536 bytes")


def _count(
    encoded: "EncodedCorpus",
    counting: "Counting",
    memory: int,
    threads: int,
    tmp_dir: str | None,
    reporter: Reporter,
) -> "CountMatrix":
    from embtrain.counts.build import Working, count_cooccurrences
    from embtrain.io.reporting.log import resident_bytes

    def on_progress(phase: str, done: int, total: int) -> None:
        reporter.update(phase, done, total, "words", {})

    working = Working(max(memory - resident_bytes(), 0), threads, tmp_dir, on_progress)
    matrix = count_cooccurrences(encoded, counting, working)
    reporter.end_phase()
    return matrix
