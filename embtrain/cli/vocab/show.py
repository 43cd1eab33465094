"""`embtrain vocab show`: reports how much of its text a vocabulary covers."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.options import line_form
from embtrain.cli.query.output_lines import Table
from embtrain.cli.shell.completed import FILE
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.text.vocab.coverage import Coverage


@click.command()
@click.argument("vocabulary", type=FILE)
@click.option(
    "--min-count",
    "min_counts",
    type=click.IntRange(0),
    multiple=True,
    metavar="N",
    help="Minimum count to look at; may be repeated [default: 1 2 3 5 10 20 50 100].",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="One flat JSON object per minimum count.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV with a header, a row per minimum count.")
@click.option("--tsv", "as_tsv", is_flag=True, help="Tab-separated values with a header, likewise.")
def command(vocabulary: str, min_counts: tuple[int, ...], **options: Any) -> None:
    """Report how much of its text a vocabulary covers.

    VOCABULARY is a file of lines 'word count', or - for stdin. Shows its size, what remains at several
    minimum counts, and how much of the text its rarest words account for.
    """
    from embtrain.text.vocab.coverage import MIN_COUNTS, read_coverage

    form = line_form(options)
    coverage = read_coverage(vocabulary, min_counts or MIN_COUNTS)
    if form in ("rows", "json"):
        click.echo(json.dumps(_record(coverage)) if form == "json" else _text(coverage))
        return
    parts = _record(coverage)["min_counts"]
    table = Table(form, ("min_count", "words", "share_of_words", "tokens", "coverage"))
    sys.stdout.buffer.write(table.head)
    sys.stdout.buffer.writelines(table.row([part[name] for name in table.columns]) for part in parts)


def _record(coverage: "Coverage") -> dict[str, Any]:
    from embtrain.text.vocab.coverage import SHARES

    return {
        "words": coverage.words,
        "tokens": coverage.tokens,
        "highest_count": coverage.highest,
        "min_counts": [
            {
                "min_count": part.min_count,
                "words": part.words,
                "share_of_words": coverage.share_of_words(part.words),
                "tokens": part.tokens,
                "coverage": coverage.share_of_tokens(part.tokens),
            }
            for part in coverage.parts
        ],
        "words_needed": {f"{share}%": needed for share, needed in zip(SHARES, coverage.needed, strict=True)},
        "tail": {
            "once": {
                "words": coverage.once,
                "share_of_words": coverage.share_of_words(coverage.once),
                "share_of_tokens": coverage.share_of_tokens(coverage.once),
            },
            "rarer_nine_tenths": {
                "words": coverage.rare_words,
                "tokens": coverage.rare_tokens,
                "share_of_tokens": coverage.share_of_tokens(coverage.rare_tokens),
            },
        },
    }


def _text(coverage: "Coverage") -> str:
    from embtrain.text.vocab.coverage import SHARES

    of_words, of_tokens = coverage.share_of_words, coverage.share_of_tokens
    lines = [
        f"words   {coverage.words:,}",
        f"tokens  {coverage.tokens:,}",
        f"highest count  {coverage.highest:,}",
        "",
    ]
    lines.append(f"{'min-count':>9} {'words':>15} {'of words':>9} {'tokens':>19} {'coverage':>9}")
    lines += [
        f"{part.min_count:>9,} {part.words:>15,} {of_words(part.words):>9.2%} {part.tokens:>19,} "
        f"{of_tokens(part.tokens):>9.2%}"
        for part in coverage.parts
    ]
    lines += ["", f"{'of tokens':>9} {'words needed':>15}"]
    lines += [f"{share:>8}% {needed:>15,}" for share, needed in zip(SHARES, coverage.needed, strict=True)]
    lines += [
        "",
        f"seen once: {counted(coverage.once, 'word')}, {of_words(coverage.once):.2%} of the words and "
        f"{of_tokens(coverage.once):.2%} of the tokens",
        "tail: the rarer nine tenths of the words account for "
        f"{of_tokens(coverage.rare_tokens):.2%} of the tokens",
    ]
    return "\n".join(lines)
