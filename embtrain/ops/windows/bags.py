"""Rows of tokens in plain torch: a word's own row, or the mean of the rows of its bag.

`embtrain.ops.windows.batched` compiles these functions, so they only call torch and each other.
"""

import torch


def take_rows(
    input: torch.Tensor, tokens: torch.Tensor, bags: torch.Tensor, offsets: torch.Tensor
) -> torch.Tensor:
    """The rows of tokens as they are now, float32 [T, S].

    Args:
        input: float32 [R, S].
        tokens: int64 [T], words.
        bags: int32 [n]. offsets: int64 [V + 1], both empty if a word has a row of its own.
    """
    if offsets.numel() == 0:
        return input.index_select(0, tokens)
    lengths = offsets[tokens + 1] - offsets[tokens]
    owners = torch.repeat_interleave(lengths)
    rows = input.new_zeros(tokens.numel(), input.size(1))
    rows.index_add_(0, owners, input.index_select(0, members(tokens, bags, offsets, lengths)))
    return rows / lengths.unsqueeze(1)


def add_to_rows(
    input: torch.Tensor,
    tokens: torch.Tensor,
    changes: torch.Tensor,
    bags: torch.Tensor,
    offsets: torch.Tensor,
) -> None:
    """Adds the change of each token, float32 [T, S], to its row, or to every row of its bag."""
    if offsets.numel() == 0:
        input.index_add_(0, tokens, changes)
        return
    lengths = offsets[tokens + 1] - offsets[tokens]
    owners = torch.repeat_interleave(lengths)
    input.index_add_(0, members(tokens, bags, offsets, lengths), changes.index_select(0, owners))


def members(
    tokens: torch.Tensor, bags: torch.Tensor, offsets: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    """The bags of tokens, one after another, int64."""
    ends = torch.cumsum(lengths, 0)
    shift = torch.repeat_interleave(offsets[tokens] - (ends - lengths), lengths)
    return bags[torch.arange(int(lengths.sum()), device=bags.device) + shift].long()
