"""The torch copy of the draws against numpy's, and the layout of windows against their definition."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.ops import draws, noise, torch_draws
from embtrain.ops.windows import batched, strips
from tests.ops.problems import random_problem

COUNTERS = np.array([0, 1, 2, 9_999, 2**40, 2**62, 2**63 - 2], np.int64)


@pytest.mark.parametrize("bits", [1, 27, 30, 31, 32, 40, 63])
def test_shifts_are_logical(bits):
    values = np.array([0, 1, -1, 2**63 - 1, -(2**63), -12345], np.int64)
    expected = (values.view(np.uint64) >> np.uint64(bits)).view(np.int64)
    assert torch_draws.shift_right(torch.from_numpy(values), bits).tolist() == expected.tolist()


@given(
    seed=st.integers(-(2**63), 2**63 - 1), epoch=st.integers(0, 10**6), n=st.sampled_from([1, 7, 2**32 - 1])
)
def test_draws_are_numpys(seed, epoch, n):
    key = draws.key(seed, epoch, draws.WINDOW)
    expected, found = draws.draw(key, COUNTERS), torch_draws.draw(key, torch.from_numpy(COUNTERS))
    assert found.numpy().view(np.uint64).tolist() == expected.tolist()
    assert torch_draws.unit(found).tolist() == draws.unit(expected).tolist()
    for one, two in zip(torch_draws.scaled(found, n), draws.scaled(expected, n), strict=True):
        assert one.tolist() == two.tolist()


@pytest.mark.parametrize("negatives", [0, 1, 5])
def test_negatives_are_numpys(negatives):
    alias = noise.alias_table(np.array([5000, 300, 20, 7, 1], np.int64), 0.75)
    expected = noise.draw_negatives(alias, -3, 4, COUNTERS, negatives)
    found = torch_draws.draw_negatives(torch.from_numpy(alias), -3, 4, torch.from_numpy(COUNTERS), negatives)
    assert found.tolist() == expected.tolist()


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    lengths=st.lists(st.integers(0, 25), min_size=1, max_size=6),
    window=st.integers(1, 9),
    centres=st.sampled_from([1, 2, 5, 8]),
    sample=st.sampled_from([0, 0.05]),
)
def test_contexts_are_the_kept_words_within_reach(seed, lengths, window, centres, sample):
    problem = random_problem(seed, lengths=tuple(lengths), window=window, sample=sample, position=77)
    s = problem.step
    found = strips.make_windows(problem.tensors(), centres)
    positions = 77 + np.arange(len(s.ids))
    coins = draws.unit(draws.draw(draws.key(s.seed, s.epoch, draws.KEEP), positions))
    reach = 1 + draws.scaled(draws.draw(draws.key(s.seed, s.epoch, draws.WINDOW), positions), window)[0]
    expected = []
    for first, last in zip(s.sentences, s.sentences[1:], strict=False):
        kept = [t for t in range(first, last) if coins[t] < s.keep[s.ids[t]]]
        for i, t in enumerate(kept):
            near = kept[max(0, i - reach[t]) : i] + kept[i + 1 : i + 1 + reach[t]]
            expected.append((s.ids[t], [s.ids[n] for n in near]))
    masks = found.contexts
    pairs = [
        (int(found.outputs[n, j]), found.tokens[n][masks[n, j] > 0].tolist())
        for n in range(len(masks))
        for j in range(centres)
    ]
    assert pairs[: len(expected)] == expected
    assert not any(contexts for _, contexts in pairs[len(expected) :])
    assert found.kept == len(expected)
    assert found.pairs == sum(len(contexts) for _, contexts in expected)


def test_batches_are_all_of_the_windows_in_order():
    problem = random_problem(1, lengths=(50,), sample=0)
    whole = strips.make_windows(problem.tensors(), 4)
    parts = whole.batches(8)
    assert [len(part.tokens) for part in parts] == [2] * 6 + [1]
    assert torch.equal(torch.cat([part.outputs for part in parts]), whole.outputs)
    assert torch.equal(torch.cat([part.contexts for part in parts]), whole.contexts)


def test_a_strip_is_as_wide_as_a_window_and_never_more_than_a_batch():
    assert [strips.centres_of_a_strip(w, 256) for w in (1, 5, 8, 20, 1000)] == [8, 8, 8, 20, 256]
    assert strips.centres_of_a_strip(5, 1) == 1


def test_threads_are_given_back():
    before = torch.get_num_threads()
    with batched.one_torch_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_batches_shrink_where_few_words_are_updated_often():
    def size(words, lr):
        problem = random_problem(1, words=words, lengths=(4000,), window=5, lr=lr, sample=0)
        found = strips.make_windows(problem.tensors(), 8)
        no_bags = (torch.zeros(0, dtype=torch.int32), torch.zeros(0, dtype=torch.int64))
        return found.stable_centres(found.pairs / found.kept, *no_bags)

    assert size(5000, 0.02) > batched.BATCH
    assert 1 < size(20, 0.05) < size(60, 0.05) < batched.BATCH
    assert size(1, 1.0) == 1


@pytest.mark.parametrize(
    ("stable", "threads", "planned"),
    [
        (130, 1, (130, 1)),
        (260, 2, (130, 2)),
        (120, 2, (120, 1)),
        (600, 16, (66, 9)),
        (5, 16, (5, 1)),
        (9999, 4, (256, 4)),
        (1, 1, (1, 1)),
    ],
)
def test_workers_share_the_stable_centres(stable, threads, planned):
    assert batched.plan(stable, threads, torch.device("cpu")) == planned


def test_other_devices_have_one_worker():
    assert batched.plan(1000, 16, torch.device("cuda")) == (batched.BATCH, 1)
