"""Evaluates vectors on sets of analogies, word similarity, categories and outliers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogy_scores import METHODS
from embtrain.analysis.evaluate.analogy_sets import read_analogies
from embtrain.analysis.evaluate.bootstrap import interval
from embtrain.analysis.evaluate.category_sets import read_categories, read_outliers
from embtrain.analysis.evaluate.item_scores import score
from embtrain.analysis.evaluate.lookup import Lookup
from embtrain.analysis.evaluate.set_files import BUILT_IN
from embtrain.analysis.evaluate.similarity_sets import read_similarity
from embtrain.analysis.evaluate.tasks import SECTION, WHOLE, EvaluationSet, Measured, Task, prepare, words_of
from embtrain.vocabulary import Vocabulary

#: Kind of set -> its reader, in the order in which kinds are shown.
READERS: dict[str, Callable[[str], EvaluationSet]] = {
    "analogies": read_analogies,
    "similarity": read_similarity,
    "categories": read_categories,
    "outliers": read_outliers,
}


@dataclass(frozen=True)
class Rules:
    """Rules of an evaluation, like gensim's options of the same names.

    Attributes:
        restrict_vocab: use only the first words, as questions and as answers; None for all.
        case_sensitive: whether words that differ in case are different words.
        dummy4unknown: whether items that are not covered count: as wrong answers (analogies) or similarity 0.
        methods: how analogies are answered; the first method gives the set's main score.
    """

    restrict_vocab: int | None = None
    case_sensitive: bool = False
    dummy4unknown: bool = False
    methods: tuple[str, ...] = tuple(METHODS)


@dataclass(frozen=True)
class Score:
    """One number: one measure for a section or a whole set.

    Attributes:
        part: section, "semantic", "syntactic", "total", or "" for a set without parts.
        measure: "3CosAdd", "3CosMul" (shares of right answers), "spearman", "pearson", "purity" (shares of
            words), "accuracy", "opp" (shares of outliers found, mean position).
        value: the number, or None if nothing or too little is covered.
        interval: its 95 % bootstrap interval, or None if not requested.
        n: number of items used.
        n_right: number of right answers, for analogies and "accuracy", else None.
        n_items, n_missing: number of items of the part, and of those not covered.
        n_tied: number of answers decided by a difference under 1e-6.
        is_section: whether the score is for a single section of analogies.
    """

    part: str
    measure: str
    value: float | None
    interval: tuple[float, float] | None
    n: int
    n_right: int | None
    n_items: int
    n_missing: int
    n_tied: int
    is_section: bool

    @property
    def n_covered(self) -> int:
        """Items of the part whose words are all known."""
        return self.n_items - self.n_missing


@dataclass(frozen=True)
class SetResult:
    """All scores of vectors on one set.

    Attributes:
        name: unique among the sets of an evaluator.
        kind: "analogies", "similarity", "categories" or "outliers".
        n_items, n_covered: number of questions, pairs, words or tests, and of those whose words are known.
        n_skipped_lines: number of lines that could not be parsed (including table headings).
        missing_words: words of the set that are unknown.
        scores: the scores, starting with the whole set.
        tied: numbers, from 0, of the analogy questions decided by a difference under 1e-6.
    """

    name: str
    kind: str
    n_items: int
    n_covered: int
    n_skipped_lines: int
    missing_words: tuple[str, ...]
    scores: tuple[Score, ...]
    tied: tuple[int, ...]

    def without_sections(self) -> "SetResult":
        """A copy without the scores of single sections."""
        return replace(self, scores=tuple(score for score in self.scores if not score.is_section))


def read_sets(named: Mapping[str, Sequence[str]]) -> list[EvaluationSet]:
    """Reads sets by kind, given as paths, folders, "-" or built-in names; by default all built-in sets.

    Raises UsageError if a set does not exist, DataError if it holds no items.
    """
    if not any(named.values()):
        named = {kind: [name for name, (_, own) in BUILT_IN.items() if own == kind] for kind in READERS}
    return [reader(given) for kind, reader in READERS.items() for given in named.get(kind, ())]


class Evaluator:
    """Prepares sets once for a vocabulary, to evaluate its vectors repeatedly, as during training."""

    def __init__(
        self, sets: Iterable[EvaluationSet], vocabulary: Vocabulary, rules: Rules | None = None
    ) -> None:
        """Args: sets: as `read_sets` returns them; duplicate names get a number."""
        rules = rules or Rules()
        sets = list(sets)
        words = {word for one in sets for word in words_of(one)}
        lookup = Lookup(vocabulary, words, rules.restrict_vocab, rules.case_sensitive)
        self._sets = dict(zip(_unique([one.name for one in sets]), sets, strict=True))
        self._missing = {name: tuple(lookup.missing(words_of(one))) for name, one in self._sets.items()}
        self.tasks: dict[str, Task] = {
            name: prepare(one, lookup, rules.methods, rules.dummy4unknown) for name, one in self._sets.items()
        }

    def evaluate(self, vectors: NDArray[np.float32], intervals: bool = True) -> list[SetResult]:
        """All scores of vectors, float32 [V, D], mapped or strided too; with intervals for similarity."""
        return [self._result(name, task.run(vectors), intervals) for name, task in self.tasks.items()]

    def _result(self, name: str, measured: list[Measured], intervals: bool) -> SetResult:
        task = self.tasks[name]
        return SetResult(
            name=name,
            kind=task.kind,
            n_items=task.n_items,
            n_covered=len(task.covered),
            n_skipped_lines=self._sets[name].n_skipped_lines,
            missing_words=self._missing[name],
            scores=tuple(_score(one, intervals) for one in measured),
            tied=tuple(
                sorted({item for one in measured if one.scope == WHOLE for item in one.tied.tolist()})
            ),
        )

    def scores(self, vectors: NDArray[np.float32]) -> dict[str, float]:
        """Set -> main score (share right, Spearman's correlation, purity, accuracy), if it has one."""
        values = {name: score(task.run(vectors)[0].sample) for name, task in self.tasks.items()}
        return {name: value for name, value in values.items() if value is not None}


def _score(measured: Measured, intervals: bool) -> Score:
    sample = measured.sample
    value = score(sample)
    is_share = measured.measure in {*METHODS, "accuracy"}
    return Score(
        part=measured.part,
        measure=measured.measure,
        value=value,
        interval=interval(sample) if intervals and measured.measure == "spearman" else None,
        n=len(sample.items),
        n_right=round((value or 0) * len(sample.items)) if is_share else None,
        n_items=measured.n_items,
        n_missing=measured.n_missing,
        n_tied=len(measured.tied),
        is_section=measured.scope == SECTION,
    )


def _unique(names: Sequence[str]) -> list[str]:
    """Adds a number to duplicate names: rw, rw (2)."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique
