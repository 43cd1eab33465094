"""Categorisation and outlier detection, where the answer is known by construction."""

import numpy as np
import pytest

from embtrain import Vocabulary
from embtrain.analysis.evaluate.category_sets import CategoryGroup, CategorySet, OutlierSet
from embtrain.analysis.evaluate.evaluation import Evaluator
from embtrain.analysis.evaluate.kmeans import cluster
from embtrain.floats import unit_rows_or_zeros


def blobs(n_classes, size, noise, seed=0, dim=10):
    rng = np.random.default_rng(seed)
    centres = 3 * rng.standard_normal((n_classes, dim))
    return np.repeat(centres, size, axis=0) + noise * rng.standard_normal((n_classes * size, dim))


def test_clusters_are_found_and_the_same_each_time():
    vectors = blobs(6, 15, 0.5).astype(np.float32)
    labels = cluster(unit_rows_or_zeros(vectors), 6)
    assert sorted(np.unique(labels, return_counts=True)[1].tolist()) == [15] * 6
    assert all(len(set(labels[start : start + 15])) == 1 for start in range(0, 90, 15))
    assert (cluster(unit_rows_or_zeros(vectors), 6) == labels).all()
    # Lengths do not matter.
    assert (
        cluster(unit_rows_or_zeros(vectors * np.arange(1, 91)[:, None].astype(np.float32)), 6) == labels
    ).all()


def test_equal_and_zero_vectors_can_be_clustered():
    for vectors in (np.zeros((5, 3), np.float32), np.ones((5, 3), np.float32)):
        assert set(cluster(unit_rows_or_zeros(vectors), 3)) <= {0, 1, 2}


def test_purity():
    words = [f"w{row}" for row in range(40)]
    categories = [f"c{row // 10}" for row in range(40)]
    vectors = blobs(4, 10, 0.1).astype(np.float32)
    # Two words lie where they do not belong, one has no vector.
    vectors[0], vectors[1] = vectors[10], vectors[20]
    one = CategorySet("c", (*words, "unknown"), (*categories, "c9"), 0)
    (result,) = Evaluator([one], Vocabulary.from_words(words)).evaluate(vectors)
    assert result.scores[0].value == pytest.approx(38 / 40)
    assert (result.n_items, result.n_covered, result.missing_words) == (41, 40, ("unknown",))
    assert (result.kind, result.scores[0].measure) == ("categories", "purity")


def test_outliers():
    words = [*(f"m{row}" for row in range(6)), "out", "near", "zero"]
    vectors = np.array([[10, 1 + row / 10] for row in range(6)] + [[-1, 5], [10, 1.25], [0, 0]], np.float32)
    groups = OutlierSet(
        "o",
        (
            CategoryGroup("g", (*words[:6], "unknown"), ("out", "near", "absent", "zero")),
            CategoryGroup("h", ("m0", "unknown"), ("out",)),
        ),
        0,
    )
    (result,) = Evaluator([groups], Vocabulary.from_words(words)).evaluate(vectors)
    accuracy, opp = result.scores
    assert (result.n_items, result.n_covered) == (5, 3)
    assert (accuracy.measure, accuracy.n_right, accuracy.n, accuracy.n_missing) == ("accuracy", 2, 3, 2)
    # 'near' lies in the middle: all members but those at the same distance fit worse than it.
    units = unit_rows_or_zeros(vectors[[0, 1, 2, 3, 4, 5, 7]])
    fit = (units @ units.T).sum(axis=1)
    position = (fit[:-1] > fit[-1]).mean()
    assert position < 0.5
    assert opp.value == pytest.approx((1 + position + 1) / 3)
