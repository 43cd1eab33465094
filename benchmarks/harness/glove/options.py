"""The settings of the GloVe benchmark as options of a command."""

import shlex
from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.glove.rows import GloveSettings

Command = TypeVar("Command", bound=Callable[..., Any])

_POSITIVE = click.FloatRange(0, min_open=True)
_NUMBERS = (
    ("--dim", click.IntRange(1), 100, "Length of the vectors."),
    ("--window", click.IntRange(1), 10, "Largest distance of two words that are counted."),
    ("--min-count", click.IntRange(1), 5, "Words seen fewer times are left out."),
    ("--x-max", _POSITIVE, 10.0, "Counts from here on weigh the same."),
    ("--exponent", click.FloatRange(0), 0.75, "Of the weighting function."),
    ("--lr", _POSITIVE, 0.05, "AdaGrad's rate."),
    ("--iterations", click.IntRange(1), 15, "Passes over the counts of a whole run."),
    ("--threads", click.IntRange(1), 2, "Of those programs that have any."),
    ("--memory-gb", _POSITIVE, 4.0, "For GloVe's cooccur and shuffle; its demo.sh says 4."),
)


def settings_options(command: Command) -> Command:
    """Adds an option for each of GloveSettings."""
    more = click.option(
        "--embtrain-options",
        default="",
        metavar="TEXT",
        callback=_split,
        help="More options for `embtrain train`, as one string.",
    )
    command = more(command)
    for name, kind, default, help in reversed(_NUMBERS):
        command = click.option(name, type=kind, default=default, show_default=True, help=help)(command)
    return command


def describe_settings(settings: GloveSettings) -> str:
    """The settings in one line."""
    more = f", embtrain {settings.embtrain_options}" if settings.embtrain_options else ""
    return (
        f"dim {settings.dim}, window {settings.window}, symmetric, counts weighted by 1/distance, "
        f"min-count {settings.min_count}, x-max {settings.x_max:g}, exponent {settings.exponent:g}, "
        f"rate {settings.lr:g}, iterations {settings.iterations}, threads {settings.threads}{more}"
    )


def _split(context: click.Context, option: click.Parameter, text: str) -> str:
    try:
        shlex.split(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return text
