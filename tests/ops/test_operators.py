"""The operators: the references against the papers, every instruction set against the references."""

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
from embtrain.ops import draws
from embtrain.ops.operator import find_operator
from embtrain.ops.windows import contract, reference
from tests.ops.problems import aligned, random_problem

OBJECTIVES = (
    {"operator": "sgns"},
    {"operator": "cbow", "corrected": False},
    {"operator": "cbow", "corrected": True},
    {"operator": "sgns", "bags": True},
    {"operator": "cbow", "corrected": False, "bags": True},
    {"operator": "sgns", "bags": True, "frozen": True},
    {"operator": "cbow", "corrected": True, "bags": True, "frozen": True},
    {"operator": "sgns", "fixed_window": True},
    {"operator": "cbow", "corrected": False, "fixed_window": True, "bags": True},
    {"operator": "cbow", "corrected": False, "weighted": True},
    {"operator": "cbow", "corrected": True, "weighted": True, "fixed_window": True},
    {"operator": "cbow", "corrected": False, "weighted": True, "bags": True},
)
AVAILABLE = [name for name, available in _native.instruction_sets() if available]


@pytest.fixture(params=AVAILABLE)
def instruction_set(request):
    before = _native.instruction_set()
    _native.use_instruction_set(request.param)
    yield request.param
    _native.use_instruction_set(before)


@pytest.fixture(
    params=OBJECTIVES,
    ids=[
        "sgns",
        "cbow",
        "cbow-corrected",
        "sgns-bags",
        "cbow-bags",
        "sgns-frozen",
        "cbow-frozen",
        "sgns-fixed",
        "cbow-fixed-bags",
        "cbow-weighted",
        "cbow-weighted-fixed",
        "cbow-weighted-bags",
    ],
)
def objective(request):
    return request.param


def train(problem, step):
    """Trains with the kernel; its counters."""
    return find_operator(problem.operator).kernel("cpu")(step)


def run(problem, **changes):
    """Tables and counters after the kernel's step."""
    step = problem.tensors(**changes)
    counters = train(problem, step)
    return step.input.numpy(), step.output.numpy(), counters


def assert_parity(problem):
    expected_input, expected_output, expected = problem.reference()
    found_input, found_output, found = run(problem)
    np.testing.assert_allclose(found_input, expected_input, rtol=0, atol=2e-5)
    np.testing.assert_allclose(found_output, expected_output, rtol=0, atol=2e-5)
    assert found[:3] == list(expected[:3])
    assert found[3] == pytest.approx(expected[3], rel=1e-5, abs=1e-5)


def test_gradient_of_the_reference_is_that_of_its_loss():
    rng = np.random.default_rng(0)
    context, output = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    rows = reference.WordRows(random_problem(0).step, np.arange(3))
    window = reference.Window(np.arange(3), np.array([-1, 1, 2]), rows, np.arange(5), weight=0.8)
    down = reference.window_gradient(context, output, window)
    step = 1e-6
    for table, descent in ((context, down[0]), (output, down[1])):
        for index in np.ndindex(table.shape):
            keep = table[index]
            table[index] = keep + step
            above = reference.window_loss(context, output, window)
            table[index] = keep - step
            below = reference.window_loss(context, output, window)
            table[index] = keep
            assert descent[index] == pytest.approx(-(above - below) / (2 * step), abs=1e-7)


@pytest.mark.usefixtures("instruction_set")
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    words=st.sampled_from([1, 2, 3, 10, 100]),
    dim=st.sampled_from([1, 3, 8, 15, 16, 17, 33, 60, 100]),
    lengths=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    window=st.integers(1, 12),
    negatives=st.sampled_from([0, 1, 2, 4, 5, 6, 7, 11, 12, 13, 20]),
    position=st.sampled_from([0, 9_990, 123_456_789_012]),
    sample=st.sampled_from([0, 0.01, 0.1]),
    objective=st.sampled_from(OBJECTIVES),
)
def test_kernel_equals_the_reference(objective, **arguments):
    assert_parity(random_problem(**arguments | {"lengths": tuple(arguments["lengths"])} | objective))


@pytest.mark.usefixtures("instruction_set")
def test_parity_over_many_chunks_and_rate_blocks(objective):
    problem = random_problem(
        5, words=500, dim=24, lengths=(1100, 3, 1500), position=8_000, lr=0.025, scale=0.3, **objective
    )
    expected_input, expected_output, expected = problem.reference()
    found_input, found_output, found = run(problem)
    np.testing.assert_allclose(found_input, expected_input, rtol=0, atol=2e-4)
    np.testing.assert_allclose(found_output, expected_output, rtol=0, atol=2e-4)
    assert found[3] == pytest.approx(expected[3], rel=1e-6)


