"""`batched` CBOW against its definition in float64: exactly with one centre, as said with larger batches."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.ops import draws, noise
from embtrain.ops.cbow.batched import cbow
from embtrain.ops.sgns.reference import learning_rate
from tests.ops.problems import random_problem


def definition(problem, corrected, batch):
    """Tables, windows and loss: the mean of the contexts against the centre and its negatives."""
    s, ids = problem.settings, problem.ids
    w, c = problem.input.astype(np.float64), problem.output.astype(np.float64)
    positions = problem.position + np.arange(len(ids))
    coins = draws.unit(draws.draw(draws.key(s.seed, s.epoch, draws.KEEP), positions))
    reach = 1 + draws.scaled(draws.draw(draws.key(s.seed, s.epoch, draws.WINDOW), positions), s.window)[0]
    negatives = noise.draw_negatives(problem.alias, s.seed, s.epoch, positions, s.negatives)
    centres, windows, loss = 0, 0, 0.0
    for first, last in zip(problem.sentences, problem.sentences[1:], strict=False):
        kept = [t for t in range(first, last) if coins[t] < problem.keep[ids[t]]]
        for i, t in enumerate(kept):
            if centres % batch == 0:
                seen_w, seen_c = w.copy(), c.copy()
            centres += 1
            contexts = ids[kept[max(0, i - reach[t]) : i] + kept[i + 1 : i + 1 + reach[t]]]
            if len(contexts) == 0:
                continue
            outputs = np.concatenate([[ids[t]], negatives[t][negatives[t] != ids[t]]])
            label = (np.arange(len(outputs)) == 0).astype(np.float64)
            mean = seen_w[contexts].mean(0)
            x = seen_c[outputs] @ mean
            g = learning_rate(s, int(positions[t])) * (label - 1 / (1 + np.exp(-x)))
            error = g @ seen_c[outputs]
            np.add.at(c, outputs, g[:, None] * mean)
            np.add.at(w, contexts, error / len(contexts) if corrected else error)
            loss += np.logaddexp(0, np.where(label > 0, -x, x)).sum()
            windows += 1
    return w, c, windows, loss


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
def test_batches_are_the_definition(seed, words, dim, lengths, window, negatives, batch, corrected):
    problem = random_problem(
        seed, words=words, dim=dim, lengths=tuple(lengths), window=window, negatives=negatives, lr=0.02
    )
    w, c, windows, loss = definition(problem, corrected, batch)
    arguments = problem.tensors()
    found = cbow(**arguments, corrected=corrected, batch=batch)
    np.testing.assert_allclose(arguments["input"].numpy(), w, rtol=0, atol=2e-5)
    np.testing.assert_allclose(arguments["output"].numpy(), c, rtol=0, atol=2e-5)
    assert found[2] == windows
    assert found[3].item() == pytest.approx(loss, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("corrected", [False, True])
def test_a_step_learns_and_padding_stays_zero(corrected):
    arguments = random_problem(6, words=30, lengths=(3000,), sample=0, lr=0.05).tensors()
    losses = [cbow(**arguments, corrected=corrected)[3].item() for _ in range(3)]
    assert losses[2] < losses[0]
    assert not arguments["input"][:, 10:].any()
    assert not arguments["output"][:, 10:].any()


def test_ids_are_checked():
    arguments = random_problem(8).tensors() | {"ids": torch.full((20,), 20, dtype=torch.int32)}
    with pytest.raises(IndexError, match="token id 20 is outside tables of 20 rows"):
        cbow(**arguments, corrected=False)
