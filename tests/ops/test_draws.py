"""The two copies of the generator, and what is drawn from it."""

import numpy as np
import pytest

from embtrain import _native, plain
from embtrain.ops import draws, noise

BOTH = pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])


def test_finaliser_is_splitmix64():
    # First outputs of SplitMix64 seeded with 0, from Vigna's splitmix64.c.
    steps = np.array([1, 2, 3], np.uint64) * np.uint64(draws.GOLDEN)
    assert [hex(x) for x in draws.finalise(steps)] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


@BOTH
def test_initial_values_are_the_same_in_both_copies(code):
    table = code.new_table(7, 16)
    code.fill_initial(table, 10, 42)
    counters = np.arange(70).reshape(7, 10)
    expected = (
        draws.unit(draws.draw(draws.key(42, 0, draws.INITIAL), counters)) - np.float32(0.5)
    ) * np.float32(0.1)
    np.testing.assert_array_equal(table[:, :10], expected)
    assert not table[:, 10:].any()
    assert np.abs(table).max() <= 0.05


def test_negative_seeds_are_taken_modulo_2_64():
    assert draws.key(-1, 0, 0) == draws.key(2**64 - 1, 0, 0)


def test_keys_differ_between_seeds_epochs_and_streams():
    keys = {draws.key(s, e, t) for s in range(4) for e in range(4) for t in range(20)}
    assert len(keys) == 4 * 4 * 20


def test_scaled_matches_wide_arithmetic():
    bits = draws.draw(draws.key(1, 2, 3), np.arange(1000))
    for n in (1, 2, 3, 1000, 2**32 - 1):
        index, coin = draws.scaled(bits, n)
        wide = [(int(b) * n) >> 32 for b in bits]
        assert index.tolist() == [w >> 32 for w in wide]
        assert coin.tolist() == [w & 0xFFFFFFFF for w in wide]


def test_negatives_follow_the_noise_distribution():
    counts = np.array([1000, 300, 300, 50, 7, 1], np.int64)
    drawn = noise.draw_negatives(noise.alias_table(counts, 0.75), 3, 0, np.arange(80_000), 5)
    expected = counts**0.75 / (counts**0.75).sum()
    observed = np.bincount(drawn.ravel(), minlength=6) / drawn.size
    spread = np.sqrt(expected * (1 - expected) / drawn.size)
    assert (np.abs(observed - expected) < 5 * spread).all()


@BOTH
def test_alias_table_is_exact(code):
    rng = np.random.default_rng(0)
    weights = rng.random(257) ** 4
    cells = code.alias_table(weights).view(np.uint64)
    threshold, other = (
        (cells >> np.uint64(32)).astype(np.float64),
        (cells & np.uint64(0xFFFFFFFF)).astype(np.int64),
    )
    own = np.where(other == np.arange(257), 2.0**32, threshold)
    mass = own + np.bincount(other, np.where(other == np.arange(257), 0, 2.0**32 - threshold), 257)
    np.testing.assert_allclose(mass / mass.sum(), weights / weights.sum(), atol=1e-9)


@BOTH
@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -1.0], [1.0, float("nan")], [float("inf")]])
def test_alias_table_refuses_weights_without_a_distribution(code, weights):
    with pytest.raises(ValueError, match="weights"):
        code.alias_table(np.array(weights, np.float64))


def test_keep_probabilities_are_word2vecs():
    counts = np.array([900, 90, 10], np.int64)
    share = counts / 1000
    expected = np.minimum(1, np.sqrt(0.01 / share) + 0.01 / share)
    np.testing.assert_allclose(noise.keep_probabilities(counts, 0.01), expected, rtol=1e-6)
    assert (noise.keep_probabilities(counts, 0) == 1).all()


@pytest.mark.parametrize("seed", range(5))
def test_plain_tables_are_the_native_ones(seed):
    rng = np.random.default_rng(seed)
    weights = rng.random(10**seed) ** 5
    assert np.array_equal(plain.alias_table(weights), _native.alias_table(weights))
    tables = _native.new_table(300, 48), plain.new_table(300, 48)
    for code, table in zip((_native, plain), tables, strict=True):
        code.fill_initial(table, 33, seed)
    assert np.array_equal(*tables)
