"""`batched` skip-gram against the reference: exactly with batches of one centre, as said with larger ones."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.ops.operator import find_operator
from embtrain.ops.sgns.batched import sgns
from tests.conftest import needs_native
from tests.ops.problems import random_problem


def run(problem, batch, **changes):
    """Tables and counters after a step."""
    step = problem.tensors(**changes)
    counters = sgns(step, batch)
    return step.input.numpy(), step.output.numpy(), counters


def assert_parity(problem, batch):
    expected_input, expected_output, expected = problem.reference(batch)
    found_input, found_output, found = run(problem, batch)
    np.testing.assert_allclose(found_input, expected_input, rtol=0, atol=2e-5)
    np.testing.assert_allclose(found_output, expected_output, rtol=0, atol=2e-5)
    assert found[:3] == expected[:3]
    assert found[3] == pytest.approx(expected[3], rel=1e-5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    words=st.sampled_from([1, 2, 3, 10, 100]),
    dim=st.sampled_from([1, 8, 16, 17, 100]),
    lengths=st.lists(st.integers(0, 20), min_size=1, max_size=4),
    window=st.integers(1, 12),
    negatives=st.sampled_from([0, 1, 5, 12]),
    position=st.sampled_from([0, 9_990, 123_456_789_012]),
    sample=st.sampled_from([0, 0.01, 0.1]),
)
def test_batches_of_one_centre_are_the_contract(**arguments):
    assert_parity(random_problem(**arguments | {"lengths": tuple(arguments["lengths"])}), 1)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    dim=st.sampled_from([3, 16, 60]),
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    window=st.integers(1, 8),
    batch=st.sampled_from([2, 3, 8, 16, 24, 800]),
)
def test_larger_batches_see_the_tables_as_they_were(seed, dim, lengths, window, batch):
    assert_parity(
        random_problem(seed, words=50, dim=dim, lengths=tuple(lengths), window=window, lr=0.02), batch
    )


def test_the_usual_batch_comes_close_to_one_chunk_after_another():
    problem = random_problem(3, words=2000, dim=32, lengths=(3000,), window=5, lr=0.02, scale=0.3)
    found_input, found_output, found = run(problem, 256)
    expected_input, expected_output, expected = problem.reference(batch=8)
    assert found[:3] == expected[:3]
    assert found[3] == pytest.approx(expected[3], rel=2e-3)
    for table, expected_table, before in (
        (found_input, expected_input, problem.step.input),
        (found_output, expected_output, problem.step.output),
    ):
        assert np.abs(table - expected_table).max() < 0.1 * np.abs(expected_table - before).max()


def test_large_scores_are_not_clipped():
    assert_parity(random_problem(1, words=6, dim=8, scale=12.0, lr=0.01), 1)
    assert np.isfinite(run(random_problem(1, words=6, dim=8, scale=1e4, lr=1e-9), 8)[2][3])


def test_padding_stays_zero():
    for table in run(random_problem(2, dim=10), 8)[:2]:
        assert not table[:, 10:].any()


def test_two_runs_are_bit_identical():
    problem = random_problem(4, words=50, lengths=(3000,))
    for a, b in zip(run(problem, 256), run(problem, 256), strict=True):
        np.testing.assert_array_equal(a, b)


def test_threads_change_the_order_of_updates_only():
    problem = random_problem(4, words=3000, lengths=(9000,), lr=1e-4)
    one, three = run(problem, 64), run(problem, 64, threads=3)
    assert one[2][:3] == three[2][:3]
    change, difference = np.abs(one[0] - problem.step.input).max(), np.abs(one[0] - three[0]).max()
    assert difference < 0.2 * change


def test_a_step_without_kept_tokens():
    problem = random_problem(2)
    keep = torch.zeros(len(problem.step.keep))
    table, _, counters = run(problem, 8, keep=keep)
    np.testing.assert_array_equal(table, problem.step.input)
    assert counters == (20, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"ids": torch.full((20,), 20, dtype=torch.int32)},
            IndexError,
            "token id 20 is outside tables of 20",
        ),
        ({"ids": torch.full((20,), -1, dtype=torch.int32)}, IndexError, "token id 4294967295"),
        ({"sentences": torch.tensor([0, 9, 4, 20])}, IndexError, "9 is followed by 4"),
        ({"sentences": torch.tensor([0, 4])}, ValueError, "end at the number of ids, 20"),
        ({"sentences": torch.tensor([1, 20])}, IndexError, "must start at 0, found 1"),
        ({"alias": torch.full((20,), 99)}, IndexError, "alias table names a row outside"),
        ({"ids": torch.zeros(20, dtype=torch.int64)}, ValueError, "ids must be torch.int32"),
        ({"window": 0}, ValueError, "window, epochs and threads must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_trained(changes, error, message):
    problem = random_problem(8)
    step = problem.tensors(**changes)
    with pytest.raises(error, match=message):
        find_operator("sgns").kernel("batched")(step)
    np.testing.assert_array_equal(step.input.numpy(), problem.step.input)


@needs_native
@pytest.mark.parametrize("words", [2, 24])
def test_few_words_do_not_diverge(words):
    problem = random_problem(9, words=words, dim=16, lengths=(5000,), window=5, lr=0.05, sample=0, scale=0.1)
    batched, native = problem.tensors(), problem.tensors()
    for _ in range(3):
        found, expected = sgns(batched), find_operator("sgns").kernel("cpu")(native)
    assert found[3] / found[2] == pytest.approx(expected[3] / expected[2], rel=0.1)
