"""Prepares evaluation sets of all kinds for a vocabulary, behind one interface."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogies import AnalogyTask
from embtrain.analysis.evaluate.analogy_sets import SEMANTIC, SYNTACTIC, AnalogySet
from embtrain.analysis.evaluate.category_sets import CategorySet, OutlierSet
from embtrain.analysis.evaluate.item_scores import Correlation, ItemResults, Mean, Purity
from embtrain.analysis.evaluate.kmeans import cluster
from embtrain.analysis.evaluate.lookup import SetLookup
from embtrain.analysis.evaluate.outliers import OutlierTask
from embtrain.analysis.evaluate.similarity_sets import SimilaritySet
from embtrain.floats import unit_rows_or_zeros

EvaluationSet = AnalogySet | SimilaritySet | CategorySet | OutlierSet
Vectors = NDArray[np.float32]
#: Scopes of a measure.
WHOLE, SOURCE, KIND, SECTION = "whole", "source", "kind", "section"
#: Parts of a set by the source of the vectors of their words.
KNOWN, COMPOSED = "known words", "only subwords"


@dataclass(frozen=True)
class Measured:
    """One measure of one part of a set.

    Attributes:
        part: a section's name, "semantic", "syntactic", "total", KNOWN or COMPOSED; "" for a set without
            parts.
        measure: "3CosAdd", "3CosMul", "spearman", "pearson", "purity", "accuracy" or "opp".
        sample: the items that the measure is computed from.
        n_items, n_missing: number of items of the part, and of those not covered.
        tied: numbers of the items that rounding decides.
        scope: WHOLE set, one SOURCE of vectors, one KIND of question, or one SECTION.
    """

    part: str
    measure: str
    sample: ItemResults
    n_items: int
    n_missing: int
    tied: NDArray[np.int64]
    scope: str


class Task(Protocol):
    """A set prepared for a vocabulary.

    Attributes:
        kind: "analogies", "similarity", "categories" or "outliers".
        n_items: number of questions, pairs, words or tests.
        covered: int64 [n], numbers of the items that can be answered.
        composed: int64 [m], those of them with a word whose vector is composed from n-grams.
    """

    kind: str
    n_items: int
    covered: NDArray[np.int64]
    composed: NDArray[np.int64]

    def run(self, vectors: Vectors) -> list[Measured]:
        """Measures of vectors float32 [V, D] of the vocabulary, starting with the set's main measure."""


_NO_TIES = np.empty(0, np.int64)


def words_of(evaluation_set: EvaluationSet) -> list[str]:
    """All words of a set, in order and without duplicates."""
    match evaluation_set:
        case AnalogySet():
            found = [word for item in evaluation_set.questions for word in (*item[:3], *item.answers)]
        case SimilaritySet():
            found = [word for pair in evaluation_set.pairs for word in pair[:2]]
        case CategorySet():
            found = list(evaluation_set.words)
        case OutlierSet():
            found = [word for group in evaluation_set.groups for word in (*group.members, *group.outliers)]
    return list(dict.fromkeys(found))


def prepare(
    evaluation_set: EvaluationSet, lookup: SetLookup, methods: Sequence[str], dummy4unknown: bool
) -> Task:
    """Prepares a set; methods applies to analogies, dummy4unknown to analogies and similarity."""
    match evaluation_set:
        case AnalogySet():
            return Analogies(evaluation_set, lookup, methods, dummy4unknown)
        case SimilaritySet():
            return Similarity(evaluation_set, lookup, dummy4unknown)
        case CategorySet():
            return Categories(evaluation_set, lookup)
        case OutlierSet():
            return Outliers(evaluation_set, lookup)


def by_source(task: Task, measured: Sequence[Measured]) -> list[Measured]:
    """Measures of the covered items whose words are all known, and of those with a composed word."""
    known = np.setdiff1d(task.covered, task.composed)
    parts = ((KNOWN, known), (COMPOSED, task.composed))
    return [_part(one, name, items) for name, items in parts for one in measured]


def _part(measured: Measured, name: str, items: NDArray[np.int64]) -> Measured:
    return replace(
        measured,
        part=name,
        sample=measured.sample.take(np.flatnonzero(np.isin(measured.sample.items, items))),
        n_missing=measured.n_items - len(items),
        tied=np.intersect1d(measured.tied, items),
        scope=SOURCE,
    )


