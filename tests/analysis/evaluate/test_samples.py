"""Scores as functions of resampled items, and the intervals made of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embtrain.analysis.evaluate import bootstrap
from embtrain.analysis.evaluate.item_scores import Correlation, Mean, Purity, score

stats = pytest.importorskip("scipy.stats")


def repeated(counts, *arrays):
    """Arrays with their items as often as counts say: what a resample is, spelled out."""
    return [np.repeat(array, counts) for array in arrays]


# A busy machine must not fail the test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
small = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=9)


@patient
@given(small)
def test_correlations_of_resamples_equal_scipy(rows):
    gold, found, counts = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    x, y = repeated(counts, gold, found)
    for by_rank, scipy in ((True, stats.spearmanr), (False, stats.pearsonr)):
        sample = Correlation(np.arange(len(rows)), gold.astype(float), found.astype(float), by_rank)
        (value,) = sample.values(np.array([counts]))
        if len(set(x)) < 2 or len(set(y)) < 2:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(scipy(x, y)[0], abs=1e-9)


def test_a_constant_that_is_no_binary_fraction_has_no_correlation():
    sample = Correlation(np.arange(3), np.array([1.0, 2, 3]), np.full(3, 0.1), by_rank=False)
    assert score(sample) is None


@patient
@given(small)
def test_purity_of_resamples_equals_counting(rows):
    clusters, classes, counts = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    (value,) = Purity(np.arange(len(rows)), clusters, classes).values(np.array([counts]))
    drawn_clusters, drawn_classes = repeated(counts, clusters, classes)
    best = sum(
        max(np.unique(drawn_classes[drawn_clusters == cluster], return_counts=True)[1])
        for cluster in set(drawn_clusters.tolist())
    )
    assert np.isnan(value) if not len(drawn_clusters) else value == best / len(drawn_clusters)


def test_nothing_has_no_score_and_no_interval():
    nothing = np.empty(0, np.int64)
    for sample in (
        Mean(nothing, np.empty(0)),
        Correlation(nothing, np.empty(0), np.empty(0)),
        Purity(nothing, nothing, nothing),
    ):
        assert score(sample) is None
        assert bootstrap.interval(sample) is None
        assert bootstrap.difference(sample, sample) is None


def test_take_keeps_what_belongs_together():
    items, places = np.array([2, 5, 9]), np.array([0, 2])
    taken = Correlation(items, np.array([1.0, 2, 3]), np.array([4.0, 5, 6])).take(places)
    assert (taken.items.tolist(), taken.gold.tolist(), taken.found.tolist()) == ([2, 9], [1, 3], [4, 6])
    assert Mean(items, np.array([0.0, 1, 1])).take(places).each.tolist() == [0, 1]
    assert Purity(items, np.array([0, 1, 1]), np.array([3, 4, 5])).take(places).classes.tolist() == [3, 5]


def correlated(n, seed, strength):
    rng = np.random.default_rng(seed)
    gold = rng.standard_normal(n)
    return Correlation(np.arange(n), gold, strength * gold + rng.standard_normal(n))


def test_the_interval_of_a_correlation_is_fishers(monkeypatch):
    """For normal variables the interval is known (Fisher 1915); ranks make it a little wider."""
    monkeypatch.setattr(bootstrap, "_COUNTS", 10_000)  # in many blocks
    sample = correlated(300, 1, 1.0)
    low, high = bootstrap.interval(sample)
    middle, width = np.arctanh(score(sample)), 1.96 * np.sqrt(1.06 / 297)
    assert (low, high) == pytest.approx(tuple(np.tanh([middle - width, middle + width])), abs=0.02)
    assert bootstrap.interval(sample) == (low, high)
    assert bootstrap.interval(sample, seed=2) != (low, high)


def test_the_interval_of_a_share_is_the_binomial_one():
    right = np.arange(400) % 4 == 0
    low, high = bootstrap.interval(Mean(np.arange(400), right.astype(float)))
    width = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert (low, high) == pytest.approx((0.25 - width, 0.25 + width), abs=0.006)


def test_paired_differences_are_narrower_than_the_scores():
    one = correlated(200, 1, 1.0)
    other = Correlation(one.items, one.gold, one.found + 0.1 * np.random.default_rng(2).standard_normal(200))
    change, (low, high) = bootstrap.difference(one, other)
    assert change == pytest.approx(score(other) - score(one))
    assert low < change < high
    own_low, own_high = bootstrap.interval(one)
    assert high - low < (own_high - own_low) / 3
    assert bootstrap.difference(one, one) == (0, (0, 0))


def test_paired_differences_of_shares():
    first = Mean(np.arange(1000), (np.arange(1000) < 500).astype(float))
    second = Mean(np.arange(1000), (np.arange(1000) < 540).astype(float))
    change, (low, high) = bootstrap.difference(first, second)
    width = 1.96 * np.sqrt(0.04 * 0.96 / 1000)
    assert change == pytest.approx(0.04)
    assert (low, high) == pytest.approx((0.04 - width, 0.04 + width), abs=0.004)
