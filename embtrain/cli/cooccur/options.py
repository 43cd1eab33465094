"""Options that the commands on co-occurrence counts share, and opening and writing of such files."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.values import ValueType
from embtrain.cli.vocab.options import memory_size
from embtrain.io.reporting.progress import MODES, Reporter
from embtrain.values import Allowed
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix

FORMATS = ("embtrain", "stanford")
#: Widest window that is counted.
MAX_WINDOW = 1000


def counting_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that say what is counted."""
    return _with(
        function,
        click.option(
            "--window",
            type=ValueType(Allowed(int, low=1, high=MAX_WINDOW)),
            metavar="N",
            default=10,
            show_default=True,
            help="Count pairs of words up to this distance.",
        ),
        click.option(
            "--symmetric/--no-symmetric",
            default=True,
            show_default=True,
            help="Count the words on both sides of a word, or only those that follow it.",
        ),
        click.option(
            "--distance-weighting/--no-distance-weighting",
            default=True,
            show_default=True,
            help="A pair at distance d counts 1/d, or 1.",
        ),
    )


def writing_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options of a command that writes counts."""
    return _with(
        function,
        click.option("-o", "--output", metavar="FILE", required=True, help="Counts to write, - for stdout."),
        click.option(
            "--to",
            type=click.Choice(FORMATS),
            default="embtrain",
            show_default=True,
            help="Format: embtrain's, or the cooccurrence.bin of Stanford's GloVe, which holds no words.",
        ),
        click.option("--threads", type=ValueType(Allowed(int, low=1, high=4096)), metavar="N",
                     help="Threads [default: all cores]."),
        click.option("--tmp-dir", metavar="DIR",
                     help="Where temporary files go [default: the system's choice]."),
        click.option("--force", is_flag=True, help="Replace an existing output."),
        click.option("--progress", type=click.Choice(MODES), default="auto", show_default=True,
                     help="How to show progress."),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings."),
    )  # fmt: skip


def memory_option(function: Callable[..., None]) -> Callable[..., None]:
    """Adds --memory."""
    return _with(
        function,
        click.option(
            "--memory",
            callback=memory_size,
            metavar="SIZE",
            default="1G",
            show_default=True,
            help="Stay under this much memory while counting; what does not fit goes to temporary files.",
        ),
    )


def _with(function: Callable[..., None], *options: Any) -> Callable[..., None]:
    for option in reversed(options):
        function = option(function)
    return function


@contextmanager
def opened_counts(sources: Sequence[str], tmp_dir: str | None = None) -> Iterator[list["CountMatrix"]]:
    """Opens files of counts. Raises UsageError if one cannot be opened, DataError if one is invalid."""
    from embtrain.counts.file import read_counts
    from embtrain.io.inputs.open import display_name, open_input

    with ExitStack() as stack:
        opened = []
        for source in sources:
            with open_input(source) as stream:
                matrix = read_counts(stream, display_name(source), tmp_dir)
            stack.callback(matrix.close)
            opened.append(matrix)
        yield opened


def write_matrix(
    matrix: "CountMatrix", output: str, to: str, force: bool, tmp_dir: str | None, reporter: Reporter
) -> None:
    """Writes counts in a format, and reports what was written."""
    from embtrain.counts.file import write_counts
    from embtrain.counts.stanford import write_stanford
    from embtrain.io.outputs.atomic import open_output

    write = write_counts if to == "embtrain" else write_stanford
    with open_output(output, force, False, tmp_dir) as file:
        n_bytes = write(matrix, file)
    reporter.end_phase()
    words = len(matrix.vocabulary)
    reporter.event("saved", {"words": words, "bytes": n_bytes})
    where = "stdout" if output == "-" else output
    reporter.note(
        f"wrote counts of {number_of(words, 'word')}, {matrix.counting.describe()}, to {where} "
        f"({n_bytes / 1e6:.1f} MB)"
    )
