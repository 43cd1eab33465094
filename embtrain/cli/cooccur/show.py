"""`embtrain cooccur show`: prints what a file of counts holds."""

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import stanford_options, tmp_dir_option
from embtrain.cli.cooccur.stanford import stanford_of
from embtrain.cli.print_line import print_line
from embtrain.cli.query.options import json_option, topn_option
from embtrain.cli.query.output_lines import json_line, text_of, tsv_line
from embtrain.errors import NotFoundError
from embtrain.native import require
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix

Context = tuple[bytes, float]


@click.command()
@click.argument("counts")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@topn_option
@json_option
@stanford_options
@tmp_dir_option
def command(
    counts: str,
    words: tuple[str, ...],
    topn: int,
    as_json: bool,
    vocab: str | None,
    window: int | None,
    symmetric: bool,
    distance_weighting: bool,
    tmp_dir: str | None,
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
    stanford = stanford_of(vocab, window, symmetric, distance_weighting)
    with closing(open_counts(counts, tmp_dir, stanford, check=False)) as matrix:
        if not words:
            _print_summary(_summary(matrix), as_json)
        for word in words:
            query, found = word.encode("utf-8", "surrogateescape"), _contexts(matrix, word, topn)
            sys.stdout.buffer.writelines(_lines(query, found, as_json))


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


def _lines(query: bytes, found: list[Context], as_json: bool) -> list[bytes]:
    if as_json:
        contexts = [{"word": text_of(word), "count": round(count, 6)} for word, count in found]
        return [json_line({"query": text_of(query), "contexts": contexts})]
    return [
        tsv_line((query, b"%d" % rank, word, b"%.6f" % count)) for rank, (word, count) in enumerate(found, 1)
    ]
