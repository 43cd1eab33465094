"""Scores vectors during training, and checks that the sets cover enough items to decide when to stop."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from embtrain.analysis.evaluate.coverage import ITEMS, covered
from embtrain.errors import UsageError
from embtrain.option_names import option

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.analysis.evaluate.evaluation import Evaluator
    from embtrain.analysis.evaluate.tasks import EvaluationSet
    from embtrain.vocabulary import Vocabulary

#: Analogies use only this many most frequent words, as in benchmarks/compare.py.
RESTRICT_VOCAB: Final = 30_000
#: Fewest covered items to decide on: a correlation of 30 pairs has a standard error of 0.2.
ENOUGH: Final = 30
KINDS: Final = tuple(ITEMS)


class TrainingSets:
    """The sets for scoring a training: read before its text, prepared once the vocabulary is known.

    Args:
        given: built-in names, or KIND:FILE with one of KINDS.

    Attributes:
        paths: files of the sets, "-" for stdin.

    Raises:
        UsageError: a set is neither a built-in name nor KIND:FILE.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self.given = tuple(given)
        self._named = _by_kind(given)
        self._sets: list[EvaluationSet] = []
        self.paths = [path for paths in self._named.values() for path in paths]

    def __len__(self) -> int:
        return len(self.given)

    @property
    def sets(self) -> "tuple[EvaluationSet, ...]":
        """The sets, once they are read."""
        return tuple(self._sets)

    def read(self) -> None:
        """Reads the sets, to find missing or damaged files before hours of reading text.

        Raises:
            UsageError: a file is missing.
            DataError: a file holds no items.
        """
        from embtrain.analysis.evaluate.evaluation import read_sets

        self._sets = read_sets(self._named)

    def prepare(self, vocabulary: "Vocabulary", decides: bool) -> "TrainingScores":
        """Prepares the sets for a vocabulary.

        Args:
            vocabulary: the vocabulary of the training.
            decides: whether the scores decide when to stop.

        Raises UsageError if the vocabulary covers no item of a set, or too few to decide on.
        """
        from embtrain.analysis.evaluate.evaluation import Evaluator, Rules

        rules = Rules(restrict_vocab=RESTRICT_VOCAB, methods=("3CosAdd",))
        scores = TrainingScores(Evaluator(self._sets, vocabulary, rules))
        scores.check_coverage(decides)
        return scores


class TrainingScores:
    """Scores vectors on sets, and reports how much of each set is covered.

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

    def describe(self, scores: Mapping[str, float]) -> str:
        """Describes each score as 'wordsim353 0.6123 (22 of 353 pairs)'."""
        return ", ".join(f"{name} {score:.4f} ({self._covered(name)})" for name, score in scores.items())

    def check_coverage(self, decides: bool) -> None:
        """Raises UsageError if nothing of a set is covered or, if scores decide, too little."""
        known = {name: n_covered for name, (n_covered, _) in self.coverage.items()}
        uncovered = [name for name, n_covered in known.items() if not n_covered]
        if uncovered:
            raise UsageError(
                f"{option('eval', ', '.join(uncovered))}: no item of it has all its words in the vocabulary"
            )
        few = [self._covered(name) + f" of {name}" for name, n_covered in known.items() if n_covered < ENOUGH]
        if decides and few:
            raise UsageError(
                f"{option('patience')}: the vocabulary covers {', '.join(few)}; expected {ENOUGH} or more, "
                "because the score of fewer is mostly chance; name a larger set, lower "
                f"{option('min-count')}, or leave {option('patience')} out"
            )

    def _covered(self, name: str) -> str:
        """'22 of 353 pairs'."""
        return covered(self._kinds[name], *self.coverage[name])


def _by_kind(given: Sequence[str]) -> dict[str, list[str]]:
    """Sets by kind, as `embtrain.analysis.evaluate.evaluation.read_sets` takes them."""
    from embtrain.analysis.evaluate.set_files import BUILT_IN

    named: dict[str, list[str]] = {}
    for value in given:
        kind, colon, path = value.partition(":")
        if value in BUILT_IN:
            kind, path = BUILT_IN[value][1], value
        elif not (colon and path and kind in KINDS):
            kinds = ", ".join(KINDS)
            raise UsageError(
                f"{option('eval', value)}: expected {', '.join(BUILT_IN)}, or KIND:FILE with one of {kinds}"
            )
        named.setdefault(kind, []).append(path)
    return named
