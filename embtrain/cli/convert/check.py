"""``embtrain check``: recognises the format of a vector file and lists everything that is wrong with it."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.convert.options import READ_HELP, from_option
from embtrain.cli.member_option import member_option
from embtrain.cli.print_line import print_line
from embtrain.cli.shell.completed import FILE
from embtrain.errors import NotFoundError
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.convert.check import Findings


@click.command(epilog=READ_HELP)
@click.argument("file", type=FILE, metavar="SRC")
@from_option
@member_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--list", "listed", metavar="N", type=click.IntRange(0), default=10, show_default=True,
    help="How many problems of each kind to list; all are counted.",
)  # fmt: skip
def command(file: str, from_: str | None, member: str | None, as_json: bool, listed: int) -> None:
    """Report the format of SRC (a file of vectors, - for stdin) and everything that is wrong with it.

    Checks for rows of the wrong width, values that are not numbers or not finite, a header that does not
    match the rows, duplicates, rows of zeros, words that are not UTF-8 or hold white space, and a file that
    is cut short. The exit code is 1 if there are any problems.

    \b
    Example:
      embtrain check vectors.txt --json
    """
    from embtrain.native import require

    require("checking vectors")
    import numpy as np

    from embtrain.vectors.convert.check import Findings, check_rows
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    findings = Findings(listed)
    # Values that are not finite are findings; numpy must not warn about them.
    with (
        np.errstate(all="ignore"),
        open_source(file, from_, ReadOptions("skip", findings.report), member) as opened,
    ):
        source = opened.source
        check_rows(source, findings)
        summary = {
            "file": file, "format": opened.format.name, "words": findings.n_words, "dim": source.dim,
            "header": source.n_words,
        }  # fmt: skip
    (_print_json if as_json else _print_lines)(summary, findings)
    sys.stdout.flush()
    n_problems = findings.counts.total()
    if n_problems:
        kinds = ", ".join(f"{count} {kind}" for kind, count in findings.counts.items() if count)
        raise NotFoundError(f"{file}: {counted(n_problems, 'problem')}: {kinds}")


def _print_json(summary: dict[str, Any], findings: "Findings") -> None:
    problems = [
        {"kind": problem.kind, "where": problem.where, "message": problem.message}
        for problem in findings.problems
    ]
    counts = {kind: count for kind, count in findings.counts.items() if count}
    print_line(json.dumps({**summary, "counts": counts, "problems": problems}, ensure_ascii=False))


def _print_lines(summary: dict[str, Any], findings: "Findings") -> None:
    print_line(
        f"{summary['file']}: {summary['format']}, {counted(summary['words'], 'word')} x {summary['dim']}"
    )
    for problem in findings.problems:
        print_line(f"{problem.where}\t{problem.kind}\t{problem.message}")
