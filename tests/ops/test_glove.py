"""The operator of GloVe: the reference against the paper, every backend against the reference."""

import signal
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain import _native
from embtrain.native import native_or_plain
from embtrain.ops.glove import reference
from embtrain.ops.glove.order import diagonal_order, tile_order
from embtrain.ops.glove.reference import Parameters, Record
from embtrain.ops.glove.schema import FIXED, OPERATOR, GloveStep

AVAILABLE = [name for name, available in _native.instruction_sets() if available]


@pytest.fixture(params=AVAILABLE)
def instruction_set(request):
    before = _native.instruction_set()
    _native.use_instruction_set(request.param)
    yield request.param
    _native.use_instruction_set(before)


def table_of(rng, words, dim, bias):
    """A table as the contract describes it, with random vectors and biases."""
    half = -(-(dim + 2) // 16) * 16
    table = native_or_plain().new_table(words, 2 * half)
    table[:, :dim] = rng.normal(0, 0.5, (words, dim))
    table[:, dim + bias] = rng.normal(0, 0.5, words)
    table[:, dim + 1 - bias] = 1
    table[:, half:] = rng.uniform(1, 2, (words, half))
    table[:, half + dim + 1 - bias] = FIXED
    return table


def random_step(seed, *, n_words=40, dim=10, blocks=4, records=300, lr=0.05, **changes):
    """A step on random records in tiles of n_words // blocks words, diagonal by diagonal."""
    rng = np.random.default_rng(seed)
    edges = np.linspace(0, n_words, blocks + 1).astype(int)
    pairs = rng.integers(0, n_words, (records, 2))
    counts = rng.choice([0.1, 0.5, 1.0, 3.0, 80.0, 1e6], records).astype(np.float32)
    block = np.searchsorted(edges, pairs, side="right") - 1
    tile = (block[:, 1] - block[:, 0]) % blocks * blocks + block[:, 0]
    order = np.argsort(tile, kind="stable")
    stored = np.empty((records, 3), np.int32)
    stored[:, :2] = pairs[order]
    stored[:, 2] = counts[order].view(np.int32)
    tiles = np.searchsorted(tile[order], np.arange(blocks * blocks + 1)).astype(np.int64)
    arguments = {
        "words": torch.from_numpy(table_of(rng, n_words, dim, 0)),
        "contexts": torch.from_numpy(table_of(rng, n_words, dim, 1)),
        "records": torch.from_numpy(stored.reshape(-1)),
        "tiles": torch.from_numpy(tiles),
        "rounds": torch.arange(0, blocks * blocks + 1, blocks),
        "position": 17,
        "dim": dim,
        "lr": lr,
        "x_max": 10.0,
        "weighting_exponent": 0.75,
        "seed": seed,
        "epoch": 2,
        "threads": 1,
    }
    return GloveStep(**arguments | changes)


def copied(step, **changes):
    """The same step on tables of its own."""
    tables = {}
    for name in ("words", "contexts"):
        old = getattr(step, name).numpy()
        new = native_or_plain().new_table(*old.shape)
        new[:] = old
        tables[name] = torch.from_numpy(new)
    return replace(step, **tables, **changes)


def run(step, backend="cpu"):
    return OPERATOR.kernel(backend)(step)


def parameters_of(table, dim, bias):
    half = table.shape[1] // 2
    wide = table.numpy().astype(np.float64)
    return Parameters(
        wide[:, :dim].copy(), wide[:, dim + bias].copy(),
        wide[:, half : half + dim].copy(), wide[:, half + dim + bias].copy(),
    )  # fmt: skip


def run_reference(step):
    """Both sides and the loss after the step in float64."""
    words, contexts = parameters_of(step.words, step.dim, 0), parameters_of(step.contexts, step.dim, 1)
    records, tiles = step.records.numpy().reshape(-1, 3), step.tiles.numpy()
    loss = 0.0
    for begin, end in pairwise(tiles):
        if begin == end:
            continue
        for place in tile_order(step.seed, step.epoch, step.position + int(begin), int(end - begin)):
            row, column, bits = records[begin + place]
            record = Record(int(row), int(column), float(bits.view(np.float32)))
            loss += reference.train_record(
                words, contexts, record, step.lr, step.x_max, step.weighting_exponent
            )
    return words, contexts, loss


def assert_equals_reference(step, backend, **how):
    words, contexts, loss = run_reference(step)
    counters = OPERATOR.kernel(backend)(step) if not how else _batched(step, **how)
    assert counters[0] == step.records.numel() // 3
    assert counters[1] == pytest.approx(loss, rel=1e-4, abs=1e-5)
    for table, expected, bias in ((step.words, words, 0), (step.contexts, contexts, 1)):
        found = parameters_of(table, step.dim, bias)
        for one in ("vectors", "biases", "vector_sums", "bias_sums"):
            np.testing.assert_allclose(getattr(found, one), getattr(expected, one), rtol=2e-4, atol=2e-4)


def _batched(step, batch):
    OPERATOR.kernel("batched")
    return torch.ops.embtrain.glove.batched(*step.values(), batch).tolist()


def test_the_step_of_the_reference_is_the_gradient_of_its_loss():
    rng = np.random.default_rng(0)

    def side():
        return Parameters(rng.normal(size=(3, 4)), rng.normal(size=3), np.ones((3, 4)), np.ones(3))

    words, contexts, record, lr, delta = side(), side(), Record(1, 2, 7.0), 0.01, 1e-6
    expected = {}
    for name, array in (
        ("w", words.vectors), ("b", words.biases), ("w~", contexts.vectors), ("b~", contexts.biases),
    ):  # fmt: skip
        for index in np.ndindex(array.shape):
            keep = array[index]
            array[index] = keep + delta
            above = reference.loss_of(words, contexts, record, 10.0, 0.75)
            array[index] = keep - delta
            below = reference.loss_of(words, contexts, record, 10.0, 0.75)
            array[index] = keep
            expected[name, index] = (above - below) / (2 * delta)
    before = {"w": words.vectors.copy(), "b": words.biases.copy(),
              "w~": contexts.vectors.copy(), "b~": contexts.biases.copy()}  # fmt: skip
    reference.train_record(words, contexts, record, lr, 10.0, 0.75)
    after = {"w": words.vectors, "b": words.biases, "w~": contexts.vectors, "b~": contexts.biases}
    sums = {"w": words.vector_sums, "b": words.bias_sums, "w~": contexts.vector_sums,
            "b~": contexts.bias_sums}  # fmt: skip
    for (name, index), gradient in expected.items():
        # All sums of AdaGrad are 1 at first, so that the first step is the rate times the gradient.
        assert before[name][index] - after[name][index] == pytest.approx(lr * gradient, abs=1e-7)
        assert sums[name][index] - 1 == pytest.approx((lr * gradient) ** 2, abs=1e-9)


def test_weights_are_those_of_the_paper():
    assert reference.weight_of(100, 100, 0.75) == reference.weight_of(1e9, 100, 0.75) == 1
    assert reference.weight_of(50, 100, 0.75) == pytest.approx(0.5**0.75)


@pytest.mark.usefixtures("instruction_set")
@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    dim=st.sampled_from([1, 3, 13, 14, 15, 16, 30, 31, 100]),
    blocks=st.sampled_from([1, 2, 7]),
    records=st.integers(1, 300),
    weighting_exponent=st.sampled_from([0.0, 0.5, 0.75, 1.0]),
    x_max=st.sampled_from([1.0, 10.0, 1e7]),
)
def test_the_kernel_equals_the_reference(seed, dim, blocks, records, **settings):
    assert_equals_reference(random_step(seed, dim=dim, blocks=blocks, records=records, **settings), "cpu")


