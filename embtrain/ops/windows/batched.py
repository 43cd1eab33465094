"""Runs steps on windows in plain torch, on any of its devices and on machines without the native kernels.

The arithmetic and the draws follow the contract (`embtrain.ops.windows.contract`) with one difference: the
windows of a batch of centres all see the tables as they were before the batch, and their updates are added
up. A batch has `BATCH` centres, or fewer if they would use the same rows too often
(`Windows.stable_centres`). The centres of a strip share their negatives (`draws.strip_negatives`). A batch of
one centre follows the contract exactly, with groups of one centre. A batch ends at the latest with its step,
so results depend on where steps end unless a batch has one centre.
"""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Final

import torch

from embtrain.ops.windows.contract import WindowStep
from embtrain.ops.windows.strips import Batch, Windows, centres_of_a_strip, make_windows

#: Most centres of a batch, whose windows all see the same tables. Measured on 3 M words of Wikipedia,
#: 2 epochs: batches of 64 and of 256 score like the contract on similarity and analogies, within noise.
BATCH: Final = 256
#: Least centres of a batch for each worker: with fewer, calls cost more than the arithmetic.
SMALL_BATCH: Final = 64

Train = Callable[[Batch], torch.Tensor]


def train_windows(
    step: WindowStep[torch.Tensor], batch: int | None, scores: Callable[[Windows], float], train: Train
) -> tuple[Windows, float]:
    """Trains on the windows of a step. Tables, `keep` and `alias` are on the device that computes.

    Args:
        batch: number of centres whose windows see the same tables, rounded up to whole strips; None chooses
            the largest number that is stable for all threads together.
        scores: returns the number of scores of a centre with each of its outputs.
        train: adds the updates of a batch to the tables and returns the sum of its loss.

    Returns:
        The windows, and the sum of their loss.

    Raises:
        ValueError, IndexError: as `make_windows`; nothing was trained.
    """
    workers = step.threads
    with one_torch_thread():
        centres = centres_of_a_strip(step.window, batch or BATCH)
        windows = make_windows(step, centres)
        if batch is None:
            stable = windows.stable_centres(scores(windows), step.bags, step.bag_offsets)
            batch, workers = plan(stable, step.threads, step.input.device)
            if batch < centres:
                windows = make_windows(step, batch)
        return windows, run_batches(windows.batches(batch), train, workers)


@cache
def scripted(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """Compiles a function of torch calls to run without Python's lock, so that workers do not wait.

    This doubles the speed of two workers. torch.jit.script is deprecated, but its replacement needs a C++
    compiler, which `batched` must not require. Once torch has removed it, the plain function runs.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script: Callable[..., torch.Tensor] = torch.jit.script(function)
        return script
    except (AttributeError, RuntimeError):
        return function


def run_batches(batches: list[Batch], train: Train, workers: int) -> float:
    """Trains on batches, one for each worker at a time, and returns the sum of their loss.

    Workers share the tables without locks, as the threads of the native kernel do. torch's own threads would
    wait for each other about thirty times per batch; workers never wait.
    """
    if not batches:
        return 0.0
    if workers == 1:
        losses = [train(batch) for batch in batches]
    else:
        with ThreadPoolExecutor(workers) as pool:
            shares = pool.map(lambda i: [train(batch) for batch in batches[i::workers]], range(workers))
            losses = [loss for share in shares for loss in share]
    return float(torch.stack(losses).cpu().double().sum())


def plan(stable: int, threads: int, device: torch.device) -> tuple[int, int]:
    """Centres of a batch, and workers, so that their batches together have at most `stable` centres."""
    if device.type != "cpu":
        return min(stable, BATCH), 1
    workers = max(1, min(threads, stable // SMALL_BATCH))
    return min(max(1, stable // workers), BATCH), workers


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Limits torch to one thread for each of ours within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
