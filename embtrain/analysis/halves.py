"""Divides a set into two halves: one to choose by, and one to check the choice on."""

import random
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogy_sets import AnalogySet
from embtrain.analysis.evaluate.category_sets import CategorySet, OutlierSet
from embtrain.analysis.evaluate.similarity_sets import SimilaritySet
from embtrain.analysis.evaluate.tasks import EvaluationSet

_SEED: Final = 20_240_501
Half = set[int]


def halves(one: EvaluationSet, items: NDArray[np.int64]) -> tuple[EvaluationSet, EvaluationSet] | None:
    """Divides a set; the same set is always divided in the same way.

    Questions that begin with the same pair stay together, and each section, each category and the whole set
    are divided evenly. Outlier sets are divided by groups.

    Args:
        items: int64 [n], numbers of the items to keep, such as those that the text covers. Outlier sets are
            kept whole.

    Returns:
        The two halves; None if there are too few items for two.
    """
    keys = _keys(one)
    kept = range(len(keys)) if isinstance(one, OutlierSet) else items.tolist()
    first, second = _divide([(number, keys[number]) for number in kept])
    return (_take(one, first), _take(one, second)) if first and second else None


def _keys(one: EvaluationSet) -> list[tuple[Hashable, Hashable]]:
    """For each item: what is divided evenly, and what stays together within it."""
    match one:
        case AnalogySet():
            numbered = enumerate(one.sections)
            return [(number, item[:2]) for number, part in numbered for item in part.questions]
        case SimilaritySet():
            return [(None, number) for number in range(len(one.pairs))]
        case CategorySet():
            return [(category, number) for number, category in enumerate(one.categories)]
        case OutlierSet():
            return [(None, number) for number in range(len(one.groups))]


def _divide(items: Sequence[tuple[int, tuple[Hashable, Hashable]]]) -> tuple[Half, Half]:
    """Shuffles what stays together and deals it out in turn."""
    strata: dict[Hashable, dict[Hashable, list[int]]] = {}
    for number, (stratum, group) in items:
        strata.setdefault(stratum, {}).setdefault(group, []).append(number)
    source, found, turn = random.Random(_SEED), (Half(), Half()), 0
    for groups in strata.values():
        together = list(groups.values())
        source.shuffle(together)
        for numbers in together:
            found[turn % 2].update(numbers)
            turn += 1
    return found


def _take(one: EvaluationSet, numbers: Half) -> EvaluationSet:
    """The set with some of its items."""
    match one:
        case AnalogySet():
            return _take_questions(one, numbers)
        case SimilaritySet():
            return replace(one, pairs=tuple(one.pairs[number] for number in sorted(numbers)))
        case CategorySet():
            chosen = sorted(numbers)
            words, categories = ([of[number] for number in chosen] for of in (one.words, one.categories))
            return replace(one, words=tuple(words), categories=tuple(categories))
        case OutlierSet():
            return replace(one, groups=tuple(one.groups[number] for number in sorted(numbers)))


def _take_questions(one: AnalogySet, numbers: Half) -> AnalogySet:
    sections, start = [], 0
    for section in one.sections:
        own = [item for number, item in enumerate(section.questions, start) if number in numbers]
        start += len(section.questions)
        if own:
            sections.append(replace(section, questions=tuple(own)))
    return replace(one, sections=tuple(sections))
