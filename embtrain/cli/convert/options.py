"""The options that import, export, convert and transform share."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from embtrain.cli.member_option import member_option
from embtrain.cli.on_error import OnError
from embtrain.cli.option_groups import all_of
from embtrain.cli.shell.completed import FILE, FOLDER, Completed
from embtrain.errors import UsageError
from embtrain.io.outputs.compress import check_name
from embtrain.vectors.formats.registry import NAMES, WRITTEN, find_format, format_of_file

if TYPE_CHECKING:
    from embtrain.vectors.formats.format import Format

Command = TypeVar("Command", bound=Callable[..., Any])

READ_HELP = f"Formats that are read: {', '.join(NAMES)}."
WRITTEN_HELP = f"Formats that are written: {', '.join(WRITTEN)}."

#: A format that is written.
TARGET = Completed(*WRITTEN)

_ROWS = (
    member_option,
    click.option("--limit", metavar="N", type=click.IntRange(0), help="Keep the first N rows only."),
    click.option(
        "--words", metavar="FILE", type=FILE,
        help="Keep only the words of FILE: one per line, or a vocabulary.",
    ),
)  # fmt: skip
_VALUES = (
    click.option("--dim", metavar="N", type=click.IntRange(1), help="Keep the first N values of each row."),
    click.option("--unit-length", is_flag=True, help="Divide each row by its length."),
)
_STORING = (
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
        show_default=True, help="Which row to keep of a word that occurs several times.",
    ),
    click.option(
        "--encoding-errors", type=click.Choice(["keep", "strict", "replace", "skip"]), default="keep",
        show_default=True, help="What to do with words that are not UTF-8.",
    ),
    click.option(
        "--on-error", type=OnError("fail", "skip", "replace"), default="fail", show_default=True,
        help="What to do about invalid rows: fail (also called stop), skip them, or replace values that are "
        "not numbers by 0. Skip and replace also accept a file that is cut short.",
    ),
    click.option(
        "--drop", type=click.Choice(["words", "subwords"]), multiple=True,
        help="What to leave out if the format cannot hold it: words with a space, vectors of n-grams.",
    ),
    click.option(
        "--tmp-dir", metavar="DIR", type=FOLDER,
        help="Where temporary files go [default: the system's choice].",
    ),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    click.option("-q", "--quiet", is_flag=True, help="Report only what was left out or changed."),
)  # fmt: skip


def from_option(command: Command) -> Command:
    """Adds --from."""
    return click.option(
        "--from",
        "from_",
        metavar="FORMAT",
        type=Completed(*NAMES),
        help="Format of SRC. Default: by its content.",
    )(command)


def conversion_options(command: Command) -> Command:
    """Adds the options that import, export and convert share."""
    return all_of(*_ROWS, *_VALUES, *_STORING)(command)


def options_without_changes(command: Command) -> Command:
    """Adds the same options, except for those that change the values of a row."""
    return all_of(*_ROWS, *_STORING)(command)


def output_or_stdout(output: str | None) -> str:
    """The output, or "-" if none is given. Raises UsageError if stdout is then a terminal."""
    if output is None and sys.stdout.isatty():
        raise UsageError(
            "no output: stdout is a terminal; give -o OUT, or -o - to write to the terminal anyway"
        )
    return "-" if output is None else output


def target_format(to: str | None, output: str) -> "Format":
    """The format named, or that of the output's ending. Raises UsageError if neither gives one."""
    from embtrain.native import require

    require("converting vectors")
    check_name(output)
    target = find_format(to, "written") if to else format_of_file(output)
    if target is None:
        raise UsageError(f"which format? give --to with one of {', '.join(WRITTEN)}")
    return target
