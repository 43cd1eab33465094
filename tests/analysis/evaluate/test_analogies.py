"""Answers to analogies: against brute force in float64 and against gensim."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embtrain import Vocabulary
from embtrain.analysis.evaluate import analogies as module
from embtrain.analysis.evaluate.analogies import AnalogyTask
from embtrain.analysis.evaluate.analogy_sets import Question
from embtrain.analysis.evaluate.lookup import SetLookup

METHODS = ("3CosAdd", "3CosMul")


def lookup(words, questions, restrict=None, case_sensitive=False):
    asked = {word for question in questions for word in (*question[:3], *question.answers)}
    return SetLookup(Vocabulary.from_words(words), asked, restrict, case_sensitive)


def brute_force(words, vectors, question, method, fold=str.upper):
    """Whether the best row is right, and whether a right and a wrong row are about equally good.

    One row after another, by the words of the papers and of gensim's evaluation.
    """
    folded = [fold(word) for word in words]
    units = vectors.astype(np.float64)
    norms = np.sqrt((units**2).sum(axis=1))
    a, b, c = (folded.index(fold(word)) for word in question[:3])
    if not (norms[[a, b, c]] > 0).all():
        return False, False
    units = units / np.where(norms > 0, norms, 1)[:, None]
    if method == "3CosAdd":
        target = units[b] + units[c] - units[a]
        scores = units @ target / max(np.sqrt((target**2).sum()), 1e-6)
    else:
        cosines = np.maximum((1 + units @ units[[a, b, c]].T) / 2, 0)
        scores = cosines[:, 1] * cosines[:, 2] / (cosines[:, 0] + 1e-6)
    rows = [row for row in range(len(words)) if row not in (a, b, c) and norms[row] > 0]
    ranked = sorted(rows, key=lambda row: (-scores[row], row))[:5]
    inputs = {fold(word) for word in question[:3]}
    best = next((row for row in ranked if folded[row] not in inputs), None)
    answers = {fold(word) for word in question.answers}
    if best is None:
        return bool(ranked) and len(ranked) == 5 and folded[ranked[-1]] in answers, False
    scale = 1 if method == "3CosAdd" else abs(scores[best])
    others = [row for row in rows if (folded[row] in answers) != (folded[best] in answers)]
    close = any(abs(scores[row] - scores[best]) < 3e-6 * max(scale, 1e-2) for row in others)
    return folded[best] in answers, close


def check(words, vectors, questions, **rules):
    task = AnalogyTask(questions, lookup(words, questions, **rules))
    found = task.ask(vectors, METHODS)
    fold = str if rules.get("case_sensitive") else str.upper
    for place, number in enumerate(task.covered.tolist()):
        for method in METHODS:
            right, close = brute_force(words, vectors, questions[number], method, fold)
            if not close:
                assert found[method].right[place] == right, (questions[number], method)
                assert not found[method].tied[place]


def random_questions(words, n, rng):
    picks = rng.choice(words, (n, 4))
    return [Question(*map(str, pick[:3]), (str(pick[3]),)) for pick in picks]


@pytest.mark.parametrize(("n_words", "dim", "table"), [(12, 2, 64), (40, 5, 500), (700, 20, 1 << 20)])
def test_equals_brute_force(monkeypatch, n_words, dim, table):
    monkeypatch.setattr(module, "_TABLE_VALUES", table)
    monkeypatch.setattr(module, "_BATCH", 150)
    rng = np.random.default_rng(dim)
    words = [f"w{row}" for row in range(n_words)]
    vectors = rng.standard_normal((n_words, dim)).astype(np.float32)
    vectors[5] = 0
    vectors[6] = vectors[7]
    check(words, vectors, random_questions(words, 400, rng))


def test_many_variants_by_case():
    """Words that differ only in case: excluded with the question's words, and all right if one is."""
    rng = np.random.default_rng(1)
    base = ["ab", "cd", "ef", "gh", "ij"]
    words = [f"{x}{y}" for one in base for x in (one[0], one[0].upper()) for y in (one[1], one[1].upper())]
    words = [words[i] for i in rng.permutation(len(words))] + ["straße", "STRASSE", "\udcff"]
    for seed in range(20):
        vectors = np.random.default_rng(seed).standard_normal((len(words), 3)).astype(np.float32)
        questions = random_questions([*base, "strasse"], 100, rng)
        check(words, vectors, questions)
        check(words, vectors, random_questions(words, 50, rng), case_sensitive=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_odd_vectors_equal_brute_force(data):
    n_words, dim = data.draw(st.integers(4, 9)), data.draw(st.integers(1, 3))
    value = st.sampled_from([0.0, 1.0, -1.0, 0.5, 3.0, 1e-30, 1e20])
    rows = st.lists(st.lists(value, min_size=dim, max_size=dim), min_size=n_words, max_size=n_words)
    vectors = np.array(data.draw(rows), np.float32)
    words = [f"{'xX'[row % 2]}{row // 2}" for row in range(n_words)]
    picks = st.lists(st.sampled_from(words), min_size=4, max_size=4)
    questions = [
        Question(*pick[:3], (pick[3],)) for pick in data.draw(st.lists(picks, min_size=1, max_size=8))
    ]
    check(words, vectors, questions)


def test_any_of_several_answers_is_right():
    words = ["a", "b", "c", "d", "e"]
    vectors = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0.9]], np.float32)
    questions = [
        Question("a", "b", "c", answers) for answers in (("d",), ("e",), ("unknown", "e", "d"), ("no",))
    ]
    task = AnalogyTask(questions, lookup(words, questions))
    assert task.covered.tolist() == [0, 1, 2]
    assert task.ask(vectors, ("3CosAdd",))["3CosAdd"].right.tolist() == [True, False, True]


