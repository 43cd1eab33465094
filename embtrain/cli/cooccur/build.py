"""`embtrain cooccur build`: counts the co-occurrences of a text."""

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import counting_options, memory_option, writing_options
from embtrain.cli.cooccur.writing import CountsWriting
from embtrain.cli.corpus_options import corpus_options, counted_text_options, make_reader, text_settings
from embtrain.cli.recipe import config_file_option
from embtrain.cli.run_options import max_sentence_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.train.group import is_first, joined
from embtrain.cli.train.options import TextCommand
from embtrain.cli.values import ValueType
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.native import require
from embtrain.option_names import option
from embtrain.values import Allowed
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.counts.counting import Counting
    from embtrain.counts.matrix import CountMatrix
    from embtrain.counts.plan import CountingPlan
    from embtrain.text.corpus import EncodedCorpus, EncodeStats
    from embtrain.text.reading import TextReader
    from embtrain.training.group.counting import SharedText


@click.command(cls=TextCommand)
@click.argument("corpus", type=FILE, nargs=-1)
@counting_options(window=10)
@click.option(
    "--min-count",
    type=ValueType(Allowed(int, low=1, high=2**62)),
    metavar="N",
    default=5,
    show_default=True,
    help="Leave out words seen fewer than N times; the words around them move together.",
)
@click.option(
    "--vocab",
    metavar="FILE",
    type=FILE,
    help="Count the words of this vocabulary, from 'embtrain vocab build'; --min-count is then not used.",
)
@max_sentence_option("pairs")
@writing_options
@memory_option
@counted_text_options
@corpus_options
@config_file_option
def command(
    corpus: tuple[str, ...],
    config_file: str | None,
    window: int,
    symmetric: bool,
    distance_weighting: bool,
    min_count: int,
    vocab: str | None,
    max_sentence: int,
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
      embtrain cooccur build corpus.txt --vocab vocab.txt --to stanford -o cooccurrence.bin
    """
    from embtrain.counts.counting import Counting
    from embtrain.text.tokenizers.files import files_of
    from embtrain.text_record import text_options_record

    require("counting co-occurrences")
    writing = CountsWriting.taken_from(options)
    config = text_settings(options)
    with joined() as group, Reporter(progress, quiet or not is_first()) as reporter:
        if is_first():
            writing.check([*(corpus or "-"), vocab, *files_of(config), config_file])
        reader = make_reader(
            config, writing.tmp_dir, reporter.warn, format=format, field=field, on_error=on_error
        )
        words = _Words(min_count, vocab, max_sentence, config.encoding)
        counting, share = Counting(window, symmetric, distance_weighting), None
        if group is not None:
            from embtrain.training.group.parts import check_alike, share_of

            same = {"format": format, "field": field, "on_error": on_error, "max_sentence": max_sentence}
            check_alike(
                group, config, corpus or ("-",), {**options, **same, **words.options, **asdict(counting)}
            )
            share = share_of(group, config)
        with words.encode(corpus, reader, writing.tmp_dir, reporter, share) as encoded:
            matrix = _count(encoded, counting, memory, writing, reporter)
        matrix.text = text_options_record(reader.tokenization.identity())
        with closing(matrix):
            if group is None:
                writing.write(matrix, reporter)
                return
            from embtrain.cli.cooccur.together import add_up_together

            add_up_together(group, matrix, writing, reporter)


class _Words:
    """Which words are counted."""

    def __init__(self, min_count: int, vocab: str | None, max_sentence: int, encoding: str) -> None:
        self._min_count = min_count
        self._vocab = vocab
        self._max_sentence = max_sentence
        self._encoding = encoding

    @property
    def options(self) -> dict[str, object]:
        """The options that choose them."""
        return {"min_count": self._min_count, "vocab": self._vocab}

    def encode(
        self,
        corpus: tuple[str, ...],
        reader: "TextReader",
        tmp_dir: str | None,
        reporter: Reporter,
        share: "SharedText | None",
    ) -> "EncodedCorpus":
        """Reads the text, or the share of this process, and says what was left out."""
        from embtrain.io.inputs.meter import measure
        from embtrain.text.encode import encode_corpus
        from embtrain.text.input_notes import long_words
        from embtrain.text.vocab.read import read_vocabulary

        vocabulary = None
        if self._vocab is not None:
            vocabulary = read_vocabulary(self._vocab, 0, self._encoding).vocabulary
        measured = measure()

        def on_progress(stats: "EncodeStats") -> None:
            reporter.update("reading", stats.tokens, None, "words", {"types": stats.types}, measured.share)

        encoded = encode_corpus(
            corpus,
            min_count=self._min_count,
            max_sentence=self._max_sentence,
            tmp_dir=tmp_dir,
            vocabulary=vocabulary,
            on_progress=on_progress,
            warn=reporter.warn,
            reader=reader,
            share=share,
        )
        reporter.end_phase()
        notes = reader.notes if share is None else share.notes(reader.notes)
        for note in (*notes, *self._what_was_read(encoded.stats)):
            reporter.note(note)
        if encoded.stats.long_tokens:
            reporter.warn(long_words(encoded.stats.long_tokens))
        return encoded

    def _what_was_read(self, stats: "EncodeStats") -> list[str]:
        from embtrain.text.input_notes import byte_order_marks, split_lines, what_was_read

        said = [what_was_read(stats.tokens, stats.sentences, spool_bytes=stats.spool_bytes)]
        if self._vocab is not None and stats.dropped_tokens:
            words = counted(stats.dropped_tokens, "word that is", "words that are")
            said.append(f"left out {words} not in the vocabulary")
        elif stats.dropped_types:
            said.append(
                f"left out {counted(stats.dropped_types, 'word')} seen fewer than "
                f"{counted(self._min_count, 'time')}, {counted(stats.dropped_tokens, 'token')}; "
                f"{counted(stats.kept_types, 'word remains', 'words remain')}"
            )
        if stats.splits:
            consequence = "; pairs across a cut are not counted"
            said.append(split_lines(stats.splits, self._max_sentence, consequence))
        if stats.boms:
            said.append(byte_order_marks(stats.boms))
        return said


def _count(
    encoded: "EncodedCorpus", counting: "Counting", memory: int, writing: CountsWriting, reporter: Reporter
) -> "CountMatrix":
    from embtrain.counts.build import CountingResources, count_cooccurrences
    from embtrain.io.memory import resident_bytes

    def on_plan(plan: "CountingPlan") -> None:
        if plan.threads < writing.n_threads:
            reporter.note(
                f"counting with {counted(plan.threads, 'thread')}: each needs memory for all words; allow "
                f"more with {option('memory')}"
            )
        writing.say_room(plan.pairs, plan.rows_bytes, plan.tmp_bytes, reporter)

    def on_progress(phase: str, done: int, total: int) -> None:
        reporter.update(phase, done, total, "words", {})

    left = memory - resident_bytes()
    working = CountingResources(left, writing.n_threads, writing.tmp_dir, on_progress, on_plan)
    matrix = count_cooccurrences(encoded, counting, working)
    reporter.end_phase()
    return matrix