@pytest.mark.parametrize("seed", range(5))
def test_batched_with_one_record_a_tile_equals_the_reference(seed):
    assert_equals_reference(random_step(seed), "batched", batch=1)


def test_batched_learns_as_well():
    step = random_step(3, n_words=60, records=2000)
    native, batched = copied(step), copied(step)
    for _ in range(5):
        losses = run(native)[1], run(batched, "batched")[1]
    assert losses[1] == pytest.approx(losses[0], rel=0.25)


@pytest.mark.usefixtures("instruction_set")
@pytest.mark.parametrize("threads", [2, 3, 16])
def test_the_number_of_threads_changes_no_bit(threads):
    step = random_step(4, n_words=200, blocks=8, records=20_000)
    one, many = copied(step), copied(step, threads=threads)
    assert run(one) == run(many)
    assert torch.equal(one.words, many.words)
    assert torch.equal(one.contexts, many.contexts)


def test_results_do_not_depend_on_where_steps_end():
    whole = random_step(5, blocks=5, records=5000)
    parts = copied(whole)
    counters = run(whole)
    total = np.zeros(2)
    tiles, records = parts.tiles, parts.records.view(-1, 3)
    for round_ in range(5):
        own = tiles[5 * round_ : 5 * round_ + 6]
        first, last = int(own[0]), int(own[-1])
        part = replace(
            parts,
            records=records[first:last].reshape(-1).contiguous(),
            tiles=own - first,
            rounds=torch.tensor([0, 5]),
            position=parts.position + first,
        )
        total += run(part)
    assert torch.equal(whole.words, parts.words)
    assert torch.equal(whole.contexts, parts.contexts)
    assert total.tolist() == counters


