"""``embtrain::sgns`` in plain torch, for any device torch has and for machines without the native kernel.

The arithmetic and the draws are the contract's (`embtrain.ops.sgns.schema`) with one difference: the
windows of a batch of centres all see the tables as they were before the batch, and their updates are added
up. A batch has `windows.BATCH` centres or, where the same rows would be met too often, fewer
(`Windows.stable_centres`). The centres of a chunk share their negatives (`draws.chunk_negatives`). With a
batch of one centre it is the contract itself, with groups of one centre.
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


def sgns(
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
    batch: int | None = None,
) -> torch.Tensor:
    """Runs one step; arguments and result as in `embtrain.ops.schema`.

    Tables, `keep` and `alias` are on the device that computes; `ids` and `sentences` may be on the host. A
    batch ends with its step at the latest, so that results depend on where steps end unless `batch` is 1.

    Args:
        batch: centres whose windows are computed from the same tables, rounded up to whole chunks; None
            chooses as many as are stable for all threads together.

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
            stable = windows.stable_centres(windows.pairs / max(windows.kept, 1))
            batch, workers = plan(stable, threads, input.device)
            if batch < centres:
                windows = make_windows(ids, sentences, keep, alias, step, batch)
        loss = run_batches(windows.batches(batch), partial(scripted(_train_batch), input, output), workers)
    return torch.tensor([len(ids), windows.kept, windows.pairs, loss], dtype=torch.float64)


def _train_batch(input: torch.Tensor, output: torch.Tensor, windows: Batch) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    chunks, centres, width = windows.contexts.shape
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    contexts = input.index_select(0, tokens).view(chunks, width, input.shape[1])
    targets = output.index_select(0, words).view(chunks, -1, output.shape[1])
    scores = torch.bmm(targets, contexts.transpose(1, 2))
    # How often each output and token are a pair, over all windows of the chunk: the centres with their
    # contexts, which are positive, then the noise words.
    counts = torch.bmm(windows.weights.transpose(1, 2), windows.contexts)
    loss = torch.dot(softplus(scores).view(-1), counts.view(-1))
    loss -= (scores[:, :centres] * windows.contexts).sum()
    gradients = torch.sigmoid(scores).mul_(counts).neg_()
    gradients[:, :centres] += windows.contexts
    gradients *= windows.rates[:, None, None]
    input.index_add_(0, tokens, torch.bmm(gradients.transpose(1, 2), targets).view(len(tokens), -1))
    output.index_add_(0, words, torch.bmm(gradients, contexts).view(len(words), -1))
    return loss
