"""Evaluates vectors on sets of analogies, word similarity, categories and outliers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.composed_words import ComposedWords, has_ngrams
from embtrain.analysis.evaluate.analogy_scores import METHODS
from embtrain.analysis.evaluate.analogy_sets import read_analogies
from embtrain.analysis.evaluate.bootstrap import interval
from embtrain.analysis.evaluate.category_sets import read_categories, read_outliers
from embtrain.analysis.evaluate.item_scores import score
from embtrain.analysis.evaluate.lookup import SetLookup
from embtrain.analysis.evaluate.set_files import BUILT_IN
from embtrain.analysis.evaluate.similarity_sets import read_similarity
from embtrain.analysis.evaluate.tasks import (
    SECTION,
    WHOLE,
    EvaluationSet,
    Measured,
    Task,
    by_source,
    prepare,
    words_of,
)
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary

#: Kind of set -> its reader, in the order in which kinds are shown.
READERS: dict[str, Callable[[str], EvaluationSet]] = {
    "analogies": read_analogies,
    "similarity": read_similarity,
    "categories": read_categories,
    "outliers": read_outliers,
}

_SHARES = {*METHODS, "accuracy", "accuracy@1", "accuracy@10"}
_WITH_INTERVAL = {"spearman", "accuracy@1", "accuracy@10", "mrr@10"}


@dataclass(frozen=True)
class Rules:
    """Rules of an evaluation, like gensim's options of the same names.

    Attributes:
        restrict_vocab: use only the first words, as questions and as answers; None for all.
        case_sensitive: whether words that differ in case are different words.
        dummy4unknown: whether items that are not covered count: as wrong answers (analogies) or similarity 0.
        methods: how analogies are answered; the first method gives the set's main score.
        oov: "subword" to compose the vectors of missing words from n-grams, "skip" to leave them missing.
    """

    restrict_vocab: int | None = None
    case_sensitive: bool = False
    dummy4unknown: bool = False
    methods: tuple[str, ...] = tuple(METHODS)
    oov: Literal["skip", "subword"] = "skip"


@dataclass(frozen=True)
class Score:
    """One number: one measure for a section or a whole set.

    Attributes:
        part: section, "semantic", "syntactic", "total", or "" for a set without parts; if missing words are
            composed, also "known words" and "only subwords" (items with a composed word).
        measure: "3CosAdd", "3CosMul" (shares of right answers), "spearman", "pearson", "purity" (shares of
            words), "accuracy", "opp" (shares of outliers found, mean position); for typos, see
            `embtrain.analysis.typos.robustness.typo_scores`.
        value: the number, or None if nothing or too little is covered.
        interval: its 95 % bootstrap interval, or None if not requested.
        n: number of items used.
        n_right: number of right answers, for analogies and "accuracy", else None.
        n_items, n_missing: number of items of the part, and of those not covered.
        n_tied: number of answers decided by a difference under 1e-6.
        n_only_subwords: number of covered items of the part with a composed word; None if none is composed
            by the rules.
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
    n_only_subwords: int | None
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
        kind: "analogies", "similarity", "categories", "outliers" or "typos".
        n_items, n_covered: number of questions, pairs, words, tests or typos, and of those whose words have
            vectors.
        n_skipped_lines: number of lines that could not be parsed (including table headings).
        n_only_subwords: number of covered items with a word whose vector is composed from n-grams; None if
            the rules do not ask for it.
        missing_words: words of the set that have no vector.
        scores: the scores, starting with the whole set.
        tied: numbers, from 0, of the analogy questions decided by a difference under 1e-6.
    """

    name: str
    kind: str
    n_items: int
    n_covered: int
    n_skipped_lines: int
    n_only_subwords: int | None
    missing_words: tuple[str, ...]
    scores: tuple[Score, ...]
    tied: tuple[int, ...]

    def details(self) -> dict[str, Any]:
        """What else a kind of set has to tell in JSON."""
        return {}

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
        self,
        sets: Iterable[EvaluationSet],
        vocabulary: Vocabulary,
        rules: Rules | None = None,
        compose: ComposedWords | None = None,
    ) -> None:
        """Prepares the sets.

        Args:
            sets: as `read_sets` returns them; duplicate names get a number.
            compose: composes the vectors of missing words, if the rules ask for it and the vectors have
                n-grams.
        """
        self._rules = rules or Rules()
        sets = list(sets)
        words = {word for one in sets for word in words_of(one)}
        lookup = SetLookup(vocabulary, words, self._rules.restrict_vocab, self._rules.case_sensitive)
        self._more = None if compose is None else lookup.with_composed(compose)
        if self._more is not None and self._rules.oov == "subword":
            lookup = self._more
        self._sets = dict(zip(_unique([one.name for one in sets]), sets, strict=True))
        self._missing = {name: tuple(lookup.missing(words_of(one))) for name, one in self._sets.items()}
        self.tasks = {name: self._prepare(one, lookup) for name, one in self._sets.items()}

    def _prepare(self, one: EvaluationSet, lookup: SetLookup) -> Task:
        return prepare(one, lookup, self._rules.methods, self._rules.dummy4unknown)

    def left_to_subwords(self) -> dict[str, int]:
        """Kind of set -> number of uncovered items that composed vectors would cover."""
        found: dict[str, int] = {}
        if self._more is None:
            return found
        for name, one in self._sets.items():
            task = self.tasks[name]
            if self._missing[name]:
                n_more = len(self._prepare(one, self._more).covered) - len(task.covered)
                found[task.kind] = found.get(task.kind, 0) + n_more
        return found

    def evaluate(self, vectors: NDArray[np.float32], intervals: bool = True) -> list[SetResult]:
        """All scores of vectors, float32 [V, D], mapped or strided too; with intervals for similarity."""
        return [self._result(name, task, vectors, intervals) for name, task in self.tasks.items()]

    def _result(self, name: str, task: Task, vectors: NDArray[np.float32], intervals: bool) -> SetResult:
        composes = self._rules.oov == "subword"
        measured = task.run(vectors)
        whole = [one for one in measured if one.scope == WHOLE]
        # The purity of a part would be that of other, smaller clusters.
        if composes and task.kind != "categories":
            measured = [*whole, *by_source(task, whole), *measured[len(whole) :]]
        composed = task.composed if composes else None
        return SetResult(
            name=name,
            kind=task.kind,
            n_items=task.n_items,
            n_covered=len(task.covered),
            n_skipped_lines=self._sets[name].n_skipped_lines,
            n_only_subwords=None if composed is None else len(composed),
            missing_words=self._missing[name],
            scores=tuple(score_of(one, composed, intervals) for one in measured),
            tied=tuple(sorted({item for one in whole for item in one.tied.tolist()})),
        )

    def scores(self, vectors: NDArray[np.float32]) -> dict[str, float]:
        """Set -> main score (share right, Spearman's correlation, purity, accuracy), if it has one."""
        values = {name: score(task.run(vectors)[0].sample) for name, task in self.tasks.items()}
        return {name: value for name, value in values.items() if value is not None}


def score_of(measured: Measured, composed: NDArray[np.int64] | None = None, intervals: bool = True) -> Score:
    """The score of a measure.

    Args:
        composed: int64 [n], numbers of the items with a composed word, if the rules ask for it.
        intervals: whether to compute an interval, where the measure has one.
    """
    sample = measured.sample
    value = score(sample)
    is_share = measured.measure in _SHARES
    return Score(
        part=measured.part,
        measure=measured.measure,
        value=value,
        interval=interval(sample) if intervals and measured.measure in _WITH_INTERVAL else None,
        n=len(sample.items),
        n_right=round((value or 0) * len(sample.items)) if is_share else None,
        n_items=measured.n_items,
        n_missing=measured.n_missing,
        n_tied=len(measured.tied),
        n_only_subwords=None if composed is None else int(np.isin(sample.items, composed).sum()),
        is_section=measured.scope == SECTION,
    )


def evaluator_of(
    embeddings: Embeddings, sets: Iterable[EvaluationSet], rules: Rules | None = None
) -> Evaluator:
    """An evaluator of vectors with their n-grams; without n-grams, missing words stay missing."""
    rules = rules or Rules()
    compose = None
    if has_ngrams(embeddings):
        compose = ComposedWords(embeddings, rules.restrict_vocab, rules.case_sensitive)
    return Evaluator(sets, embeddings.vocabulary, rules, compose)


def _unique(names: Sequence[str]) -> list[str]:
    """Adds a number to duplicate names: rw, rw (2)."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique
