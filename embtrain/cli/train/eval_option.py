"""`train --eval` and `--patience`: scores of the vectors after each epoch."""

from collections.abc import Callable
from typing import Any

import click

from embtrain.analysis.training_scores import ENOUGH, KINDS
from embtrain.cli.values import ValueType
from embtrain.values import Allowed


def eval_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--eval and --patience."""
    for option in (
        click.option(
            "--patience",
            type=ValueType(Allowed(int, low=1)),
            metavar="N",
            help="Stop after N epochs in a row without a better mean of the --eval scores; keep the best. "
            f"Each set needs {ENOUGH} covered items.",
        ),
        click.option(
            "--eval",
            "eval_sets",
            multiple=True,
            metavar="SET",
            help="Score the vectors after each epoch: questions-words, wordsim353, simlex999, or KIND:FILE, "
            f"KIND being {', '.join(KINDS)}. May be repeated.",
        ),
    ):
        command = option(command)
    return command
