"""Search by index: what it finds is scored exactly, and it belongs to its vectors."""

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.vectors.search.exact import Searcher
from embtrain.vectors.search.index import open_index

pytest.importorskip("usearch")


@pytest.fixture(scope="module")
def vectors():
    table = np.random.default_rng(0).standard_normal((3000, 24)).astype(np.float32)
    table[5], table[17] = 0, np.inf
    return table


@pytest.fixture(scope="module")
def path(vectors, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("index") / "vectors.usearch")
    said = []
    # One thread builds the same index every time.
    open_index(Searcher(vectors, threads=1), path, said.append)
    assert len(said) == 1
    assert "building an index of 3,000 vectors" in said[0]
    return path


def opened(vectors, path):
    """The index of a file that exists already, so that nothing is reported."""
    return open_index(Searcher(vectors), path, pytest.fail)


def test_answers_are_those_of_exact_search_but_for_the_recall(vectors, path):
    index = opened(vectors, path)
    own = np.arange(0, 3000, 40)
    rows, scores = index.search(vectors[own], 10, own)
    expected, exact = Searcher(vectors).search(vectors[own], 10, own)
    same = rows == expected
    assert same.mean() > 0.9
    np.testing.assert_allclose(scores[same], exact[same], rtol=0, atol=1e-12)
    assert not (rows == own[:, None]).any()
    assert (np.diff(scores, axis=1) <= 0).all()


def test_many_threads_lose_no_row_of_a_small_index(tmp_path):
    table = np.random.default_rng(0).standard_normal((200, 8)).astype(np.float32)
    for number in range(20):
        index = open_index(Searcher(table, threads=4), str(tmp_path / str(number)), lambda line: None)
        assert index.recall(4).mean == 1


def test_recall_is_measured(vectors, path):
    recall = opened(vectors, path).recall(10)
    assert 0.9 < recall.mean <= 1
    assert recall.queries == 100


def test_one_query_no_query_and_a_query_without_direction(vectors, path):
    index = opened(vectors, path)
    rows, scores = index.search(vectors[[3]], 5, np.array([3]))
    assert rows.tolist() == Searcher(vectors).search(vectors[[3]], 5, np.array([3]))[0].tolist()
    rows, scores = index.search(vectors[[5]], 5, np.array([5]))
    assert (rows == -1).all()
    assert np.isnan(scores).all()
    assert index.search(vectors[:0], 5, np.empty(0, np.int64))[0].shape == (0, 5)


def test_more_neighbours_than_there_are(tmp_path):
    few = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    index = open_index(Searcher(few), str(tmp_path / "i"), lambda text: None)
    rows, scores = index.search(few[:2], 10, np.array([0, 1]))
    assert (rows[:, :3] >= 0).all()
    assert (rows[:, 3:] == -1).all()
    assert np.isnan(scores[:, 3:]).all()


def test_an_index_of_other_vectors_is_refused(vectors, path, tmp_path):
    changed = vectors.copy()
    changed[-1] += 1
    with pytest.raises(DataError, match="row 2999 differs"):
        opened(changed, path)
    with pytest.raises(DataError, match="found 2998 of 24"):
        opened(vectors[:, :20], path)
    (tmp_path / "no index").write_bytes(b"something else")
    with pytest.raises(DataError, match="expected usearch's index"):
        opened(vectors, str(tmp_path / "no index"))
