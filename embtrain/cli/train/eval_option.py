"""`train --eval`: scores of the vectors after each epoch, and stopping when they no longer rise."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.evaluate.coverage import ITEMS, covered
from embtrain.cli.values import ValueType
from embtrain.errors import UsageError
from embtrain.values import Allowed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.analysis.evaluate.evaluation import Evaluator
    from embtrain.analysis.evaluate.tasks import EvaluationSet
    from embtrain.vocabulary import Vocabulary

#: Analogies are asked and answered among this number of the most frequent words, as in benchmarks/compare.py.
RESTRICT_VOCAB = 30_000
#: Covered items of a set that it takes to decide on: the correlation of 30 pairs has a standard error of 0.2.
ENOUGH = 30
_KINDS = tuple(ITEMS)


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
            f"KIND being {', '.join(_KINDS)}. May be repeated.",
        ),
    ):
        command = option(command)
    return command


def named_sets(given: Sequence[str]) -> dict[str, list[str]]:
    """Sets by kind, as `embtrain.analysis.evaluate.evaluation.read_sets` takes them.

    Raises UsageError for what is neither a built-in name nor KIND:FILE.
    """
    from embtrain.analysis.evaluate.set_files import BUILT_IN

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


def read_eval_sets(given: Sequence[str]) -> "list[EvaluationSet]":
    """The sets themselves, so that a missing or damaged file is found before hours of reading.

    Raises:
        UsageError: what is neither a built-in name nor KIND:FILE; a file that is not there.
        DataError: a file without items.
    """
    from embtrain.analysis.evaluate.evaluation import read_sets

    return read_sets(named_sets(given))


class SetEvaluator:
    """Scores vectors on sets; says how much of each set its scores stand for.

    Attributes:
        coverage: set -> (items whose words are in the vocabulary, all items).
    """

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._kinds = {name: task.kind for name, task in evaluator.tasks.items()}
        self.coverage = {name: (len(task.covered), task.n_items) for name, task in evaluator.tasks.items()}

    def __call__(self, vectors: "NDArray[np.float32]") -> Mapping[str, float]:
        """Set -> score of vectors, float32 [V, D]."""
        return self._evaluator.scores(vectors)

    def covered(self, name: str) -> str:
        """'22 of 353 pairs'."""
        known, all_of_it = self.coverage[name]
        return covered(self._kinds[name], known, all_of_it)

    def describe(self, scores: Mapping[str, float]) -> str:
        """'wordsim353 0.6123 (22 of 353 pairs)', for each score."""
        return ", ".join(f"{name} {score:.4f} ({self.covered(name)})" for name, score in scores.items())


def make_evaluator(
    sets: "Sequence[EvaluationSet]", vocabulary: "Vocabulary", patience: int | None
) -> SetEvaluator:
    """What scores vectors of a vocabulary on the sets.

    Raises UsageError where a set has no word of the vocabulary, or with patience, too few to decide on.
    """
    from embtrain.analysis.evaluate.evaluation import Evaluator, Rules

    rules = Rules(restrict_vocab=RESTRICT_VOCAB, methods=("3CosAdd",))
    evaluator = SetEvaluator(Evaluator(sets, vocabulary, rules))
    known = {name: n_covered for name, (n_covered, _) in evaluator.coverage.items()}
    uncovered = [name for name, n_covered in known.items() if not n_covered]
    if uncovered:
        raise UsageError(f"--eval {', '.join(uncovered)}: no item of it has all its words in the vocabulary")
    few = [evaluator.covered(name) + f" of {name}" for name, n_covered in known.items() if n_covered < ENOUGH]
    if patience is not None and few:
        raise UsageError(
            f"--patience: the vocabulary covers {', '.join(few)}; expected {ENOUGH} or more, because the "
            "score of fewer is mostly chance; name a larger set, lower --min-count, or leave --patience out"
        )
    return evaluator
