"""``embtrain::cbow`` in plain torch, for any device torch has and for machines without the native kernel.

As for skip-gram (`embtrain.ops.sgns.batched`), the windows of a batch all see the tables as they were before
it; with a batch of one centre the arithmetic is the contract's.
"""

from functools import partial

import torch
from torch.nn.functional import softplus

from embtrain.ops import schema
from embtrain.ops.windows import (
    BATCH,
    Batch,
    Draws,
    centres_of_a_chunk,
    make_windows,
    one_torch_thread,
    plan,
    run_batches,
    scripted,
)


def cbow(
    input: torch.Tensor,
    output: torch.Tensor,
    ids: torch.Tensor,
    sentences: torch.Tensor,
    position: int,
    keep: torch.Tensor,
    alias: torch.Tensor,
    dim: int,
    window: int,
    negatives: int,
    lr: float,
    corpus_tokens: int,
    epochs: int,
    seed: int,
    epoch: int,
    threads: int,
    corrected: bool,
    batch: int | None = None,
) -> torch.Tensor:
    """Runs one step; arguments as in `embtrain.ops.schema`, tables where `sgns.batched` wants them.

    Args:
        corrected: divides what a context row is given by the number of the window's contexts.
        batch: centres whose windows are computed from the same tables, rounded up to whole chunks; None
            chooses as many as are stable for all threads together.

    Returns:
        float64 [4]: words, kept words, windows with a context, sum of their loss.

    Raises:
        ValueError: an argument has the wrong dtype, shape or value.
        IndexError: an id or an offset is out of range; nothing was trained.
    """
    schema.check_arguments(input, output, ids, sentences, keep, alias, dim)
    step = Draws(position, window, negatives, lr, corpus_tokens, epochs, seed, epoch)
    workers = threads
    with one_torch_thread():
        centres = centres_of_a_chunk(window, batch or BATCH)
        windows = make_windows(ids, sentences, keep, alias, step, centres)
        if batch is None:
            # Whatever the number of contexts, a centre has one score with each of its outputs. Twice that,
            # because neighbouring windows have contexts in common, which are given the errors of all.
            batch, workers = plan(windows.stable_centres(2.0), threads, input.device)
            if batch < centres:
                windows = make_windows(ids, sentences, keep, alias, step, batch)
        train = partial(scripted(_train_batch), input, output, corrected)
        loss = run_batches(windows.batches(batch), train, workers)
    return torch.tensor([len(ids), windows.kept, windows.windows, loss], dtype=torch.float64)


def _train_batch(input: torch.Tensor, output: torch.Tensor, corrected: bool, windows: Batch) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    chunks, _, width = windows.contexts.shape
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    shares = windows.contexts / windows.contexts.sum(2, keepdim=True).clamp(min=1)
    contexts = input.index_select(0, tokens).view(chunks, width, input.shape[1])
    means = torch.bmm(shares, contexts)
    targets = output.index_select(0, words).view(chunks, -1, output.shape[1])
    scores = torch.bmm(means, targets.transpose(1, 2))
    positive, present = scores.diagonal(dim1=1, dim2=2), windows.weights.diagonal(dim1=1, dim2=2)
    loss = torch.dot(softplus(scores).view(-1), windows.weights.view(-1)) - (positive * present).sum()
    gradients = torch.sigmoid(scores).mul_(windows.weights).neg_()
    gradients.diagonal(dim1=1, dim2=2).add_(present)
    gradients *= windows.rates[:, None, None]
    errors = torch.bmm(gradients, targets)
    given = shares if corrected else windows.contexts
    input.index_add_(0, tokens, torch.bmm(given.transpose(1, 2), errors).view(len(tokens), -1))
    output.index_add_(0, words, torch.bmm(gradients.transpose(1, 2), means).view(len(words), -1))
    return loss
