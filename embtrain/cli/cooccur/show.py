"""`embtrain cooccur show`: prints what a file of counts holds."""

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import stanford_options
from embtrain.cli.cooccur.stanford import stanford_of
from embtrain.cli.print_line import print_line
from embtrain.cli.query.options import line_form, line_options, topn_option
from embtrain.cli.query.output_lines import Table, json_line, text_of
from embtrain.cli.run_options import tmp_dir_option
from embtrain.cli.shell.completed import FILE
from embtrain.errors import NotFoundError, UsageError
from embtrain.native import require
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix

Context = tuple[bytes, float]


@click.command()
@click.argument("counts", type=FILE)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@topn_option
@line_options
@stanford_options
@tmp_dir_option()
def command(
    counts: str,
    words: tuple[str, ...],
    topn: int,
    vocab: str | None,
    window: int | None,
    symmetric: bool,
    distance_weighting: bool,
    tmp_dir: str | None,
    **options: Any,
) -> None:
    """Print the words counted most often with each WORD, or what COUNTS holds.

    COUNTS is a file from 'embtrain cooccur build', or - for stdin; with --vocab, it may also be one of
    Stanford's GloVe. Each row is query, rank, word, count, separated by tabs.

    \b
    Examples:
      embtrain cooccur show counts.cooc
      embtrain cooccur show counts.cooc king queen -k 5
    """
    from embtrain.counts.opening import open_counts

    require("reading counts")
    form = line_form(options)
    if not words and form in ("csv", "tsv"):
        raise UsageError(f"--{form} is a table of words that were counted together: name a WORD")
    stanford = stanford_of(vocab, window, symmetric, distance_weighting)
    table = Table(form, ("query", "rank", "word", "count"))
    with closing(open_counts(counts, tmp_dir, stanford, check=False)) as matrix:
        if not words:
            _print_summary(_summary(matrix), form != "rows")
        for number, word in enumerate(words):
            query, found = word.encode("utf-8", "surrogateescape"), _contexts(matrix, word, topn)
            sys.stdout.buffer.write(b"" if number else table.head)
            sys.stdout.buffer.writelines(_lines(query, found, table))


def _summary(matrix: "CountMatrix") -> dict[str, Any]:
    return {
        "words": len(matrix.vocabulary),
        "tokens": matrix.tokens or None,
        "window": matrix.counting.window,
        "symmetric": matrix.counting.symmetric,
        "distance_weighting": matrix.counting.distance_weighting,
        "pairs": matrix.count_pairs(),
        "bytes": matrix.n_bytes,
    }


def _print_summary(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_line(json.dumps(summary))
        return
    for key, value in summary.items():
        shown = json.dumps(value) if isinstance(value, bool) else "unknown" if value is None else f"{value:,}"
        print_line(f"{key.replace('_', ' ')}: {shown}")


def _contexts(matrix: "CountMatrix", word: str, topn: int) -> list[Context]:
    """Returns the words with the highest counts; of equal counts, the more frequent word comes first."""
    import numpy as np

    from embtrain.vectors.suggest import suggest

    row = int(matrix.vocabulary.find([word])[0])
    if row < 0:
        near = suggest(matrix.vocabulary, word.encode("utf-8", "surrogateescape"))
        hint = f"; did you mean {near!r}?" if near else ""
        raise NotFoundError(f"{word!r} is not among the {counted(len(matrix.vocabulary), 'word')}{hint}")
    _, columns, counts = matrix.entries(row, row + 1)
    best = np.lexsort((columns, -counts))[:topn]
    return [
        (matrix.vocabulary.word_bytes(column), count)
        for column, count in zip(columns[best].tolist(), counts[best].tolist(), strict=True)
    ]


def _lines(query: bytes, found: list[Context], table: Table) -> list[bytes]:
    if table.form == "json":
        contexts = [{"word": text_of(word), "count": round(count, 6)} for word, count in found]
        return [json_line({"query": text_of(query), "contexts": contexts})]
    return [table.row((query, rank, word, count)) for rank, (word, count) in enumerate(found, 1)]
