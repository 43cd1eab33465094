"""Differences with their noise, and effects that add up."""

import numpy as np
import pytest

from embtrain.tuning.statistics import Estimate, difference, fit, pooled, student


def test_students_t():
    stats = pytest.importorskip("scipy.stats")
    for freedom in [*range(1, 40), 1000]:
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-3)


def test_the_deviation_within_groups():
    deviation, freedom = pooled([[1.0, 3.0], [10.0, 12.0, 14.0], [7.0]])
    assert freedom == 3
    assert deviation == pytest.approx(np.sqrt((2 + 8) / 3))
    assert pooled([[1.0], [2.0]])[1] == 0


def test_a_difference_has_the_interval_of_students_test():
    stats = pytest.importorskip("scipy.stats")
    one, other = [3.0, 4.0, 5.5], [1.0, 2.5, 2.0]
    found = difference(one, other)
    low, high = stats.ttest_ind(one, other).confidence_interval()
    assert found.value == pytest.approx((low + high) / 2)
    assert found.margin == pytest.approx((high - low) / 2, rel=1e-3)


def test_what_is_noise():
    assert Estimate(0.5, 0.6).is_noise
    assert not Estimate(-0.7, 0.6).is_noise
    assert Estimate(5.0, None).is_noise
    assert difference([1.0], [0.0]).margin is None


def test_effects_are_found_within_their_intervals():
    source = np.random.default_rng(3)
    true = {("dim", 300): 0.1, ("window", 10): -0.05, ("window", 3): 0.0}
    inside = 0
    for _ in range(40):
        rows = [
            [("dim", 300)] * int(source.integers(2))
            + [[], [("window", 10)], [("window", 3)]][source.integers(3)]
            for _ in range(24)
        ]
        found = [0.3 + sum(true[one] for one in row) + source.normal(0, 0.02) for row in rows]
        effects = fit(rows, found)
        inside += sum(abs(effects.of[one].value - true[one]) <= effects.of[one].margin for one in true)
        assert effects.predict([("dim", 300)]) == pytest.approx(0.4, abs=0.05)
    # 95 % of 120, and some luck.
    assert 106 <= inside <= 120


def test_effects_that_cannot_be_told_apart_have_no_interval():
    both = [("dim", 300), ("window", 10)]
    effects = fit([[], [], both, both, both], [0.0, 0.1, 1.0, 1.1, 1.2])
    assert effects.of["dim", 300].margin is None
    assert effects.predict(both) == pytest.approx(1.1)
    assert fit([[]], [0.5]).base == pytest.approx(0.5)
