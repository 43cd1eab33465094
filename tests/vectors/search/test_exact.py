"""Exact search against brute force in float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.vectors.search.exact import Searcher


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
    """The scores of brute force, and its rows, except where it rounds a tie differently."""
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


def instruction_sets():
    from embtrain import _native

    return [name for name, available in _native.instruction_sets() if available]


@pytest.fixture(params=instruction_sets())
def instruction_set(request):
    """Selects each instruction set of this processor; restores the one in use afterwards."""
    from embtrain import _native

    before = _native.instruction_set()
    _native.use_instruction_set(request.param)
    yield request.param
    _native.use_instruction_set(before)


@pytest.mark.parametrize("n_queries", [1, 3, 300])
@pytest.mark.parametrize(("n_rows", "dim"), [(1, 1), (7, 3), (5000, 60), (30_001, 100)])
def test_equals_brute_force(n_queries, n_rows, dim, instruction_set):
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


def test_rows_without_direction_are_counted_and_never_found():
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


def analogy_scores(vectors, triple, method):
    """Scores of all rows in float64, straight from the formulas; NaN where there is none."""
    with np.errstate(all="ignore"):
        x = vectors.astype(np.float64)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        a, b, c = (v / np.linalg.norm(v) for v in triple.astype(np.float64))
        if method == "3cosadd":
            return x @ (b - a + c) / np.linalg.norm(b - a + c)
        if method == "3cosmul":
            return (1 + x @ b) / 2 * (1 + x @ c) / 2 / ((1 + x @ a) / 2 + 1e-6)
        scores = (x - c) @ (b - a) / np.linalg.norm(b - a) / np.linalg.norm(x - c, axis=1)
        return np.where(np.abs(x - c).max(axis=1) < 1e-12, np.nan, scores)


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "pair-direction"])
@pytest.mark.parametrize("n_queries", [1, 2, 50])
def test_analogies_equal_their_formulas(method, n_queries, instruction_set):
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((3001, 17)).astype(np.float32)
    vectors[7], vectors[9], vectors[100:110] = 0, np.nan, vectors[1]
    vectors[200:260] *= np.float32(1e-25)
    triples = rng.choice(np.setdiff1d(np.arange(3001), [7, 9, *range(100, 110)]), (n_queries, 3))
    rows, found = Searcher(vectors).analogies(vectors[triples], 20, triples, method)
    for query, triple in enumerate(triples):
        expected = analogy_scores(vectors, vectors[triple], method)
        expected[triple] = np.nan
        order = np.lexsort((np.arange(len(expected)), -np.nan_to_num(expected, nan=-np.inf)))[:20]
        np.testing.assert_allclose(found[query], expected[order], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found[query], expected[rows[query]], rtol=1e-9, atol=1e-9)
        assert len(set(rows[query].tolist())) == 20


@pytest.mark.parametrize("method", ["3cosmul", "pair-direction"])
def test_analogies_at_the_edges_of_their_formulas(method):
    """Opposites of a make 3cosmul's denominator vanish, neighbours of c pair-direction's."""
    rng = np.random.default_rng(4)
    vectors = rng.standard_normal((400, 6)).astype(np.float32)
    vectors[10:60] = -vectors[0] + rng.standard_normal((50, 6)).astype(np.float32) * np.float32(1e-4)
    vectors[60:110] = vectors[2] + rng.standard_normal((50, 6)).astype(np.float32) * np.float32(1e-5)
    triple = np.array([[0, 1, 2]])
    expected = analogy_scores(vectors, vectors[[0, 1, 2]], method)
    expected[[0, 1, 2]] = np.nan
    order = np.argsort(-np.nan_to_num(expected, nan=-np.inf))[:30]
    rows, scores = Searcher(vectors).analogies(vectors[triple], 30, triple, method)
    np.testing.assert_allclose(scores[0], expected[order], rtol=1e-6, atol=1e-9)
    assert rows[0].tolist() == order.tolist()


def test_analogies_without_an_answer():
    vectors = np.array([[1, 0], [0, 1], [0, 0], [1, 1]], np.float32)
    triples = np.array([[0, 1, 2], [0, 0, 1]])
    for method, answers in (("3cosadd", [0, 1]), ("3cosmul", [0, 1]), ("pair-direction", [0, 0])):
        rows, scores = Searcher(vectors).analogies(vectors[triples], 3, triples, method)
        assert (rows >= 0).sum(axis=1).tolist() == answers
        assert np.isnan(scores[rows < 0]).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_analogies_agree_with_gensim():
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    from embtrain import Embeddings, Vocabulary

    theirs = KeyedVectors.load_word2vec_format(datapath("euclidean_vectors.bin"), binary=True)
    ours = Embeddings(Vocabulary.from_words(theirs.index_to_key), theirs.vectors)
    words = theirs.index_to_key
    for start in range(0, 30, 3):
        a, b, c = words[start : start + 3]
        pairs = [
            (theirs.most_similar(positive=[b, c], negative=[a]), ours.analogy(a, b, c)),
            (theirs.most_similar_cosmul(positive=[b, c], negative=[a]), ours.analogy(a, b, c, 10, "3cosmul")),
        ]
        for expected, found in pairs:
            assert [word for word, _ in found] == [word for word, _ in expected]
            np.testing.assert_allclose(
                [score for _, score in found], [score for _, score in expected], rtol=1e-5, atol=1e-5
            )


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_padded_rows_change_nothing(threads):
    rng = np.random.default_rng(8)
    padded = rng.standard_normal((9000, 64)).astype(np.float32)
    vectors, own = padded[:, :50], np.arange(0, 9000, 700)
    rows, scores = Searcher(np.ascontiguousarray(vectors), threads=1).search(vectors[own], 7, own)
    again, same = Searcher(vectors, threads).search(vectors[own], 7, own)
    assert again.tolist() == rows.tolist()
    assert same.tolist() == scores.tolist()


def test_the_native_search_takes_only_what_fits():
    from embtrain._native import Search

    queries, excluded = np.ones((1, 1, 3)), np.full((1, 1), -1)
    with pytest.raises(ValueError, match="unknown method"):
        Search("cosin", queries, excluded, 1)
    with pytest.raises(ValueError, match="takes 3 vectors per query"):
        Search("3cosmul", queries, excluded, 1)
    with pytest.raises(ValueError, match="one row of excluded for each query"):
        Search("cosine", queries, np.full((2, 1), -1), 1)
    with pytest.raises(TypeError):
        Search("cosine", queries.astype(np.float32), excluded, 1)
    search = Search("cosine", queries, excluded, 1)
    with pytest.raises(ValueError, match="rows have 4 values, the queries 3"):
        search.scan(np.ones((2, 4), np.float32), 0, 1)
    with pytest.raises(ValueError, match="contiguous"):
        search.scan(np.ones((3, 2), np.float32).T, 0, 1)
    with pytest.raises(TypeError):
        search.scan(np.ones((2, 3)), 0, 1)
