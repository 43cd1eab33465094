"""``embtrain::sgns`` in plain torch; `embtrain.ops.windows.batched` says how it differs from the contract."""

from functools import partial

import torch
from torch.nn.functional import softplus

from embtrain.ops.sgns.schema import OPERATOR
from embtrain.ops.windows.bags import Bags, add_to_rows, bags_of, take_rows
from embtrain.ops.windows.batched import scripted, train_windows
from embtrain.ops.windows.contract import WindowStep
from embtrain.ops.windows.strips import Batch, Windows


def sgns(step: WindowStep[torch.Tensor], batch: int | None = None) -> tuple[int, int, int, float]:
    """One step; `batch` and errors as in `train_windows`. Returns words, kept words, pairs, loss sum."""
    train = partial(scripted(_train_batch), step.input, step.output, bags_of(step))
    windows, loss = train_windows(step, batch, _pairs_of_a_centre, train)
    return len(step.ids), windows.kept, windows.pairs, loss


def _pairs_of_a_centre(windows: Windows) -> float:
    """Number of scores of a centre with each of its outputs: one for each of its contexts."""
    return windows.pairs / max(windows.kept, 1)


def _train_batch(input: torch.Tensor, output: torch.Tensor, bags: Bags, windows: Batch) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    strips, centres, width = windows.contexts.shape
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    contexts = take_rows(input, tokens, bags).view(strips, width, input.shape[1])
    targets = output.index_select(0, words).view(strips, -1, output.shape[1])
    scores = torch.bmm(targets, contexts.transpose(1, 2))
    # How often each output and token are a pair, over all windows of the strip: the centres with their
    # contexts, which are positive, then the negatives.
    counts = torch.bmm(windows.weights.transpose(1, 2), windows.contexts)
    loss = torch.dot(softplus(scores).view(-1), counts.view(-1))
    loss -= (scores[:, :centres] * windows.contexts).sum()
    gradients = torch.sigmoid(scores).mul_(counts).neg_()
    gradients[:, :centres] += windows.contexts
    gradients *= windows.rates[:, None, None]
    changes = torch.bmm(gradients.transpose(1, 2), targets).view(len(tokens), -1)
    add_to_rows(input, tokens, changes, bags)
    output.index_add_(0, words, torch.bmm(gradients, contexts).view(len(words), -1))
    return loss


OPERATOR.register_batched(sgns)
