"""The learning rate's rule: Python's copy against the formula, the native copy against Python's."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embtrain.ops.learning_rate import RATE_BLOCK, rate, rate_at
from embtrain.ops.windows.strips import make_windows
from tests.conftest import needs_native
from tests.ops.problems import random_problem


def test_the_rate_falls_linearly_and_not_to_zero():
    assert rate(0.05, 0, 100) == 0.05
    assert rate(0.05, 25, 100) == pytest.approx(0.0375)
    assert rate(0.05, 100, 100) == pytest.approx(0.05e-4)
    assert rate(0.05, np.array([0, 50, 100]), 100).tolist() == pytest.approx([0.05, 0.025, 0.05e-4])


def test_the_rate_falls_to_the_least_one():
    assert rate(0.05, np.array([0, 50, 100]), 100, 0.01).tolist() == pytest.approx([0.05, 0.03, 0.01])
    assert rate(0.05, np.array([0, 50, 100]), 100, 0.05).tolist() == pytest.approx([0.05, 0.05, 0.05])


def test_a_block_of_positions_has_the_rate_of_its_first():
    first = rate_at(0.1, 2 * RATE_BLOCK, 1, 4, 50_000)
    assert first == rate(0.1, 50_000 + 20_000, 200_000)
    assert (
        rate_at(0.1, 3 * RATE_BLOCK - 1, 1, 4, 50_000) == first > rate_at(0.1, 3 * RATE_BLOCK, 1, 4, 50_000)
    )


@needs_native
@given(
    lr=st.floats(1e-6, 100),
    position=st.integers(0, 10**12),
    epoch=st.integers(0, 20),
    more=st.integers(1, 20),
    corpus_tokens=st.integers(1, 10**12),
    share=st.floats(0, 1),
)
def test_the_native_rule_is_the_same(lr, position, epoch, more, corpus_tokens, share):
    from embtrain import _native

    epochs = epoch + more
    schedule = lr, position, epoch, epochs, corpus_tokens, share * lr
    assert _native.learning_rate(*schedule) == np.float32(rate_at(*schedule))


def test_windows_in_torch_have_these_rates():
    problem = random_problem(1, words=50, lengths=(25_000,), position=8_000, sample=0, min_lr=0.01)
    step = problem.step
    found = make_windows(problem.tensors(), 8).rates
    positions = step.position + np.arange(0, len(step.ids), 8)
    expected = rate_at(step.lr, positions, step.epoch, step.epochs, step.corpus_tokens, 0.01)
    assert len(set(found.tolist())) == 4
    assert torch.equal(found, torch.from_numpy(expected.astype(np.float32)))
