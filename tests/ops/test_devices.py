"""`batched` on an accelerator does what it does on the processor. Skipped where torch finds none."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from embtrain.ops import draws, torch_draws
from embtrain.ops.operator import find_operator
from tests.ops.problems import random_problem

DEVICES = [
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA")
    ),
    pytest.param(
        "mps", marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="torch finds no MPS")
    ),
]
on_devices = pytest.mark.parametrize("device", DEVICES)


def on(device, problem):
    """The step with what has to be on the device that computes; ids and sentences are moved there."""
    step = problem.tensors()
    names = ("input", "output", "keep", "alias")
    return replace(step, **{name: getattr(step, name).to(device) for name in names})


@on_devices
@pytest.mark.parametrize("batch", [1, 8, 256])
@pytest.mark.parametrize(
    "objective",
    [
        {"operator": "sgns"},
        {"operator": "cbow", "corrected": False},
        {"operator": "cbow", "corrected": True},
    ],
    ids=["sgns", "cbow", "ccbow"],
)
def test_a_step_is_the_reference(device, batch, objective):
    problem = random_problem(7, words=200, dim=33, lengths=(40, 0, 1, 300), lr=0.02, **objective)
    expected_input, expected_output, expected = problem.reference(batch)
    step = on(device, problem)
    find_operator(problem.operator).kernel("batched")
    found = getattr(torch.ops.embtrain, problem.operator).batched(*step.values(), batch)
    np.testing.assert_allclose(step.input.cpu(), expected_input, rtol=0, atol=2e-5)
    np.testing.assert_allclose(step.output.cpu(), expected_output, rtol=0, atol=2e-5)
    assert found[:3].tolist() == list(expected[:3])
    assert found[3].item() == pytest.approx(expected[3], rel=1e-5)


@on_devices
def test_draws_are_numpys(device):
    counters = np.array([0, 1, 9_999, 2**40, 2**63 - 2], np.int64)
    key = draws.key(-7, 3, draws.WINDOW)
    found = torch_draws.draw(key, torch.from_numpy(counters).to(device))
    assert found.cpu().numpy().view(np.uint64).tolist() == draws.draw(key, counters).tolist()


@on_devices
def test_the_usual_batch_learns(device):
    step = on(device, random_problem(6, words=300, lengths=(9000,), sample=0, lr=0.05, window=5))
    losses = [find_operator("sgns").kernel("batched")(step)[3] for _ in range(3)]
    assert losses[2] < losses[0]
    assert not step.input[:, 10:].any()
