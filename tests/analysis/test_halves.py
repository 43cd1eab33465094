"""Halves of sets: nothing is in both, nothing is lost, and what belongs together stays together."""

import numpy as np

from embtrain.analysis.evaluate.analogy_sets import AnalogySet, Question, Section
from embtrain.analysis.evaluate.category_sets import CategoryGroup, CategorySet, OutlierSet
from embtrain.analysis.evaluate.similarity_sets import Pair, SimilaritySet
from embtrain.analysis.halves import halves


def analogies(n_pairs=10):
    sections = []
    for name in "xy":
        pairs = [(f"{name}{number}", f"{name}{number}s") for number in range(n_pairs)]
        asked = [Question(*one, other[0], (other[1],)) for one in pairs for other in pairs if one != other]
        sections.append(Section(name, None, tuple(asked)))
    return AnalogySet("set", tuple(sections), 0)


def test_questions_that_begin_with_a_pair_stay_together():
    whole = analogies()
    first, second = halves(whole, np.arange(180))
    asked = [set(half.questions) for half in (first, second)]
    assert asked[0] | asked[1] == set(whole.questions)
    assert not asked[0] & asked[1]
    pairs = [{item[:2] for item in half} for half in asked]
    assert not pairs[0] & pairs[1]
    assert [len(section.questions) for section in first.sections] == [45, 45]


def test_only_the_given_items_are_divided_and_always_in_the_same_way():
    pairs = SimilaritySet("set", tuple(Pair(f"a{n}", f"b{n}", float(n)) for n in range(20)), 0)
    first, second = halves(pairs, np.arange(10))
    assert sorted([*first.pairs, *second.pairs]) == sorted(pairs.pairs[:10])
    assert (len(first.pairs), len(second.pairs)) == (5, 5)
    assert halves(pairs, np.arange(10)) == (first, second)


def test_each_category_is_divided():
    words = CategorySet("set", tuple(f"w{n}" for n in range(12)), tuple("ab" * 6), 0)
    for half in halves(words, np.arange(12)):
        assert sorted(half.categories) == list("aaabbb")


def test_outlier_sets_are_divided_by_groups():
    groups = tuple(CategoryGroup(f"g{n}", ("a", "b"), ("c", "d")) for n in range(4))
    first, second = halves(OutlierSet("set", groups, 0), np.arange(2))
    assert sorted([*first.groups, *second.groups]) == sorted(groups)
    assert len(first.groups) == len(second.groups) == 2


def test_one_item_cannot_be_divided():
    pairs = SimilaritySet("set", (Pair("a", "b", 1.0), Pair("c", "d", 2.0)), 0)
    assert halves(pairs, np.arange(1)) is None
    assert halves(pairs, np.arange(0)) is None
