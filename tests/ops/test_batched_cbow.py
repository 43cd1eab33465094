"""`batched` CBOW against its definition in float64: exactly with one centre, as said with larger batches."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.ops.cbow.batched import cbow
from tests.ops.problems import random_problem


@pytest.mark.parametrize("corrected", [False, True])
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    words=st.sampled_from([1, 3, 50]),
    dim=st.sampled_from([1, 16, 33]),
    lengths=st.lists(st.integers(0, 30), min_size=1, max_size=4),
    window=st.integers(1, 8),
    negatives=st.sampled_from([0, 1, 5]),
    batch=st.sampled_from([1, 2, 8, 16]),
)
def test_batches_are_the_reference(seed, words, dim, lengths, window, negatives, batch, corrected):
    problem = random_problem(
        seed, words=words, dim=dim, lengths=tuple(lengths), window=window, negatives=negatives, lr=0.02,
        operator="cbow", corrected=corrected,
    )  # fmt: skip
    w, c, (tokens, kept, windows, loss) = problem.reference(batch)
    step = problem.tensors()
    found = cbow(step, batch)
    np.testing.assert_allclose(step.input.numpy(), w, rtol=0, atol=2e-5)
    np.testing.assert_allclose(step.output.numpy(), c, rtol=0, atol=2e-5)
    assert found[:3] == (tokens, kept, windows)
    assert found[3] == pytest.approx(loss, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("corrected", [False, True])
def test_a_step_learns_and_padding_stays_zero(corrected):
    step = random_problem(
        6, words=30, lengths=(3000,), sample=0, lr=0.05, operator="cbow", corrected=corrected
    ).tensors()
    losses = [cbow(step)[3] for _ in range(3)]
    assert losses[2] < losses[0]
    assert not step.input[:, 10:].any()
    assert not step.output[:, 10:].any()


def test_ids_are_checked():
    step = random_problem(8, operator="cbow", corrected=False).tensors(
        ids=torch.full((20,), 20, dtype=torch.int32)
    )
    with pytest.raises(IndexError, match="token id 20 is outside tables of 20 rows"):
        cbow(step)
