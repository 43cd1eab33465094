"""Comparing two sets of vectors whose differences are known."""

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.analysis.compare import overlap, procrustes, shared_words
from embtrain.analysis.compare.comparison import Questions, compare
from embtrain.analysis.compare.overlap import neighbors, shares_in_common
from embtrain.analysis.compare.procrustes import aligned_cosines
from embtrain.analysis.compare.shared_words import SharedRows, shared_rows
from embtrain.analysis.evaluate.similarity_sets import Pair, SimilaritySet
from embtrain.errors import NotFoundError


def random_table(n_rows, dim, seed=0):
    return np.random.default_rng(seed).standard_normal((n_rows, dim)).astype(np.float32)


def rotation(dim, seed=9):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((dim, dim)))[0]


def test_shared_rows_in_the_order_of_the_first(monkeypatch):
    monkeypatch.setattr(shared_words, "_WORDS", 2)
    first = Vocabulary.from_words(["e", "a", b"\xff", "b", "a", "x"])
    second = Vocabulary.from_words(["a", "q", "b", "b", b"\xff", "e"])
    own, other = shared_rows(first, second)
    assert (own.tolist(), other.tolist()) == ([0, 1, 2, 3], [5, 0, 4, 2])


@pytest.mark.parametrize("block", [1, 64, 1 << 20])
def test_neighbours_equal_sorting(monkeypatch, block):
    monkeypatch.setattr(overlap, "BLOCK_VALUES", block)
    monkeypatch.setattr(overlap, "_BATCH", 7)
    vectors = random_table(90, 6)
    vectors[3] = 0
    rows = np.array([3, *(row for row in np.random.default_rng(1).permutation(90)[:60] if row != 3)])
    table = SharedRows(vectors, rows)
    units = vectors[rows] / np.maximum(np.linalg.norm(vectors[rows], axis=1, keepdims=True), 1e-9)
    places = np.arange(1, 30)
    found = neighbors(table, places, 8)
    for place, near in zip(places, found, strict=True):
        cosines = units @ units[place]
        cosines[place] = -np.inf
        cosines[rows == 3] = -np.inf
        assert near.tolist() == np.argsort(-cosines, kind="stable")[:8].tolist()
    assert neighbors(SharedRows(vectors, np.array([1, 3, 2])), np.array([0]), 2).tolist() == [[2, -1]]


def test_neighbours_in_common():
    first = random_table(300, 5)
    rows = np.arange(300)
    places = np.arange(0, 300, 3)
    turned = (first @ rotation(5)).astype(np.float32) * 7
    assert shares_in_common(SharedRows(first, rows), SharedRows(turned, rows), places, 10).mean() > 0.99
    other = random_table(300, 5, seed=1)
    shares = shares_in_common(SharedRows(first, rows), SharedRows(other, rows), places, 10)
    expected = [
        len(set(a) & set(b)) / 10
        for a, b in zip(
            neighbors(SharedRows(first, rows), places, 10).tolist(),
            neighbors(SharedRows(other, rows), places, 10).tolist(),
            strict=True,
        )
    ]
    assert shares.tolist() == expected
    assert shares.mean() < 0.2


def test_a_rotation_is_undone(monkeypatch):
    monkeypatch.setattr(procrustes, "BLOCK_VALUES", 100)
    first = random_table(200, 6)
    turned = (first @ rotation(6)).astype(np.float32)
    turned[4] = -turned[4]
    turned[5] = 0
    cosines = aligned_cosines(SharedRows(first, np.arange(200)), SharedRows(turned, np.arange(200)))
    assert cosines[4] == pytest.approx(-1, abs=0.01)
    assert np.isnan(cosines[5])
    assert np.delete(cosines, [4, 5]).min() > 0.999