@pytest.mark.usefixtures("instruction_set")
def test_large_scores_are_not_clipped(objective):
    assert_parity(random_problem(1, words=6, dim=8, scale=12.0, lr=0.01, **objective))
    _, _, counters = run(random_problem(1, words=6, dim=8, scale=1e4, lr=1e-9, **objective))
    assert np.isfinite(counters[3])


@pytest.mark.usefixtures("instruction_set")
def test_padding_stays_zero(objective):
    for table in run(random_problem(2, dim=10, **objective))[:2]:
        assert not table[:, 10:].any()


@pytest.mark.usefixtures("instruction_set")
def test_results_do_not_depend_on_where_steps_end(objective):
    problem = random_problem(3, words=50, lengths=(2000, 5, 0, 900, 40), position=1000, **objective)
    whole_input, whole_output, whole = run(problem)
    step = problem.tensors()
    total = np.zeros(4)
    for first, last in pairwise(problem.step.sentences):
        part = replace(
            step,
            ids=step.ids[first:last],
            sentences=torch.tensor([0, last - first]),
            position=step.position + int(first),
        )
        total += train(problem, part)
    np.testing.assert_array_equal(step.input.numpy(), whole_input)
    np.testing.assert_array_equal(step.output.numpy(), whole_output)
    assert total[:3].tolist() == whole[:3]


@pytest.mark.usefixtures("instruction_set")
def test_one_thread_is_bit_identical(objective):
    problem = random_problem(4, words=50, lengths=(3000,), **objective)
    first, second = run(problem), run(problem)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_draws_are_the_same_for_any_number_of_threads(objective):
    problem = random_problem(4, words=3000, lengths=(9000, 9000), lr=1e-4, **objective)
    one, three = run(problem), run(problem, threads=3)
    assert one[2][:3] == three[2][:3]
    # Hogwild reorders updates, which changes little at a small learning rate; other draws would change
    # everything.
    change, difference = np.abs(one[0] - problem.step.input).mean(), np.abs(one[0] - three[0]).mean()
    assert difference < 0.1 * change


@pytest.fixture(params=[(26, 64), (166, 1024)], ids=["near", "far"])
def copied_rows(request):
    """The number of rows that four threads copy, if cores are the given nanoseconds apart."""
    nanoseconds, rows = request.param
    _native.assume_core_distance(nanoseconds)
    yield rows
    _native.assume_core_distance(0)


@pytest.mark.parametrize("words", [50, 6000])
def test_threads_add_up_what_each_has_learnt(objective, copied_rows, words):
    # With steps so small that none changes what another one sees, any order gives the same sum. What is
    # merged twice or not at all shows here. Rows after those with copies are shared without locks, where an
    # update may be lost.
    # No more rows than words have copies. A row needs 128 words of text to have copies.
    # A fixed window moves a row about twice as often.
    lr = 0.65e-6 if "fixed_window" in objective else 1.3e-6
    problem = random_problem(5, words=words, lengths=(9000,) * 15, lr=lr, sample=0, **objective)
    one, many = run(problem), run(problem, threads=4)
    for table, before in ((0, problem.step.input), (1, problem.step.output)):
        change, difference = (
            np.abs(other - one[table])[: min(copied_rows, words)].max(1) for other in (before, many[table])
        )
        assert (difference <= 0.05 * change + 1e-6).all()
    assert one[2][3] == pytest.approx(many[2][3], rel=1e-4)


@pytest.fixture
def threads_in_step():
    """Threads work on their chunks side by side, as on a machine with a core for each."""
    _native.walk_in_step(True)
    yield
    _native.walk_in_step(False)


@pytest.mark.usefixtures("threads_in_step", "copied_rows")
@pytest.mark.parametrize("threads", [2, 4, 32])
def test_many_threads_do_not_swing(objective, threads):
    # Few words, each of which a thread takes the way to where it wants to be between two merges.
    problem = random_problem(
        9, words=40, dim=16, lengths=(80_000,), lr=0.05, sample=0, scale=0.1, **objective
    )

    def loss(n):
        step = problem.tensors(threads=n)
        for _ in range(3):
            counters = train(problem, step)
        return counters[3] / counters[2]

    assert loss(threads) < 1.25 * loss(1)


@pytest.mark.parametrize("threads", [3, 16])
def test_shares_of_a_change_add_up_to_what_one_thread_would_have_learnt(threads):
    for uses in (1, 30, 400):
        alone = 1 - np.exp(-0.02 * uses)
        in_turn = 1 - np.exp(-0.02 * uses * threads)
        assert threads * _native.share_of(uses, 0.02, threads) * alone == pytest.approx(in_turn, rel=1e-5)
    assert _native.share_of(0, 0.02, threads) == 1
    assert _native.share_of(400, 0.02, 2) == 1
    assert _native.share_of(10**9, 0.02, threads) == pytest.approx(1 / threads)


