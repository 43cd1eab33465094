"""Rows of tokens in plain torch: a word's own row, or the mean of the rows of its bag.

`embtrain.ops.windows.batched` compiles these functions, so they only call torch and each other.
"""

from typing import NamedTuple

import torch

from embtrain.ops.windows.contract import WindowStep


class Bags(NamedTuple):
    """The bags of words, see `WindowStep`; the first two are empty if a word has a row of its own."""

    rows: torch.Tensor
    offsets: torch.Tensor
    frozen: torch.Tensor


def bags_of(step: WindowStep[torch.Tensor]) -> Bags:
    """The bags of a step."""
    return Bags(step.bags, step.bag_offsets, step.frozen)


def take_rows(input: torch.Tensor, tokens: torch.Tensor, bags: Bags) -> torch.Tensor:
    """The rows of tokens as they are now, float32 [T, S].

    Args:
        input: float32 [R, S].
        tokens: int64 [T], words.
        bags: of the words.
    """
    if bags.offsets.numel() == 0:
        return input.index_select(0, tokens)
    lengths = bags.offsets[tokens + 1] - bags.offsets[tokens]
    owners = torch.repeat_interleave(lengths)
    rows = input.new_zeros(tokens.numel(), input.size(1))
    rows.index_add_(0, owners, input.index_select(0, members(tokens, bags, lengths)))
    return rows / lengths.unsqueeze(1)


def add_to_rows(input: torch.Tensor, tokens: torch.Tensor, changes: torch.Tensor, bags: Bags) -> None:
    """Adds the change of each token, float32 [T, S], to its row, or to the rows of its bag.

    Rows that are frozen stay as they are.
    """
    if bags.offsets.numel() == 0:
        input.index_add_(0, tokens, changes)
        return
    lengths = bags.offsets[tokens + 1] - bags.offsets[tokens]
    owners = torch.repeat_interleave(lengths)
    rows = members(tokens, bags, lengths)
    if bags.frozen.numel() > 0:
        trained = torch.nonzero(bags.frozen.index_select(0, rows) == 0).squeeze(1)
        rows, owners = rows.index_select(0, trained), owners.index_select(0, trained)
    input.index_add_(0, rows, changes.index_select(0, owners))


def members(tokens: torch.Tensor, bags: Bags, lengths: torch.Tensor) -> torch.Tensor:
    """The bags of tokens, one after another, int64; `lengths` are those of their bags."""
    ends = torch.cumsum(lengths, 0)
    shift = torch.repeat_interleave(bags.offsets[tokens] - (ends - lengths), lengths)
    return bags.rows[torch.arange(int(lengths.sum()), device=bags.rows.device) + shift].long()
