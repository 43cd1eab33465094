"""The evaluator as a library: prepared once, and applied to changing vectors, as in training."""

import numpy as np
import pytest

from embtrain import Vocabulary
from embtrain.analysis.evaluate.analogy_sets import AnalogySet, Question, Section
from embtrain.analysis.evaluate.evaluation import Evaluator, Rules, read_sets
from embtrain.analysis.evaluate.lookup import SetLookup
from embtrain.analysis.evaluate.similarity_sets import Pair, SimilaritySet

WORDS = ["king", "queen", "man", "woman", "King", "apple"]
VECTORS = np.array([[2, 0, 1], [2, 1, 1], [0, 0, 1], [0, 1, 1], [2, 0, 0.9], [-1, 0.3, -1]], np.float32)
ROYAL = Question("man", "king", "woman", ("queen",))
ANALOGIES = AnalogySet(
    "royal",
    (
        Section("one", "semantic", (ROYAL, Question("man", "king", "unknown", ("x",)))),
        Section("gram2", "syntactic", (Question("woman", "queen", "man", ("apple",)),)),
    ),
    0,
)
PAIRS = SimilaritySet("pairs", (Pair("king", "queen", 9), Pair("KING", "apple", 1), Pair("man", "x", 5)), 0)


def test_lookup_takes_the_first_of_several_cases():
    vocabulary = Vocabulary.from_words(["b", "König", "KÖNIG", "könig", b"\xff"])
    lookup = SetLookup(vocabulary, ["KöNIG", "B", "\udcff", "c"])
    assert (lookup.row("KöNIG"), lookup.rows("KöNIG"), lookup.row("\udcff")) == (1, [1, 2, 3], 4)
    assert lookup.missing(["c", "B", "c"]) == ["c"]
    exact = SetLookup(vocabulary, ["könig", "B"], restrict_vocab=4, case_sensitive=True)
    assert exact.rows("könig") == [3]
    assert "B" not in exact
    assert "könig" not in SetLookup(vocabulary, ["könig"], restrict_vocab=3, case_sensitive=True)


def test_all_parts_of_a_set():
    result, pairs = Evaluator([ANALOGIES, PAIRS], Vocabulary.from_words(WORDS)).evaluate(VECTORS)
    found = {(score.part, score.measure): score for score in result.scores}
    assert list(found)[::2] == [
        (part, "3CosAdd") for part in ("total", "semantic", "syntactic", "one", "gram2")
    ]
    total = found["total", "3CosAdd"]
    assert (total.value, total.n, total.n_right, total.n_missing) == (0.5, 2, 1, 1)
    assert found["semantic", "3CosAdd"].value == 1
    assert found["gram2", "3CosMul"].value == 0
    assert result.missing_words == ("unknown", "x")
    assert [score.part for score in result.without_sections().scores[::2]] == [
        "total",
        "semantic",
        "syntactic",
    ]
    assert (pairs.n_items, pairs.n_covered, pairs.scores[0].value) == (3, 2, 1)


def test_missing_items_count_on_request():
    rules = Rules(dummy4unknown=True)
    result, pairs = Evaluator([ANALOGIES, PAIRS], Vocabulary.from_words(WORDS), rules).evaluate(VECTORS)
    assert (result.scores[0].value, result.scores[0].n) == (1 / 3, 3)
    assert pairs.scores[0].n == 3
    # Gold 9, 1, 5 and cosines high, low, 0.
    assert pairs.scores[0].value == pytest.approx(1)


def test_nothing_covered_has_no_score():
    evaluator = Evaluator([ANALOGIES, PAIRS], Vocabulary.from_words(["z"]))
    vectors = np.ones((1, 3), np.float32)
    assert evaluator.scores(vectors) == {}
    assert all(score.value is None for result in evaluator.evaluate(vectors) for score in result.scores)


def test_scores_during_training():
    """A padded table that changes; sets of the same name stay apart."""
    table = np.zeros((6, 16), np.float32)
    evaluator = Evaluator(
        [ANALOGIES, PAIRS, PAIRS], Vocabulary.from_words(WORDS), Rules(methods=("3CosAdd",))
    )
    view = table[:, :3]
    assert evaluator.scores(view) == {"royal": 0.0}
    view[:] = VECTORS
    assert evaluator.scores(view) == {"royal": 0.5, "pairs": 1.0, "pairs (2)": 1.0}


def test_without_names_the_built_in_sets_are_read():
    assert [one.name for one in read_sets({})] == ["questions-words", "wordsim353", "simlex999"]
    named = {"analogies": (), "similarity": ("simlex999",)}
    assert [one.name for one in read_sets(named)] == ["simlex999"]
