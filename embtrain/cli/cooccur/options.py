"""Options that the commands on co-occurrence counts share."""

from collections.abc import Callable

import click

from embtrain.cli.option_groups import all_of
from embtrain.cli.run_options import progress_option, quiet_option, threads_option, tmp_dir_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ValueType
from embtrain.cli.vocab.options import memory_size
from embtrain.counts.counting import MAX_WINDOW
from embtrain.values import Allowed

FORMATS = ("embtrain", "stanford")
Command = Callable[..., None]


def counting_options(window: int | None) -> Callable[[Command], Command]:
    """Adds the options that say what is counted, or was; `window` is the default of --window."""
    return all_of(
        click.option(
            "--window",
            type=ValueType(Allowed(int, low=1, high=MAX_WINDOW)),
            metavar="N",
            default=window,
            show_default=window is not None,
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


def stanford_options(command: Command) -> Command:
    """Adds the options that say how a cooccurrence.bin of Stanford's GloVe was counted."""
    vocab = click.option(
        "--vocab",
        metavar="FILE",
        type=FILE,
        help="Read cooccurrence.bin of Stanford's GloVe, too: with this vocabulary, and with the next three "
        "options as they were when it was counted.",
    )
    return all_of(vocab, counting_options(None))(command)


def writing_options(command: Command) -> Command:
    """Adds the options of a command that writes counts."""
    return all_of(
        click.option(
            "-o", "--output", metavar="FILE", type=FILE, required=True, help="Counts to write, - for stdout."
        ),
        click.option(
            "--to",
            type=click.Choice(FORMATS),
            default="embtrain",
            show_default=True,
            help="Format: embtrain's, or the cooccurrence.bin of Stanford's GloVe, which holds no words.",
        ),
        threads_option(),
        tmp_dir_option(),
        click.option("--force", is_flag=True, help="Replace an existing output."),
        progress_option(),
        quiet_option(),
    )(command)


memory_option = click.option(
    "--memory",
    callback=memory_size,
    metavar="SIZE",
    default="1G",
    show_default=True,
    help="Stay under this much memory while counting; what does not fit goes to temporary files.",
)
