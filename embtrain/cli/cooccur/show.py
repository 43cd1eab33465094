"""`embtrain cooccur show`: prints what a file of counts holds."""

import json
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import opened_counts
from embtrain.cli.values import ValueType
from embtrain.errors import NotFoundError
from embtrain.native import require
from embtrain.values import Allowed

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix


@click.command()
@click.argument("counts")
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="WORD",
    help="Show the words most often near it; may be repeated.",
)
@click.option(
    "-k",
    "top",
    type=ValueType(Allowed(int, low=1, high=2**31)),
    metavar="N",
    default=10,
    show_default=True,
    help="Words to show for each --word.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON objects, one a line.")
def command(counts: str, words: tuple[str, ...], top: int, as_json: bool) -> None:
    """Print what a file of counts holds.

    COUNTS is a file from 'embtrain cooccur build', or - for stdin. With --word, print the words most
    often near it instead, as lines of word, other word and count.
    """
    require("reading counts")
    with opened_counts([counts]) as (matrix,):
        records = [_summary(matrix)] if not words else [r for word in words for r in _row(matrix, word, top)]
        for record in records:
            click.echo(json.dumps(record, ensure_ascii=False) if as_json else _text(record))


def _summary(matrix: "CountMatrix") -> dict[str, Any]:
    return {
        "words": len(matrix.vocabulary),
        "tokens": matrix.tokens,
        "window": matrix.counting.window,
        "symmetric": matrix.counting.symmetric,
        "distance_weighting": matrix.counting.distance_weighting,
        "pairs": matrix.count_pairs(),
        "bytes": matrix.n_bytes,
    }


def _row(matrix: "CountMatrix", word: str, top: int) -> list[dict[str, Any]]:
    row = int(matrix.vocabulary.find([word])[0])
    if row < 0:
        raise NotFoundError(f"'{word}' is not in the vocabulary of the counts")
    columns, counts = matrix.entries(row)
    best = sorted(zip(columns.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [{"word": word, "near": matrix.vocabulary[column], "count": count} for column, count in best[:top]]


def _text(record: dict[str, Any]) -> str:
    if "near" in record:
        return f"{record['word']}\t{record['near']}\t{record['count']:.6g}"
    return "\n".join(f"{key.replace('_', ' '):<20}{value}" for key, value in record.items())
