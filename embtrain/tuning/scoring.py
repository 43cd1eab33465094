"""Scores vectors on one half of each evaluation set, and on the other half when a choice is confirmed."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.evaluation import Evaluator, Rules
from embtrain.analysis.evaluate.tasks import EvaluationSet
from embtrain.analysis.halves import halves
from embtrain.analysis.training_scores import ENOUGH, RESTRICT_VOCAB
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

#: An item whose words a candidate leaves out counts as wrong: leaving words out must not make a set easier.
RULES: Final = Rules(restrict_vocab=RESTRICT_VOCAB, methods=("3CosAdd",), dummy4unknown=True)


class Halves:
    """Evaluation sets, each divided into a half to choose by and a half that is held out.

    Items that no candidate can answer, because a word is missing in the text or among its most frequent
    words, are left out of both.

    Args:
        sets: the sets.
        vocabulary: the words of the text with the lowest minimum count that is tried.

    Attributes:
        names: of the sets, each different.
        sizes: set -> (items of the half to choose by, items of the held-out half, all items).

    Raises:
        UsageError: the text covers too little of a set for two halves.
    """

    def __init__(self, sets: Sequence[EvaluationSet], vocabulary: Vocabulary) -> None:
        whole = Evaluator(sets, vocabulary, RULES)
        self.names = tuple(whole.tasks)
        self._chosen: list[EvaluationSet] = []
        self._held_out: list[EvaluationSet] = []
        for one, (name, task) in zip(sets, whole.tasks.items(), strict=True):
            parts = halves(one, task.covered) if len(task.covered) else None
            if parts is None:
                raise UsageError(
                    f"{option('eval', name)}: the text has the words of {len(task.covered):,} of its "
                    f"{counted(task.n_items, 'item')}, too few to divide; name another set"
                )
            self._chosen.append(parts[0])
            self._held_out.append(parts[1])
        sizes = [
            [task.n_items for task in Evaluator(some, vocabulary, RULES).tasks.values()]
            for some in (self._chosen, self._held_out)
        ]
        totals = [task.n_items for task in whole.tasks.values()]
        self.sizes = dict(zip(self.names, zip(*sizes, totals, strict=True), strict=True))

    @property
    def small(self) -> list[str]:
        """Sets with so few items in a half that their scores are mostly chance."""
        return [name for name, sizes in self.sizes.items() if min(sizes[:2]) < ENOUGH]

    def scores(
        self, vocabulary: Vocabulary, vectors: NDArray[np.float32], confirms: bool
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Scores vectors, float32 [V, D], of a vocabulary on the half to choose by.

        Args:
            confirms: whether to score them on the held-out half, too.

        Returns:
            Set -> score of each half: share of right answers, Spearman's correlation, purity or accuracy; 0
            where it is undefined. The second one is empty unless it `confirms`.
        """
        return (
            self._score(self._chosen, vocabulary, vectors),
            self._score(self._held_out, vocabulary, vectors) if confirms else {},
        )

    def _score(
        self, sets: Sequence[EvaluationSet], vocabulary: Vocabulary, vectors: NDArray[np.float32]
    ) -> dict[str, float]:
        found = Evaluator(sets, vocabulary, RULES).scores(vectors)
        return {name: found.get(name, 0.0) for name in self.names}
