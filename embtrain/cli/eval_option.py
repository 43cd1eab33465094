"""`train --eval`: scores of the vectors after each epoch, and stopping when they no longer rise."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.values import ValueType
from embtrain.errors import UsageError
from embtrain.values import Allowed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.vocabulary import Vocabulary

#: Analogies are asked and answered among so many of the most frequent words, as in benchmarks/compare.py.
RESTRICT_VOCAB = 30_000
_KINDS = ("analogies", "similarity", "categories", "outliers")


def eval_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--eval and --patience."""
    for option in (
        click.option(
            "--patience",
            type=ValueType(Allowed(int, low=1)),
            metavar="N",
            help="Stop after N epochs in a row without a better mean of the --eval scores; keep the best.",
        ),
        click.option(
            "--eval",
            "eval_sets",
            multiple=True,
            metavar="SET",
            help="Score the vectors after each epoch: questions-words, wordsim353, simlex999, or KIND:FILE, "
            f"KIND being {', '.join(_KINDS)}. May be repeated.",
        ),
    ):
        command = option(command)
    return command


def named_sets(given: Sequence[str]) -> dict[str, list[str]]:
    """Sets by kind, as `embtrain.analysis.evaluate.read_sets` takes them.

    Raises UsageError for what is neither a built-in name nor KIND:FILE.
    """
    from embtrain.analysis.set_files import BUILT_IN

    named: dict[str, list[str]] = {}
    for value in given:
        kind, colon, path = value.partition(":")
        if value in BUILT_IN:
            kind, path = BUILT_IN[value][1], value
        elif not (colon and path and kind in _KINDS):
            kinds = ", ".join(_KINDS)
            raise UsageError(
                f"--eval {value}: expected {', '.join(BUILT_IN)}, or KIND:FILE with one of {kinds}"
            )
        named.setdefault(kind, []).append(path)
    return named


def make_evaluator(
    given: Sequence[str], vocabulary: "Vocabulary"
) -> "Callable[[NDArray[np.float32]], Mapping[str, float]]":
    """What scores float32 [V, D] on the sets. Raises UsageError where a set has no word of the vocabulary."""
    from embtrain.analysis.evaluate import Evaluator, Rules, read_sets

    rules = Rules(restrict_vocab=RESTRICT_VOCAB, methods=("3CosAdd",))
    evaluator = Evaluator(read_sets(named_sets(given)), vocabulary, rules)
    uncovered = [name for name, task in evaluator.tasks.items() if not len(task.covered)]
    if uncovered:
        raise UsageError(f"--eval {', '.join(uncovered)}: no item of it has all its words in the vocabulary")
    return evaluator.scores