def test_a_kernel_step_learns(objective):
    problem = random_problem(6, words=30, lengths=(2000,), sample=0, lr=0.05, **objective)
    first = problem.tensors()
    losses = []
    for _ in range(3):
        losses.append(train(problem, first)[3])
    assert losses[2] < losses[0]


@pytest.mark.parametrize("overload", ["default", "batched"])
def test_opcheck(objective, overload):
    problem = random_problem(7, lengths=(5, 6), **objective)
    for backend in ("cpu", "batched"):
        find_operator(problem.operator).kernel(backend)
    operator = getattr(getattr(torch.ops.embtrain, problem.operator), overload)
    torch.library.opcheck(operator, args=tuple(problem.tensors().values()))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"ids": torch.full((20,), 20, dtype=torch.int32)},
            IndexError,
            "token id 20 is outside tables of 20 rows",
        ),
        ({"ids": torch.full((20,), -1, dtype=torch.int32)}, IndexError, "token id 4294967295"),
        ({"sentences": torch.tensor([0, 9, 4, 20])}, IndexError, "9 is followed by 4"),
        ({"sentences": torch.tensor([0, 4])}, ValueError, "end at the number of ids, 20"),
        ({"sentences": torch.tensor([1, 20])}, IndexError, "must start at 0, found 1"),
        ({"alias": torch.full((20,), 99)}, IndexError, "alias table names a row outside"),
        ({"input": torch.zeros(20, 16, dtype=torch.float64)}, ValueError, "input must be torch.float32"),
        ({"input": torch.zeros(20, 32)[:, ::2]}, ValueError, "input must be contiguous"),
        ({"input": torch.zeros(20, 16, requires_grad=True)}, ValueError, "must not require a gradient"),
        ({"input": torch.zeros(21, 16)}, ValueError, "tables differ in shape"),
        ({"keep": torch.ones(19)}, ValueError, "keep must have 20 entries, found 19"),
        ({"ids": torch.zeros(20, dtype=torch.int64)}, ValueError, "ids must be torch.int32"),
        ({"dim": 17}, ValueError, "dim must be from 1 to 16, found 17"),
        ({"window": 0}, ValueError, "window"),
    ],
)
def test_wrong_arguments_are_refused(changes, error, message):
    if "input" in changes and not changes["input"].requires_grad and changes["input"].dtype == torch.float32:
        rows = changes["input"].shape[0]
        changes = changes | ({"input": torch.from_numpy(aligned(np.zeros((21, 16))))} if rows == 21 else {})
    message = message.replace("input must be torch.float32", "input must be float32")
    with pytest.raises(error, match=message):
        run(random_problem(8), **changes)


def windows(problem, size):
    return list(reference.groups(problem.step, size))


def test_groups_are_cut_at_sentences_and_chunks_and_share_negatives():
    problem = random_problem(
        9, words=4000, lengths=(5, 1, 0, 20), position=contract.CHUNK_TOKENS - 10, sample=0, negatives=3
    )
    groups = windows(problem, 2)
    # The sentences are the positions [1014, 1019), 1019 and [1020, 1040), the last cut at 1024.
    assert [group.centres for group in groups] == [2, 2, 1, 1, 2, 2, *[2] * 8]
    assert [len(group.windows) for group in groups] == [2, 2, 1, 0, 2, 2, *[2] * 8]
    for group in groups:
        assert len({tuple(window.outputs[1:]) for window in group.windows}) <= 1


def test_shared_negatives_weigh_as_much_as_those_of_one_window():
    for negatives in range(30):
        drawn, weight = draws.shared_negatives(negatives, group=2)
        assert negatives <= drawn <= 2 * negatives
        assert drawn * weight == pytest.approx(negatives)
        assert draws.shared_negatives(negatives, group=1) == (negatives, 1.0 if negatives else 0.0)


def test_windows_without_sharing_have_the_same_contexts():
    problem = random_problem(9, words=4000, lengths=(50,), sample=0)
    apart, together = (
        [tuple(window.rows[:, 0]) for group in windows(problem, size) for window in group.windows]
        for size in (1, 2)
    )
    assert apart == together


@pytest.mark.parametrize("threads", [1, 3])
def test_a_signal_does_not_wait_for_the_end_of_a_step(objective, threads):
    def ring(*_):
        raise InterruptedError

    # Several seconds of work.
    problem = random_problem(
        11, words=100, dim=256, lengths=(1000,) * 3000, window=10, negatives=20, sample=0, **objective
    )
    step = problem.tensors(threads=threads)
    old = signal.signal(signal.SIGALRM, ring)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(InterruptedError):
            train(problem, step)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert time.process_time() - started < 0.1 + threads * 0.5
    # The next step is a whole one.
    problem = random_problem(3, words=50, lengths=(500,), sample=0, **objective)
    assert train(problem, problem.tensors())[0] == 500
