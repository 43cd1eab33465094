"""Weights of places (CBOW), and windows that are not drawn: what they are, beside the parity tests."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from embtrain import _native
from embtrain.ops.cbow.batched import cbow as batched
from embtrain.ops.cbow.reference import cbow as reference
from embtrain.ops.cbow.schema import places
from embtrain.ops.operator import find_operator
from tests.ops.problems import random_problem

AVAILABLE = [name for name, available in _native.instruction_sets() if available]


@pytest.fixture(params=AVAILABLE)
def instruction_set(request):
    before = _native.instruction_set()
    _native.use_instruction_set(request.param)
    yield request.param
    _native.use_instruction_set(before)


def kernel(step):
    return find_operator("cbow").kernel("cpu")(step)


def problem_of(seed=0, corrected=False, **options):
    return random_problem(seed, operator="cbow", corrected=corrected, weighted=True, **options)


def test_places_are_those_before_the_centre_then_those_after_it():
    assert places(np.array([-3, -2, -1, 1, 2, 3]), 3).tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("instruction_set")
@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("options", [{}, {"bags": True}, {"fixed_window": True, "words": 3}])
@pytest.mark.parametrize("dim", [1, 16, 33])
def test_the_kernel_trains_the_weights_of_the_reference(corrected, options, dim):
    problem = problem_of(1, corrected, dim=dim, lengths=(30, 0, 1, 2, 17), position_rate=0.7, **options)
    expected, _ = problem.after()
    step = problem.tensors()
    kernel(step)
    np.testing.assert_allclose(step.positions.numpy(), expected.positions, rtol=0, atol=2e-5)
    assert np.abs(expected.positions - problem.step.positions).max() > 1e-3
    assert not step.positions[:, dim:].any()


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("batch", [1, 8])
@pytest.mark.parametrize("bags", [False, True])
def test_batched_trains_the_weights_of_the_reference(corrected, batch, bags):
    problem = problem_of(2, corrected, lengths=(30, 0, 1, 2, 17), position_rate=0.7, lr=0.02, bags=bags)
    expected, (*counts, loss) = problem.after(batch)
    step = problem.tensors()
    found = batched(step, batch)
    for name, table in step.tables().items():
        np.testing.assert_allclose(table.numpy(), getattr(expected, name), rtol=0, atol=2e-5)
    assert list(found[:3]) == counts
    assert found[3] == pytest.approx(loss, rel=1e-5)


@pytest.mark.usefixtures("instruction_set")
@pytest.mark.parametrize("bags", [False, True])
@pytest.mark.parametrize("corrected", [False, True])
def test_weights_of_one_are_plain_cbow_bit_for_bit(corrected, bags):
    problem = random_problem(
        3, operator="cbow", corrected=corrected, bags=bags, lengths=(900, 1, 2, 40), words=30
    )
    plain, weighted = problem.tensors(), problem.tensors()
    ones = _native.new_table(2 * plain.window, plain.input.shape[1])
    ones[:, : plain.dim] = 1
    # A rate so small that 1 stays 1.
    weighted = replace(weighted, positions=torch.from_numpy(ones), position_rate=1e-30)
    assert kernel(plain) == kernel(weighted)
    assert torch.equal(plain.input, weighted.input)
    assert torch.equal(plain.output, weighted.output)


def test_changes_are_the_gradient_of_the_loss():
    # One sentence of two words: with the whole window each is the other's context, and a group has both.
    problem = problem_of(
        4, corrected=True, words=2, lengths=(4,), window=3, fixed_window=True, dim=3, sample=0
    )
    step = replace(
        problem.step,
        **{name: table.astype(np.float64) for name, table in problem.step.tables().items()},
        lr=1e-9,
        ids=problem.step.ids,
    )

    def loss(name, index, by):
        tables = {key: table.copy() for key, table in step.tables().items()}
        tables[name][index] += by
        return reference(replace(step, **tables, lr=1e-300), group=4)[3]

    after = replace(step, **{name: table.copy() for name, table in step.tables().items()})
    reference(after, group=4)
    rate = 1e-9 * (1 - step.corpus_tokens / (step.epochs * step.corpus_tokens))
    for name, before in step.tables().items():
        for index in np.ndindex(len(before), 3):
            slope = (loss(name, index, 1e-5) - loss(name, index, -1e-5)) / 2e-5
            moved = (getattr(after, name)[index] - before[index]) / rate
            assert moved == pytest.approx(-slope, abs=2e-5)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_add_up_the_changes_of_the_weights(threads):
    # With steps so small that none changes what another one sees, any order gives the same sum.
    problem = problem_of(5, words=50, lengths=(9000,) * 15, lr=1.3e-6, sample=0)
    one, many = problem.tensors(), problem.tensors(threads=threads)
    kernel(one)
    kernel(many)
    change = np.abs(one.positions.numpy() - problem.step.positions)
    # Weights are near 1, where float32 has steps of 1e-7, and a change is the sum of many.
    assert np.abs(many.positions.numpy() - one.positions.numpy()).max() < 0.1 * change.max()


def test_a_table_of_another_window_is_refused():
    problem = problem_of(6)
    with pytest.raises(ValueError, match="positions must be 8 or 0 rows of 16, found"):
        kernel(problem.tensors(window=4))
    with pytest.raises(ValueError, match="position_rate must be above 0"):
        kernel(problem.tensors(position_rate=0.0))


@pytest.mark.parametrize("operator", ["sgns", "cbow"])
def test_a_wide_fixed_window_trains_every_pair_of_a_line(operator):
    own = {"corrected": False} if operator == "cbow" else {}
    problem = random_problem(
        7, operator=operator, window=1000, fixed_window=True, lengths=(6, 9), sample=0, negatives=1, **own
    )
    _, kept, pairs, _ = find_operator(operator).kernel("cpu")(problem.tensors())
    assert kept == 15
    assert pairs == (6 * 5 + 9 * 8 if operator == "sgns" else 15)
