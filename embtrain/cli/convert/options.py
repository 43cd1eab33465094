"""The options that import, export and convert share."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from embtrain.cli.member_option import member_option
from embtrain.cli.on_error import OnError
from embtrain.errors import UsageError
from embtrain.io.outputs.compress import check_name
from embtrain.vectors.formats.registry import NAMES, WRITTEN, find_format, format_of_file

if TYPE_CHECKING:
    from embtrain.vectors.formats.format import Format

Command = TypeVar("Command", bound=Callable[..., Any])

READ_HELP = f"Formats that are read: {', '.join(NAMES)}."
WRITTEN_HELP = f"Formats that are written: {', '.join(WRITTEN)}."

_OPTIONS = (
    member_option,
    click.option("--limit", metavar="N", type=click.IntRange(0), help="Keep the first N rows only."),
    click.option(
        "--words", metavar="FILE", help="Keep only the words of FILE: one per line, or a vocabulary."
    ),
    click.option("--dim", metavar="N", type=click.IntRange(1), help="Keep the first N values of each row."),
    click.option("--unit-length", is_flag=True, help="Divide each row by its length."),
    click.option(
        "--dtype", type=click.Choice(["float32", "float16", "int8"]), default="float32", show_default=True,
        help="How values are stored, where the format allows a choice.",
    ),
    click.option(
        "--precision", metavar="N", type=click.IntRange(1, 9),
        help="Significant digits of values in text. Default: the fewest that give back the same float32.",
    ),
    click.option(
        "--duplicates", type=click.Choice(["first", "last", "error", "mean"]), default="first",
        show_default=True, help="Which row of a word that is there several times is kept.",
    ),
    click.option(
        "--encoding-errors", type=click.Choice(["keep", "strict", "replace", "skip"]), default="keep",
        show_default=True, help="What to do with words that are not UTF-8.",
    ),
    click.option(
        "--on-error", type=OnError("fail", "skip", "replace"), default="fail", show_default=True,
        help="What to do with rows that are wrong: end (also called stop), leave them out, or put 0 for what "
        "is no number. Of a file that was cut short, skip and replace take what is there.",
    ),
    click.option(
        "--drop", type=click.Choice(["words", "subwords"]), multiple=True,
        help="What to leave out if the format cannot hold it: words with a space, vectors of n-grams.",
    ),
    click.option("--tmp-dir", metavar="DIR", help="Where vectors wait if they must (the system's default)."),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    click.option("-q", "--quiet", is_flag=True, help="Say only what was left out or changed."),
)  # fmt: skip


def from_option(command: Command) -> Command:
    """--from."""
    return click.option("--from", "from_", metavar="FORMAT", help="What SRC is. Default: by its content.")(
        command
    )


def conversion_options(command: Command) -> Command:
    """The options of all three commands."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def output_or_stdout(output: str | None) -> str:
    """The output, "-" where none is given. Raises UsageError if that would be a terminal."""
    if output is None and sys.stdout.isatty():
        raise UsageError(
            "no output: stdout is a terminal; give -o OUT, or -o - to write to the terminal all the same"
        )
    return "-" if output is None else output


def target_format(to: str | None, output: str) -> "Format":
    """The format to write. Raises UsageError where neither name nor ending tells it."""
    from embtrain.native import require

    require("converting vectors")
    check_name(output)
    target = find_format(to, "written") if to else format_of_file(output)
    if target is None:
        raise UsageError(f"which format? give --to with one of {', '.join(WRITTEN)}")
    return target
