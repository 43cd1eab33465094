"""Options of `tune` besides those of the models."""

from collections.abc import Callable
from typing import Any

import click

from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.shell.completed import FILE, FOLDER
from embtrain.cli.train.eval_option import eval_option
from embtrain.cli.values import ValueType
from embtrain.values import Allowed

_output, _search, _checkpoints = map(grouped, ("Output", "Search", "Checkpoints"))
#: Fewest candidates: the defaults and another one.
_FEWEST = 2


def duration(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """Parses a time such as 90s, 30m or 2h to seconds. None stays None.

    Raises:
        click.BadParameter: the text is not a time.
    """
    from embtrain.training.checkpoint.interval import parse_interval

    if value is None:
        return None
    try:
        seconds = parse_interval(value).seconds
    except ValueError:
        seconds = float("inf")
    if seconds == float("inf"):
        raise click.BadParameter(f"'{value}' is not a time; expected a number and s, m or h, such as 30m")
    return seconds


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """-o, --report and --force."""
    return all_of(
        _output(
            *("-o", "--output"), metavar="FILE", type=FILE, required=True,
            help="Recipe (TOML) to write for 'embtrain train --config', - for stdout.",
        ),
        _output(
            "--report", metavar="FILE", type=FILE,
            help="Write the tables to FILE: Markdown; only what mattered as TSV if it ends in .tsv.",
        ),
        _output("--force", is_flag=True, help="Replace an existing output, report or checkpoint."),
    )(command)  # fmt: skip


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What decides on the search."""
    return all_of(
        eval_option("Choose by these sets"),
        _search(
            "--budget", callback=duration, metavar="TIME", show_default=True, default="30m",
            help="Time for all of it, such as 90s, 30m or 2h.",
        ),
        _search(
            "--try", "tried", multiple=True, metavar="NAME=V,V",
            help="Try these values of an option, such as dim=100,300 or subwords=none,4-6. May be repeated.",
        ),
        _search(
            "--seeds", type=ValueType(Allowed(int, low=1, high=100)), metavar="N", default=3,
            show_default=True,
            help="Train the defaults and the last candidates with N seeds, from --seed on.",
        ),
        _search(
            "--candidates", type=ValueType(Allowed(int, low=_FEWEST)), metavar="N", default=100,
            show_default=True, help="Try N candidates at most.",
        ),
        _search(
            "--max-train-time", callback=duration, metavar="TIME",
            help="Choose only what trains in TIME on all of the text [default: any].",
        ),
    )(command)  # fmt: skip


def kept_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--checkpoint and --resume."""
    return all_of(
        _checkpoints(
            "--checkpoint", metavar="DIR", type=FOLDER,
            help="Keep each finished trial in DIR, for --resume.",
        ),
        _checkpoints(
            "--resume", metavar="DIR", type=FOLDER,
            help="Go on with the search whose --checkpoint is in DIR, with its text and options.",
        ),
    )(command)  # fmt: skip
