"""``embtrain::cbow`` in plain torch; `embtrain.ops.windows.batched` says how it differs from the contract."""

from functools import partial

import torch
from torch.nn.functional import softplus

from embtrain.ops.cbow.schema import OPERATOR, CbowStep
from embtrain.ops.windows.bags import Bags, add_to_rows, bags_of, take_rows
from embtrain.ops.windows.batched import scripted, train_windows
from embtrain.ops.windows.strips import Batch, Windows


def cbow(step: CbowStep[torch.Tensor], batch: int | None = None) -> tuple[int, int, int, float]:
    """One step; `batch` and errors as in `train_windows`. Returns words, kept words, windows, loss sum."""
    train = partial(
        scripted(_train_batch),
        step.input,
        step.output,
        bags_of(step),
        step.corrected,
    )
    windows, loss = train_windows(step, batch, _scores_of_a_centre, train)
    return len(step.ids), windows.kept, windows.windows, loss


def _scores_of_a_centre(windows: Windows) -> float:
    """Twice the single score of a centre with each of its outputs.

    Neighbouring windows share contexts, which get the errors of all these windows.
    """
    return 2.0


def _train_batch(
    input: torch.Tensor,
    output: torch.Tensor,
    bags: Bags,
    corrected: bool,
    windows: Batch,
) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    strips, _, width = windows.contexts.shape
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    shares = windows.contexts / windows.contexts.sum(2, keepdim=True).clamp(min=1)
    contexts = take_rows(input, tokens, bags).view(strips, width, input.shape[1])
    means = torch.bmm(shares, contexts)
    targets = output.index_select(0, words).view(strips, -1, output.shape[1])
    scores = torch.bmm(means, targets.transpose(1, 2))
    positive, present = scores.diagonal(dim1=1, dim2=2), windows.weights.diagonal(dim1=1, dim2=2)
    loss = torch.dot(softplus(scores).view(-1), windows.weights.view(-1)) - (positive * present).sum()
    gradients = torch.sigmoid(scores).mul_(windows.weights).neg_()
    gradients.diagonal(dim1=1, dim2=2).add_(present)
    gradients *= windows.rates[:, None, None]
    errors = torch.bmm(gradients, targets)
    given = shares if corrected else windows.contexts
    changes = torch.bmm(given.transpose(1, 2), errors).view(len(tokens), -1)
    add_to_rows(input, tokens, changes, bags)
    output.index_add_(0, words, torch.bmm(gradients.transpose(1, 2), means).view(len(words), -1))
    return loss


OPERATOR.register_batched(cbow)
