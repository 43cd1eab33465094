"""Options that the commands for queries share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from embtrain.cli.option_groups import all_of
from embtrain.cli.query.output_lines import LineForm
from embtrain.cli.shell.completed import FILE
from embtrain.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

OOV = ("error", "skip", "null", "subword")

_FORMS: dict[LineForm, str] = {
    "json": "One JSON object per query.",
    "jsonl": "One flat JSON object per row.",
    "csv": "CSV with a header, words in quotes.",
    "tsv": "Tab-separated values with a header; words in quotes where they need it.",
}


def line_options(command: Command) -> Command:
    """Adds --json, --jsonl, --csv and --tsv, of which `line_form` makes one value."""
    options = (
        click.option(f"--{form}", f"as_{form}", is_flag=True, help=said) for form, said in _FORMS.items()
    )
    return all_of(*options)(command)


def line_form(options: dict[str, Any]) -> LineForm:
    """Takes the options of `line_options` out of a command's. Raises UsageError if several are given."""
    given = [form for form in _FORMS if options.pop(f"as_{form}")]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} exclude each other: choose one")
    return given[0] if given else "rows"


topn_option = click.option(
    "-k", "--topn", type=click.IntRange(min=1), default=10, show_default=True, help="Answers per query."
)


def oov_option(default: str = "error") -> Callable[[Command], Command]:
    """Adds --oov, whose default differs by command."""
    return click.option(
        "--oov",
        type=click.Choice(OOV),
        default=default,
        show_default=True,
        help="What to do about words without a vector: fail; skip their query and count it; answer it with "
        "nothing; compute a vector from subwords.",
    )


def words_option(what: str) -> Callable[[Command], Command]:
    """Adds --words FILE; `what` names what its lines hold."""
    return click.option(
        *("--words", "--input", "source"),
        metavar="FILE",
        type=FILE,
        help=f"Read {what}, one per line, from FILE (- for stdin).",
    )


threads_option = click.option(
    "--threads", type=click.IntRange(1), help="Threads of the search.  [default: one per core]"
)


def row_options(what: str) -> Callable[[Command], Command]:
    """Adds --json and its like, --oov and --words, for commands of rows (`what`: as in `words_option`)."""
    return all_of(line_options, oov_option(), words_option(what))


def ranked_options(what: str) -> Callable[[Command], Command]:
    """Adds the options of commands that print the best words of each query."""
    return all_of(topn_option, row_options(what), threads_option)


def output_options(command: Command) -> Command:
    """Adds --to, --json and its like, -o and --force, for commands that print vectors."""
    return all_of(
        click.option(
            "--to",
            "form",
            type=click.Choice(["text", "npy", "raw"]),
            default="text",
            show_default=True,
            help="Text; a NumPy file (float32 [queries, D]); or raw little-endian float32 values.",
        ),
        line_options,
        click.option(
            "-o", "--output", metavar="OUT", type=FILE, default="-", help="File to write.  [default: stdout]"
        ),
        click.option("--force", is_flag=True, help="Replace an existing file."),
    )(command)


def words_from(given: tuple[str, ...], source: str | None) -> str | None:
    """The file that queries are read from, "-" for stdin, or None if they were given as arguments."""
    return None if given else "-" if source is None else source


def check_inputs(vectors: str, given: tuple[str, ...], source: str | None) -> None:
    """Raises UsageError if words come from two places, or stdin would have to hold vectors and words."""
    if given and source is not None:
        raise UsageError("words were given both as arguments and by --words: choose one")
    if vectors == "-" and not given and source in (None, "-"):
        raise UsageError(
            "stdin cannot hold both the vectors and the words: give words as arguments or by --words"
        )