def test_every_epoch_has_another_order_that_visits_every_record():
    orders = [tile_order(1, epoch, 100, 97).tolist() for epoch in range(4)]
    assert all(sorted(order) == list(range(97)) for order in orders)
    assert len({tuple(order) for order in orders}) == 4
    for n in range(1, 40):
        assert sorted(tile_order(7, 0, 3, n)) == list(range(n))
    diagonals = [diagonal_order(1, epoch, 30).tolist() for epoch in range(3)]
    assert all(sorted(order) == list(range(30)) for order in diagonals)
    assert len({tuple(order) for order in diagonals}) == 3


@pytest.mark.usefixtures("instruction_set")
def test_what_is_not_trained_stays():
    step = random_step(6)
    run(step)
    half = step.words.shape[1] // 2
    for table, one in ((step.words, step.dim + 1), (step.contexts, step.dim)):
        assert (table[:, one] == 1).all()
        assert (table[:, half + one] == np.float32(FIXED)).all()
        assert not table[:, step.dim + 2 : half].any()


def test_training_learns():
    step = random_step(7, n_words=100, dim=30, records=3000)
    losses = [run(step)[1] for _ in range(6)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("backend", ["cpu", "batched"])
@pytest.mark.parametrize("spoilt", [float("nan"), float("inf")])
def test_an_error_that_is_no_number_names_its_record(backend, spoilt):
    step = random_step(8)
    row = int(step.records[3 * 123])
    step.words[row, 0] = spoilt
    place, loss = run(step, backend)
    assert np.isnan(loss)
    assert step.records[3 * int(place)] == row


@pytest.mark.parametrize("overload", ["default", "batched"])
def test_opcheck(overload):
    for backend in ("cpu", "batched"):
        OPERATOR.kernel(backend)
    operator = getattr(torch.ops.embtrain.glove, overload)
    torch.library.opcheck(operator, args=tuple(random_step(9, records=20).values()))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"words": torch.zeros(40, 64)}, ValueError, "words and contexts must have the same shape"),
        ({"words": torch.zeros(40, 32, dtype=torch.float64)}, ValueError, "words must be float32"),
        ({"records": torch.zeros(4, dtype=torch.int32)}, ValueError, "three numbers each"),
        ({"records": torch.zeros(3)}, ValueError, "records must be torch.int32"),
        ({"tiles": torch.tensor([0, 5])}, ValueError, "tiles must be offsets from 0 to 300"),
        ({"tiles": torch.tensor([0, 200, 100, 300])}, ValueError, "must not fall"),
        ({"rounds": torch.tensor([0, 3])}, ValueError, "rounds must be offsets from 0 to 16"),
        ({"dim": 15}, ValueError, "dim must be from 1 to 14, found 15"),
        ({"x_max": 0.0}, ValueError, "x_max"),
        ({"lr": -1.0}, ValueError, "lr"),
        ({"threads": 0}, ValueError, "threads must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        run(replace(random_step(10), **changes))


@pytest.mark.parametrize("backend", ["cpu", "batched"])
def test_a_record_outside_the_tables_is_refused_before_anything_is_trained(backend):
    step = random_step(11)
    step.records[3 * 7 + 1] = 40
    before = step.words.clone()
    with pytest.raises(IndexError, match="record 7 has row 40, but tables have 40"):
        run(step, backend)
    assert torch.equal(step.words, before)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_signal_does_not_wait_for_the_end_of_a_step(threads):
    def ring(*_):
        raise InterruptedError

    # Several seconds of work.
    step = random_step(12, n_words=4000, dim=300, blocks=40, records=10_000_000, lr=1e-4, threads=threads)
    old = signal.signal(signal.SIGALRM, ring)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(InterruptedError):
            run(step)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert time.process_time() - started < 0.2 + threads * 0.5