def test_ties_are_said_and_the_first_row_wins():
    words = ["a", "b", "c", "d", "e"]
    vectors = np.array([[1, 0], [1, 1], [1, 0.5], [0, 1], [0, 2]], np.float32)
    questions = [Question("a", "b", "c", ("d",)), Question("a", "b", "c", ("e",))]
    outcome = AnalogyTask(questions, lookup(words, questions)).ask(vectors, ("3CosAdd",))["3CosAdd"]
    assert outcome.right.tolist() == [True, False]
    assert outcome.tied.tolist() == [True, True]


def test_restricted_vocabulary():
    words = ["a", "b", "c", "d", "better"]
    vectors = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 0.2], [0, 1, 1]], np.float32)
    questions = [Question("a", "b", "c", ("d",)), Question("a", "b", "c", ("better",))]
    for restrict, covered, right in (
        (4, [0], [True]),
        (None, [0, 1], [False, True]),
        (9, [0, 1], [False, True]),
    ):
        task = AnalogyTask(questions, lookup(words, questions, restrict))
        assert task.covered.tolist() == covered
        assert task.ask(vectors, ("3CosAdd",))["3CosAdd"].right.tolist() == right


def test_strided_vectors_and_nothing_covered():
    padded = np.random.default_rng(0).standard_normal((5, 16)).astype(np.float32)
    words = list("abcde")
    questions = random_questions(words, 30, np.random.default_rng(1))
    task = AnalogyTask(questions, lookup(words, questions))
    found, plain = (task.ask(table, METHODS) for table in (padded[:, :10], padded[:, :10].copy()))
    assert all((found[method].right == plain[method].right).all() for method in METHODS)
    unknown = [Question("x", "y", "z", ("w",))]
    assert len(AnalogyTask(unknown, lookup(words, unknown)).ask(padded, METHODS)["3CosAdd"].right) == 0


def test_memory_is_that_of_blocks(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_VALUES", 1 << 14)
    monkeypatch.setattr(module, "_TABLE_VALUES", 1 << 16)
    vectors = np.random.default_rng(0).standard_normal((60_000, 64), np.float32)
    words = [f"w{row}" for row in range(100)]
    questions = random_questions(words[:30], 60, np.random.default_rng(1))
    vocabulary = [*words, *(f"x{row}" for row in range(len(vectors) - len(words)))]
    task = AnalogyTask(questions, lookup(vocabulary, questions))
    tracemalloc.start()
    try:
        task.ask(vectors, METHODS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert vectors.nbytes > 15_000_000
    assert peak < 5_000_000
