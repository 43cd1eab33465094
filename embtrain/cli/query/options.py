"""Options that the commands for queries share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from embtrain.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

OOV = ("error", "skip", "null", "subword")

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per query.")

topn_option = click.option(
    "-k", "--topn", type=click.IntRange(min=1), default=10, show_default=True, help="Answers per query."
)


def oov_option(default: str = "error") -> Callable[[Command], Command]:
    """--oov with a default of its own for each command."""
    return click.option(
        "--oov",
        type=click.Choice(OOV),
        default=default,
        show_default=True,
        help="Words that have no vector: stop; leave their query out and count it; answer it with nothing; "
        "compose a vector from the word's parts.",
    )


def words_option(what: str) -> Callable[[Command], Command]:
    """--words FILE; `what` is on a line of it."""
    return click.option(
        *("--words", "--input", "source"),
        metavar="FILE",
        help=f"Read {what}, one per line, from FILE (- for stdin).",
    )


threads_option = click.option(
    "--threads", type=click.IntRange(1), help="Threads of the search.  [default: one per core]"
)


def row_options(what: str) -> Callable[[Command], Command]:
    """--json, --oov and --words of the commands that print rows; `what` is on a line of --words."""
    return _all_of(json_option, oov_option(), words_option(what))


def ranked_options(what: str) -> Callable[[Command], Command]:
    """The options of commands that print the best words of each query."""
    return _all_of(topn_option, row_options(what), threads_option)


def _all_of(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def output_options(command: Command) -> Command:
    """--to, --json, -o and --force of the commands that print vectors."""
    return _all_of(
        click.option(
            "--to",
            "form",
            type=click.Choice(["text", "npy", "raw"]),
            default="text",
            show_default=True,
            help="Text; a NumPy file (float32 [queries, D]); or bare little-endian float32 values.",
        ),
        json_option,
        click.option("-o", "--output", metavar="OUT", default="-", help="File to write.  [default: stdout]"),
        click.option("--force", is_flag=True, help="Replace an existing file."),
    )(command)


def words_from(given: tuple[str, ...], source: str | None) -> str | None:
    """The file that queries are read from, "-" for stdin, or None where they were given as arguments."""
    return None if given else "-" if source is None else source


def check_inputs(vectors: str, given: tuple[str, ...], source: str | None) -> None:
    """Raises UsageError where words come from two places, or stdin would have to hold two things."""
    if given and source is not None:
        raise UsageError("words were given both as arguments and by --words: choose one")
    if vectors == "-" and not given and source in (None, "-"):
        raise UsageError(
            "stdin cannot hold both the vectors and the words: give words as arguments or by --words"
        )
