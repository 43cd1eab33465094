"""Compares two sets of vectors: words, neighbours, positions, scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.compare.overlap import neighbors, shares_in_common
from embtrain.analysis.compare.procrustes import aligned_cosines
from embtrain.analysis.compare.shared_words import SharedRows, shared_rows
from embtrain.analysis.evaluate.bootstrap import difference, interval
from embtrain.analysis.evaluate.evaluation import Evaluator, Rules
from embtrain.analysis.evaluate.item_scores import Mean, score
from embtrain.analysis.evaluate.tasks import SECTION, EvaluationSet
from embtrain.errors import NotFoundError
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

# Neighbours shown for a word that has moved.
_SHOWN = 5


@dataclass(frozen=True)
class Questions:
    """Settings of a comparison.

    Attributes:
        k: neighbours per word.
        n_sampled: number of shared words, drawn at random, whose neighbours are compared; None for all.
        n_moved: number of words to list that have moved most.
        n_among: list only words among this many first shared words of A, because rare words always move.
        seed: seed of the draws.
    """

    k: int = 10
    n_sampled: int | None = 1000
    n_moved: int = 10
    n_among: int = 10_000
    seed: int = 1


@dataclass(frozen=True)
class Moved:
    """A word, the cosine of its two vectors after alignment, and its neighbours in A and in B."""

    word: str
    cosine: float
    neighbors_a: tuple[str, ...]
    neighbors_b: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Scores of A and B on the n items of a set that both cover, and B's score minus A's.

    Attributes:
        name, part, measure: as in `evaluate.SetResult` and `evaluate.Score`.
        difference: the difference, or None if there is no score.
        interval: its paired 95 % bootstrap interval.
    """

    name: str
    part: str
    measure: str
    n: int
    a: float | None
    b: float | None
    difference: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Comparison:
    """The result of `compare`; overlap and its interval are shares of the k neighbours.

    Attributes:
        n_shared: number of words that both have.
        n_sampled: number of words whose neighbours were compared.
        k: neighbours per word; fewer than requested if there are not enough words.
        n_without_direction: number of shared words left out because their vector in A or B is zero or not
            finite.
        mean_cosine: mean cosine of the shared words after alignment, or None if no word has a direction.
    """

    n_shared: int
    n_sampled: int
    k: int
    overlap: float | None
    overlap_interval: tuple[float, float] | None
    n_without_direction: int
    mean_cosine: float | None
    moved: tuple[Moved, ...]
    differences: tuple[Difference, ...]


def compare(
    a: Embeddings,
    b: Embeddings,
    questions: Questions | None = None,
    sets: Sequence[EvaluationSet] = (),
    rules: Rules | None = None,
) -> Comparison:
    """Compares two sets of vectors; dimensions may differ. Neighbours are searched among the shared words
    that have a direction in both.

    Raises NotFoundError if they share fewer than two words.
    """
    questions = questions or Questions()
    rows_a, rows_b = shared_rows(a.vocabulary, b.vocabulary)
    if len(rows_a) < 2:
        raise NotFoundError(
            f"the vectors share {counted(len(rows_a), 'word')}; at least two are needed to compare them"
        )
    cosines = aligned_cosines(SharedRows(a.vectors, rows_a), SharedRows(b.vectors, rows_b))
    # A word without a direction in one set could be a neighbour only in the other.
    directed = np.flatnonzero(~np.isnan(cosines))
    one, other = SharedRows(a.vectors, rows_a[directed]), SharedRows(b.vectors, rows_b[directed])
    cosines = cosines[directed]
    k = max(0, min(questions.k, len(directed) - 1))
    sampled = _sample(np.arange(len(directed) if k else 0), questions)
    shares = Mean(sampled, shares_in_common(one, other, sampled, k))
    return Comparison(
        n_shared=len(rows_a),
        n_sampled=len(sampled),
        k=k,
        overlap=score(shares),
        overlap_interval=interval(shares, questions.seed),
        n_without_direction=len(rows_a) - len(directed),
        mean_cosine=float(cosines.mean()) if len(directed) else None,
        moved=_moved(a.vocabulary, one, other, cosines, questions),
        differences=_differences(a, b, sets, rules, questions.seed),
    )


def _sample(places: NDArray[np.int64], questions: Questions) -> NDArray[np.int64]:
    if questions.n_sampled is None or questions.n_sampled >= len(places):
        return places
    drawn = np.random.default_rng(questions.seed).choice(places, questions.n_sampled, replace=False)
    return np.sort(drawn)


def _moved(
    vocabulary: Vocabulary,
    one: SharedRows,
    other: SharedRows,
    cosines: NDArray[np.float64],
    questions: Questions,
) -> tuple[Moved, ...]:
    order = np.argsort(cosines[: questions.n_among], kind="stable")[: questions.n_moved]
    near = [neighbors(table, order, min(_SHOWN, max(0, len(one) - 1))) for table in (one, other)]

    def words(places: NDArray[np.int64]) -> tuple[str, ...]:
        return tuple(vocabulary[one.rows[place]] for place in places if place >= 0)

    return tuple(
        Moved(vocabulary[one.rows[place]], float(cosines[place]), words(near_a), words(near_b))
        for place, near_a, near_b in zip(order, *near, strict=True)
    )


def _differences(
    a: Embeddings, b: Embeddings, sets: Sequence[EvaluationSet], rules: Rules | None, seed: int
) -> tuple[Difference, ...]:
    if not sets:
        return ()
    tasks_a, tasks_b = (Evaluator(sets, vectors.vocabulary, rules).tasks for vectors in (a, b))
    found = []
    for name, task in tasks_a.items():
        for one, other in zip(task.run(a.vectors), tasks_b[name].run(b.vectors), strict=True):
            if one.scope == SECTION:
                continue
            _, places, other_places = np.intersect1d(one.sample.items, other.sample.items, True, True)
            sample, other_sample = one.sample.take(places), other.sample.take(other_places)
            values = (len(places), score(sample), score(other_sample))
            change = difference(sample, other_sample, seed) or (None, None)
            found.append(Difference(name, one.part, one.measure, *values, *change))
    return tuple(found)
