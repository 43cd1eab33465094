"""``embtrain::glove`` in plain torch, for any device torch has and for machines without the native kernel.

The arithmetic is the contract's (`embtrain.ops.glove.schema`) with one difference: the records of a batch all
use the tables as they were before the batch, and their updates are added up. A batch takes up to `batch`
records from each tile of a round. With a batch of one record a tile, it is the contract itself.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from embtrain.ops.glove.order import tile_order
from embtrain.ops.glove.schema import OPERATOR, RECORD_ITEMS, GloveStep

#: Most records of a tile in a batch. A frequent row may occur in each of them, and the sum of its updates
#: must not overshoot: with a rate of 0.05, whose first steps move a bias by a quarter, 8 are stable.
BATCH = 8


def glove(step: GloveStep[torch.Tensor], batch: int | None = None) -> tuple[int, float]:
    """Trains one step.

    Args:
        batch: records of a tile in a batch; None is `BATCH`.

    Returns:
        The number of records and the sum of their loss. If an error is no longer a number, the place of the
        first such record and NaN.

    Raises:
        IndexError: a record names a row outside the tables; nothing was trained.
    """
    device = step.words.device
    records = step.records.view(-1, RECORD_ITEMS).to(device)
    rows, columns = records[:, 0].long(), records[:, 1].long()
    _check_rows(rows, columns, len(step.words))
    counts = records[:, 2].contiguous().view(torch.float32)
    logs = counts.log()
    weights = (counts / step.x_max).clamp(max=1).pow(step.weighting_exponent)
    loss = 0.0
    for places in _batches(step, batch or BATCH):
        chosen = torch.from_numpy(places).to(device)
        errors = _train(step, rows[chosen], columns[chosen], logs[chosen], weights[chosen])
        loss += float((0.5 * weights[chosen].double() * errors.double() ** 2).sum())
        if not np.isfinite(loss):
            wrong = torch.nonzero(~torch.isfinite(errors.double() ** 2))
            return int(places[int(wrong[0])]) if len(wrong) else int(places[0]), float("nan")
    return len(records), loss


def _check_rows(rows: torch.Tensor, columns: torch.Tensor, n_rows: int) -> None:
    both = torch.stack([rows, columns], 1)
    wrong = torch.nonzero((both < 0) | (both >= n_rows))
    if len(wrong):
        record, side = (int(place) for place in wrong[0])
        raise IndexError(f"record {record} has row {int(both[record, side])}, but tables have {n_rows}")


def _batches(step: GloveStep[torch.Tensor], most: int) -> Iterator[NDArray[np.int64]]:
    """Yields the places of the records of each batch, round by round."""
    tiles, rounds = step.tiles.numpy(), step.rounds.numpy()
    for first, last in zip(rounds[:-1].tolist(), rounds[1:].tolist(), strict=True):
        orders = [
            begin + tile_order(step.seed, step.epoch, step.position + begin, end - begin)
            for begin, end in zip(
                tiles[first:last].tolist(), tiles[first + 1 : last + 1].tolist(), strict=True
            )
            if begin < end
        ]
        n_batches = -(-max(map(len, orders), default=0) // most)
        for number in range(n_batches):
            parts = [order[_share(len(order), number, n_batches)] for order in orders]
            yield np.concatenate(parts)


def _share(n: int, number: int, n_shares: int) -> slice:
    """One of `n_shares` equal parts of n."""
    return slice(n * number // n_shares, n * (number + 1) // n_shares)


def _train(
    step: GloveStep[torch.Tensor],
    rows: torch.Tensor,
    columns: torch.Tensor,
    logs: torch.Tensor,
    weights: torch.Tensor,
) -> torch.Tensor:
    """Adds the updates of a batch to the tables and returns the errors before them, float32 [n]."""
    half = step.words.shape[1] // 2
    words, contexts = step.words[rows], step.contexts[columns]
    errors = (words[:, :half] * contexts[:, :half]).sum(1) - logs
    pulls = (step.lr * weights * errors)[:, None]
    for table, where, own, other in (
        (step.words, rows, words, contexts),
        (step.contexts, columns, contexts, words),
    ):
        steps = pulls * other[:, :half]
        table.index_add_(0, where, torch.cat([-steps * own[:, half:].rsqrt(), steps * steps], 1))
    return errors


OPERATOR.register_batched(glove)