class Analogies:
    """Share of right answers: in total, by kind and by section."""

    kind = "analogies"

    def __init__(
        self, questions: AnalogySet, lookup: SetLookup, methods: Sequence[str], dummy4unknown: bool
    ) -> None:
        everything = list(questions.questions)
        self.n_items = len(everything)
        self._task = AnalogyTask(everything, lookup)
        self.covered, self.composed = self._task.covered, self._task.composed
        self._methods = tuple(methods)
        self._dummy = dummy4unknown
        self._parts = list(_parts(questions))

    def run(self, vectors: Vectors) -> list[Measured]:
        outcomes = self._task.ask(vectors, self._methods)
        found = []
        for scope, part, numbers in self._parts:
            for method in self._methods:
                right, tied = np.zeros(self.n_items, bool), np.zeros(self.n_items, bool)
                right[self.covered], tied[self.covered] = outcomes[method].right, outcomes[method].tied
                known = np.intersect1d(numbers, self.covered)
                items = numbers if self._dummy else known
                sample, ties = Mean(items, right[items].astype(np.float64)), items[tied[items]]
                missing = len(numbers) - len(known)
                found.append(Measured(part, method, sample, len(numbers), missing, ties, scope))
        return found


def _parts(questions: AnalogySet) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """Scopes, names and question numbers of the total, the kinds, and the sections, if any."""
    sections = questions.sections
    ends = np.cumsum([len(section.questions) for section in sections])
    numbers = np.split(np.arange(ends[-1]), ends[:-1])
    yield WHOLE, "total", np.arange(ends[-1])
    for kind in (SEMANTIC, SYNTACTIC):
        own = [part for part, section in zip(numbers, sections, strict=True) if section.kind == kind]
        if own:
            yield KIND, kind, np.concatenate(own)
    if len(sections) > 1:
        yield from ((SECTION, one.name, part) for part, one in zip(numbers, sections, strict=True))


class Similarity:
    """Rank correlation of cosines with human judgement."""

    kind = "similarity"

    def __init__(self, pairs: SimilaritySet, lookup: SetLookup, dummy4unknown: bool) -> None:
        self.n_items = len(pairs.pairs)
        known = [i for i, pair in enumerate(pairs.pairs) if pair.left in lookup and pair.right in lookup]
        self.covered = np.array(known, np.int64)
        rows = [[lookup.row(word) for word in pairs.pairs[i][:2]] for i in known]
        self._rows = np.array(rows, np.int64).reshape(-1, 2)
        self.composed = self.covered[(self._rows >= lookup.n_rows).any(axis=1)]
        self._lookup = lookup
        self._gold = np.array([pair.score for pair in pairs.pairs])
        self._dummy = dummy4unknown

    def run(self, vectors: Vectors) -> list[Measured]:
        left, right = (unit_rows_or_zeros(self._lookup.take(vectors, rows)) for rows in self._rows.T)
        found = np.zeros(self.n_items)
        found[self.covered] = (left * right).sum(axis=1)
        items = np.arange(self.n_items) if self._dummy else self.covered
        missing = self.n_items - len(self.covered)
        samples = {
            "spearman": Correlation(items, self._gold[items], found[items]),
            "pearson": Correlation(items, self._gold[items], found[items], by_rank=False),
        }
        return [
            Measured("", name, sample, self.n_items, missing, _NO_TIES, WHOLE)
            for name, sample in samples.items()
        ]


class Categories:
    """Purity of clusters; their number is that of the categories of the known words."""

    kind = "categories"

    def __init__(self, words: CategorySet, lookup: SetLookup) -> None:
        self.n_items = len(words.words)
        known = [i for i, word in enumerate(words.words) if word in lookup]
        self.covered = np.array(known, np.int64)
        self._rows = np.array([lookup.row(words.words[i]) for i in known], np.int64)
        self.composed = self.covered[self._rows >= lookup.n_rows]
        self._lookup = lookup
        _, classes = np.unique([words.categories[i] for i in known], return_inverse=True)
        self._classes = classes.astype(np.intp)

    def run(self, vectors: Vectors) -> list[Measured]:
        clusters = np.zeros(0, np.intp)
        if len(self._rows):
            units = unit_rows_or_zeros(self._lookup.take(vectors, self._rows))
            clusters = cluster(units, int(self._classes.max()) + 1)
        sample = Purity(self.covered, clusters, self._classes)
        missing = self.n_items - len(self.covered)
        return [Measured("", "purity", sample, self.n_items, missing, _NO_TIES, WHOLE)]


class Outliers:
    """Share of outliers found, and their mean position (OPP)."""

    kind = "outliers"

    def __init__(self, groups: OutlierSet, lookup: SetLookup) -> None:
        self._task = OutlierTask(groups, lookup)
        self.n_items = self._task.n_tests
        self.covered, self.composed = self._task.covered, self._task.composed

    def run(self, vectors: Vectors) -> list[Measured]:
        positions = self._task.positions(vectors)
        missing = self.n_items - len(self.covered)
        samples = {
            "accuracy": Mean(self.covered, (positions == 1).astype(np.float64)),
            "opp": Mean(self.covered, positions),
        }
        return [
            Measured("", name, sample, self.n_items, missing, _NO_TIES, WHOLE)
            for name, sample in samples.items()
        ]
