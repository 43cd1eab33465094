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
        step.positions,
        bags_of(step),
        step.corrected,
        step.position_rate,
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
    positions: torch.Tensor,
    bags: Bags,
    corrected: bool,
    position_rate: float,
    windows: Batch,
) -> torch.Tensor:
    """Adds the updates of some windows to the tables and returns the sum of their loss, float32 []."""
    strips, _, width = windows.contexts.shape
    tokens, words = windows.tokens.reshape(-1), windows.outputs.reshape(-1)
    shares = windows.contexts / windows.contexts.sum(2, keepdim=True).clamp(min=1)
    contexts = take_rows(input, tokens, bags).view(strips, width, input.shape[1])
    if positions.size(0) > 0:
        means = weighted_means(shares, contexts, positions)
    else:
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
    if positions.size(0) > 0:
        changes = weighted_changes(given, contexts, positions, errors, position_rate)
    else:
        changes = torch.bmm(given.transpose(1, 2), errors)
    add_to_rows(input, tokens, changes.view(len(tokens), -1), bags)
    output.index_add_(0, words, torch.bmm(gradients.transpose(1, 2), means).view(len(words), -1))
    return loss


def weighted_means(shares: torch.Tensor, contexts: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """Means of the contexts' rows times the weights of their places, float32 [N, c, S].

    Args:
        shares: float32 [N, c, T], what a context counts in the mean of a centre.
        contexts: float32 [N, T, S], rows of the tokens.
        positions: float32 [2 window, S].
    """
    strips, centres, _ = shares.shape
    means = contexts.new_zeros(strips, centres, contexts.size(2))
    for place in range(positions.size(0)):
        # The token at this place from centre j is token `first` + j of the strip.
        first = place + int(place >= positions.size(0) // 2)
        near = shares.diagonal(first, 1, 2).unsqueeze(2)
        means += near * contexts[:, first : first + centres] * positions[place]
    return means


def weighted_changes(
    given: torch.Tensor, contexts: torch.Tensor, positions: torch.Tensor, errors: torch.Tensor, rate: float
) -> torch.Tensor:
    """The changes of the tokens' rows, float32 [N, T, S]; adds those of the weights to `positions`.

    Args:
        given: float32 [N, c, T], what a context gets of the error of a centre.
        errors: float32 [N, c, S], times the learning rate.
    """
    centres, sums = given.size(1), torch.zeros_like(positions)
    changes = torch.zeros_like(contexts)
    for place in range(positions.size(0)):
        first = place + int(place >= positions.size(0) // 2)
        error = given.diagonal(first, 1, 2).unsqueeze(2) * errors
        changes[:, first : first + centres] += error * positions[place]
        sums[place] = (error * contexts[:, first : first + centres]).sum(dim=(0, 1))
    positions.add_(sums, alpha=rate)
    return changes


OPERATOR.register_batched(cbow)
