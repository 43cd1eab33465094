"""``embtrain::glove``: GloVe with AdaGrad, one step of training.

Contract, for the reference and every backend alike:

A step trains on records (i, j, X): word i and context j are near each other X times. For each record, with
w, b the vector and the bias of row i of `words` and w~, b~ those of row j of `contexts` (Pennington, Socher
and Manning 2014, equation 8; the updates are those of Stanford's glove.c):

    e = w.w~ + b + b~ - log X             error
    f = min(1, (X / x_max)^exponent)      weight
    loss += f e^2 / 2
    for each parameter p of the two rows, from the rows before the record: t = lr f e dp, where dw = w~,
    dw~ = w, db = db~ = 1;   p -= t / sqrt(G);   G += t^2

G is AdaGrad's sum of the parameter (Duchi, Hazan and Singer 2011); it begins as 1. As in glove.c, the rate is
part of what it sums, and does not fall.

The records of a step are in tiles, and tiles in rounds. The records of a tile are taken from one of them on
and round, forwards or backwards; both are drawn from (seed, epoch, place of the tile in the epoch), see
`embtrain.ops.glove.order`. The tiles of a round share neither rows nor columns, so threads can train on them
side by side; rounds follow one another. The result is the same bits for every number of threads, and does
not depend on where a step ends, as long as no round is cut.

A step returns the number of records and the sum of their loss. If an error is no longer a number (or 1e15 or
more in magnitude, whose square would overflow later), it stops and returns the place of that record and NaN.

A row of a table is two halves of S / 2 floats, dim + 2 rounded up to a multiple of 16. The first half is the
vector, the bias and a 1 (in `contexts` a 1 and the bias, so that the product of two rows contains both
biases), then zeros. The second half is G of each, which for the 1 is so large (`FIXED`) that it never
changes.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import torch

from embtrain.ops import ROW_MULTIPLE
from embtrain.ops.operator import A, Operator, StepArguments

#: Row, column and bits of the float32 count.
RECORD_ITEMS: Final = 3
#: A sum of AdaGrad that keeps its parameter as it is.
FIXED: Final = 1e30


@dataclass(frozen=True)
class GloveStep(StepArguments[A]):
    """A step of GloVe; its position is that of the first record in the epoch's records.

    Attributes:
        words, contexts: float32 [V, S], contiguous, S a multiple of 32, laid out as above.
        records: int32 [3 n], row, column and bits of the float32 count of each record.
        tiles: int64 [tiles + 1], where the records of each tile begin.
        rounds: int64 [rounds + 1], where the tiles of each round begin.
        lr: the rate of AdaGrad.
        x_max, weighting_exponent: of the weight.
        seed, epoch: of the draws; the first epoch is 0.
        threads: number of them.
    """

    TABLES: ClassVar[tuple[str, ...]] = ("words", "contexts")
    COUNTERS: ClassVar[tuple[str, ...]] = ("records", "loss")

    words: A
    contexts: A
    records: A
    tiles: A
    rounds: A
    lr: float
    x_max: float
    weighting_exponent: float
    seed: int
    epoch: int
    threads: int

    def check(self) -> None:
        """Raises ValueError where an argument is not as above; rows and counts are up to the kernel."""
        words, contexts, records = self.words, self.contexts, self.records
        assert isinstance(words, torch.Tensor)
        assert isinstance(contexts, torch.Tensor)
        assert isinstance(records, torch.Tensor)
        for name, table in (("words", words), ("contexts", contexts)):
            _check(table.dtype == torch.float32, f"{name} must be float32, found {table.dtype}")
            _check(table.dim() == 2 and table.is_contiguous(), f"{name} must be a contiguous table")
            _check(not table.requires_grad, f"{name} must not require a gradient")
        _check(words.shape == contexts.shape, "words and contexts must have the same shape")
        stride = words.shape[1]
        _check(stride % (2 * ROW_MULTIPLE) == 0, f"rows must be a multiple of 32 long, found {stride}")
        _check(1 <= self.dim <= stride // 2 - 2, f"dim must be from 1 to {stride // 2 - 2}, found {self.dim}")
        for name, dtype in (("records", torch.int32), ("tiles", torch.int64), ("rounds", torch.int64)):
            tensor = getattr(self, name)
            _check(tensor.dtype == dtype, f"{name} must be {dtype}, found {tensor.dtype}")
            _check(tensor.dim() == 1 and tensor.is_contiguous(), f"{name} must be one contiguous row")
        _check(records.numel() % RECORD_ITEMS == 0, "records must be three numbers each")
        _check(self.threads >= 1 and self.position >= 0, "threads must be at least 1, position at least 0")
        _check(self.x_max > 0 and self.lr > 0, "x_max and lr must be more than 0")


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


OPERATOR: Final = Operator[GloveStep[Any]]("glove", GloveStep)
