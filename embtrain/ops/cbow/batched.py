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
            # Whatever the number of contexts, a centre has one score with each of its outputs.
            batch, workers = plan(windows.stable_centres(1.0), threads, input.device)
            if batch < centres:
                windows = make_windows(ids, sentences, keep, alias, step, batch)
        train = partial(_train_batch, input, output, corrected=corrected)
        loss = run_batches(windows.batches(batch), train, workers)
    pairs = int(windows.contexts.any(2).sum())
    return torch.tensor([len(ids), windows.kept, pairs, loss], dtype=torch.float64)


def _train_batch(
    input: torch.Tensor, output: torch.Tensor, windows: Batch, *, corrected: bool
) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    chunks, centres, outputs = windows.outputs.shape
    width, stride = windows.tokens.shape[1], input.shape[1]
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    near = windows.contexts.to(input.dtype)
    counts = near.sum(2, keepdim=True)
    contexts = input.index_select(0, tokens).view(chunks, width, stride)
    means = torch.bmm(near, contexts).div_(counts.clamp(min=1)).view(chunks * centres, stride, 1)
    targets = output.index_select(0, words).view(chunks * centres, outputs, stride)
    scores = torch.bmm(targets, means).view(chunks, centres, outputs)
    mask = (windows.counted & (counts > 0)).to(scores.dtype)
    gradients = torch.sigmoid(scores).neg_()
    gradients[..., 0] += 1
    loss = softplus(scores)
    loss[..., 0] -= scores[..., 0]
    loss_sum = torch.dot(loss.view(-1), mask.view(-1))
    gradients *= mask.mul_(windows.rates[..., None])
    gradients = gradients.view(chunks * centres, 1, outputs)
    errors = torch.bmm(gradients, targets).view(chunks, centres, stride)
    if corrected:
        errors /= counts.clamp(min=1)
    input.index_add_(0, tokens, torch.bmm(near.transpose(1, 2), errors).view(chunks * width, stride))
    updates = torch.bmm(gradients.transpose(1, 2), means.transpose(1, 2))
    output.index_add_(0, words, updates.view(chunks * centres * outputs, stride))
    return loss_sum