@pytest.mark.parametrize("swap", [False, True])
def test_spaces_of_different_dimension_are_aligned(swap):
    small = random_table(200, 4)
    large = np.concatenate([small, np.zeros((200, 3), np.float32)], axis=1) @ rotation(7).astype(np.float32)
    tables = [SharedRows(small, np.arange(200)), SharedRows(large, np.arange(200))]
    assert aligned_cosines(*(tables[::-1] if swap else tables)).min() > 0.999


def embeddings(vectors, names=None):
    return Embeddings(Vocabulary.from_words(names or [f"w{row}" for row in range(len(vectors))]), vectors)


def test_everything_at_once():
    first = random_table(400, 8)
    names = [f"w{row}" for row in range(400)]
    order = np.random.default_rng(2).permutation(400)
    second = (first @ rotation(8)).astype(np.float32)
    second[[3, 390]] = second[[17, 20]]
    a, b = embeddings(first), embeddings(second[order][:399], [names[row] for row in order][:399])
    last = order[399]
    pairs = [Pair(f"w{i}", f"w{i + 1}", float(first[i] @ first[i + 1])) for i in range(30, 130)]
    questions = Questions(k=5, n_sampled=100, n_moved=2, n_among=300)
    found = compare(a, b, questions, [SimilaritySet("pairs", tuple(pairs), 0)])
    assert (found.n_shared, found.n_sampled, found.k, found.n_without_direction) == (399, 100, 5, 0)
    assert 0.9 < found.overlap < 1
    low, high = found.overlap_interval
    assert low < found.overlap < high
    assert found.moved[0].word == "w3"
    assert found.moved[0].cosine < 0.95 < found.moved[1].cosine
    assert found.moved[0].neighbors_b[0] == "w17"
    assert len(found.moved[0].neighbors_a) == 5
    spearman = found.differences[0]
    assert spearman.n == 100 - 2 * (30 < last < 130) - (last in (30, 130))
    assert (spearman.name, spearman.measure) == ("pairs", "spearman")
    assert spearman.difference == pytest.approx(0, abs=0.001)
    assert spearman.interval[0] <= spearman.difference <= spearman.interval[1]


def test_the_same_vectors_are_the_same():
    a = embeddings(random_table(50, 4))
    found = compare(a, a, Questions(n_sampled=None, k=100))
    assert (found.k, found.n_sampled, found.overlap, found.mean_cosine) == (49, 50, 1, pytest.approx(1))
    assert found.differences == ()


def test_vectors_without_shared_words():
    a, b = embeddings(random_table(5, 4)), embeddings(random_table(1, 4))
    with pytest.raises(NotFoundError, match="share 1 word; at least two"):
        compare(a, b)


def test_vectors_without_direction():
    found = compare(embeddings(np.zeros((4, 2), np.float32)), embeddings(random_table(4, 2)))
    assert (found.n_without_direction, found.overlap, found.mean_cosine, found.moved) == (4, None, None, ())


@pytest.mark.parametrize("k", [1, 3, 10, 100])
def test_words_without_direction_count_for_nothing(k):
    table = random_table(12, 4)
    table[[0, 5, 7]] = [[0], [np.nan], [np.inf]]
    found = compare(embeddings(table), embeddings(table), Questions(k=k))
    assert (found.overlap, found.overlap_interval, found.n_without_direction) == (1, (1, 1), 3)
    assert (found.k, found.n_sampled) == (min(k, 8), 9)
    # A word that has a direction in B only is not a neighbour there either.
    whole = table.copy()
    whole[[0, 5, 7]] = table[[1, 2, 3]]
    found = compare(embeddings(table), embeddings(whole), Questions(k=k))
    assert (found.overlap, found.n_without_direction) == (1, 3)
    assert not {word for moved in found.moved for word in moved.neighbors_b} & {"w0", "w5", "w7"}


def test_one_word_with_a_direction_has_nothing_to_be_compared_with():
    table = np.array([[1, 0], [0, 0], [np.nan, 1]], np.float32)
    found = compare(embeddings(table), embeddings(table))
    assert (found.k, found.n_sampled, found.overlap, found.mean_cosine) == (0, 0, None, 1)
