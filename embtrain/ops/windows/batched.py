"""Steps on windows in plain torch, for any device torch has and for machines without the native kernels.

The arithmetic and the draws are the contract's (`embtrain.ops.windows.contract`) with one difference: the
windows of a batch of centres all see the tables as they were before the batch, and their updates are added
up. A batch has `BATCH` centres or, where the same rows would be met too often, fewer
(`Windows.stable_centres`). The centres of a strip share their negatives (`draws.strip_negatives`). With a
batch of one centre it is the contract itself, with groups of one centre. A batch ends with its step at the
latest, so that results depend on where steps end unless a batch has one centre.
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
#: 2 epochs: batches of 64 and of 256 give the contract's similarities and analogies within noise.
BATCH: Final = 256
#: Centres of a batch from which on a second worker pays: with fewer, calls cost more than the arithmetic.
SMALL_BATCH: Final = 64

Train = Callable[[Batch], torch.Tensor]


def train_windows(
    step: WindowStep[torch.Tensor], batch: int | None, scores: Callable[[Windows], float], train: Train
) -> tuple[Windows, float]:
    """Trains on the windows of a step. Tables, `keep` and `alias` are on the device that computes.

    Args:
        batch: centres whose windows see the same tables, rounded up to whole strips; None chooses as many as
            are stable for all threads together.
        scores: how many scores a centre has with each of its outputs.
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
            stable = windows.stable_centres(scores(windows))
            batch, workers = plan(stable, step.threads, step.input.device)
            if batch < centres:
                windows = make_windows(step, batch)
        return windows, run_batches(windows.batches(batch), train, workers)


@cache
def scripted(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """A function of torch calls that runs without Python's lock, so that workers do not wait for each other.

    With two workers that doubles the speed. torch.jit.script is on its way out, but what is to replace it
    needs a compiler, which `batched` does without; where torch has it no more, the function is called as it
    is.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script: Callable[..., torch.Tensor] = torch.jit.script(function)
        return script
    except (AttributeError, RuntimeError):
        return function


def run_batches(batches: list[Batch], train: Train, workers: int) -> float:
    """Trains on batches, several at a time where there are more workers, and returns the sum of their loss.

    Workers share the tables without locks, as the threads of the native kernel do. Threads within torch would
    wait for each other some thirty times a batch; these never do.
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
    """Centres of a batch and workers, so that all batches of a moment have `stable` centres at most."""
    if device.type != "cpu":
        return min(stable, BATCH), 1
    workers = max(1, min(threads, stable // SMALL_BATCH))
    return min(max(1, stable // workers), BATCH), workers


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Keeps torch to one thread for each of ours within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
