"""`train --eval` and `--patience`: scores of the vectors after each epoch."""

from collections.abc import Callable, Iterable
from typing import Any

from embtrain.analysis.training_scores import ENOUGH, KINDS
from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.shell.completed import Completed
from embtrain.cli.values import ValueType
from embtrain.values import Allowed


def _built_in() -> Iterable[str]:
    from embtrain.analysis.evaluate.set_files import BUILT_IN

    return BUILT_IN


_option = grouped("Scores")


def eval_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--eval; `help` begins with what the sets are for."""
    return _option(
        "--eval",
        "eval_sets",
        multiple=True,
        metavar="SET",
        type=Completed(*(f"{kind}:" for kind in KINDS), more=_built_in),
        help=f"{help}: questions-words, wordsim353, simlex999, or KIND:FILE, KIND being "
        f"{', '.join(KINDS)}. May be repeated.",
    )


def eval_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--eval and --patience."""
    return all_of(
        eval_option("Score the vectors after each epoch"),
        _option(
            "--patience",
            type=ValueType(Allowed(int, low=1)),
            metavar="N",
            help="Stop after N epochs in a row without a better mean of the --eval scores; keep the best. "
            f"Each set needs {ENOUGH} covered items.",
        ),
    )(command)
