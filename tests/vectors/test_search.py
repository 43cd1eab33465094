"""Exact search against brute force in float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.vectors.search import Searcher


def brute_force(vectors, queries, k, exclude):
    """Per query the k best (row, cosine), by score, then row, one by one in float64."""
    exact = vectors.astype(np.float64)
    norms = np.sqrt((exact**2).sum(axis=1))
    answers = []
    for query, own in zip(queries.astype(np.float64), exclude, strict=True):
        norm = np.sqrt((query**2).sum())
        usable = [row for row in range(len(exact)) if row != own and 0 < norms[row] < np.inf]
        if not 0 < norm < np.inf:
            usable = []
        scored = [(-((exact[row] / norms[row]) * (query / norm)).sum(), row) for row in usable]
        answers.append([(row, -score) for score, row in sorted(scored)[:k]])
    return answers


def check(vectors, own, k):
    """Same scores as brute force, and its rows too but where it rounds a tie otherwise."""
    rows, scores = Searcher(vectors).search(vectors[[own]], k, np.array([own]))
    (everything,) = brute_force(vectors, vectors[[own]], len(vectors), [own])
    expected = everything[:k]
    found = rows[0][rows[0] >= 0].tolist()
    assert len(found) == len(set(found)) == len(expected)
    assert (rows[0, len(found) :] == -1).all()
    assert np.isnan(scores[0, len(found) :]).all()
    np.testing.assert_allclose(scores[0, : len(found)], [s for _, s in expected], rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        scores[0, : len(found)], [dict(everything)[row] for row in found], rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("n_queries", [1, 3, 300])
@pytest.mark.parametrize(("n_rows", "dim"), [(1, 1), (7, 3), (5000, 60), (30_001, 100)])
def test_equals_brute_force(n_queries, n_rows, dim):
    rng = np.random.default_rng(n_rows)
    vectors = rng.standard_normal((n_rows, dim)).astype(np.float32)
    own = rng.integers(0, n_rows, min(n_queries, 4)).repeat(-(-n_queries // 4))[:n_queries]
    rows, scores = Searcher(vectors).search(vectors[own], 10, own)
    unit = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    for query in np.unique(own):
        expected = unit @ unit[query]
        expected[query] = -np.inf
        order = np.lexsort((np.arange(n_rows), -expected))[: min(10, n_rows - 1)]
        for found in np.flatnonzero(own == query):
            assert rows[found, : len(order)].tolist() == order.tolist()
            np.testing.assert_allclose(scores[found, : len(order)], expected[order], rtol=0, atol=1e-12)
            assert (rows[found, len(order) :] == -1).all()


special = st.sampled_from([0.0, 1.0, -1.0, 0.5, 3.0, 1e-30, 1e-42, 1e25, 3e38, -3e38, np.nan, np.inf])


@settings(deadline=None)  # a busy machine may stop this process for longer than any deadline
@given(st.data(), st.integers(1, 12), st.integers(1, 4), st.integers(1, 14))
def test_special_values_and_ties(data, n_rows, dim, k):
    values = data.draw(st.lists(special, min_size=n_rows * dim, max_size=n_rows * dim))
    vectors = np.array(values, np.float32).reshape(n_rows, dim)
    own = data.draw(st.integers(0, n_rows - 1))
    check(vectors, own, k)


def test_ties_go_to_the_lower_row_across_blocks():
    same = np.tile(np.array([[0.3, 0.7, -0.1]], np.float32), (200_000, 1))
    rows, _ = Searcher(same).search(same[[3]], 5, np.array([3]))
    assert rows[0].tolist() == [0, 1, 2, 4, 5]


def test_an_answer_does_not_depend_on_its_batch():
    rng = np.random.default_rng(5)
    vectors = rng.standard_normal((20_000, 50)).astype(np.float32)
    vectors[1000:2000] = vectors[:1000] * rng.uniform(0.5, 2, (1000, 1)).astype(np.float32)
    own = np.arange(600)
    rows, scores = Searcher(vectors).search(vectors[own], 10, own)
    searcher = Searcher(vectors)
    for query in (0, 255, 256, 599):
        alone, score = searcher.search(vectors[[query]], 10, own[[query]])
        assert alone[0].tolist() == rows[query].tolist()
        assert score[0].tolist() == scores[query].tolist()


def test_rows_without_direction_are_counted_and_found_by_nobody():
    vectors = np.array([[1, 0], [0, 0], [np.nan, 1], [np.inf, 0], [1, 1]], np.float32)
    searcher = Searcher(vectors)
    rows, _ = searcher.search(vectors, 10, np.arange(5))
    assert searcher.n_without_direction == 3
    assert [row[row >= 0].tolist() for row in rows] == [[4], [], [], [], [0]]


def test_nothing_to_ask_or_to_find():
    vectors = np.ones((3, 2), np.float32)
    rows, scores = Searcher(vectors).search(vectors[:0], 10, np.empty(0, np.int64))
    assert rows.shape == scores.shape == (0, 3)
    rows, _ = Searcher(vectors[:0]).search(vectors[:1], 10, np.array([-1]))
    assert rows.shape == (1, 0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_agrees_with_gensim():
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    from embtrain import Embeddings, Vocabulary

    theirs = KeyedVectors.load_word2vec_format(datapath("euclidean_vectors.bin"), binary=True)
    ours = Embeddings(Vocabulary.from_words(theirs.index_to_key), theirs.vectors)
    for word in theirs.index_to_key[:20]:
        expected = theirs.most_similar(word, topn=8)
        found = ours.neighbors(word, 8)
        assert [other for other, _ in found] == [other for other, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], rtol=0, atol=1e-6)


def test_all_rows_can_be_asked_for():
    vectors = np.random.default_rng(2).standard_normal((30_000, 20)).astype(np.float32)
    searcher = Searcher(vectors)
    searcher.search(vectors[:1], 3, np.array([0]))
    rows, scores = searcher.search(vectors[:2], 30_000, np.array([0, 1]))
    for query in (0, 1):
        assert set(rows[query, :-1].tolist()) == set(range(30_000)) - {query}
        assert (np.diff(scores[query, :-1]) <= 0).all()
        assert rows[query, -1] == -1
