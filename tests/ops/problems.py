"""Small random training problems, given alike to the reference and to a backend."""

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module

import numpy as np
import torch

from embtrain.native import native_or_plain
from embtrain.ops import noise
from embtrain.ops.operator import StepArguments
from embtrain.ops.windows.reference import Table
from embtrain.ops.windows.strips import centres_of_a_strip


@dataclass(frozen=True, eq=False)
class Problem:
    """An operator and one step of it, with numpy arrays, tables [V, S] float32."""

    operator: str
    step: StepArguments

    def tensors(self, **changes: object) -> StepArguments:
        """The step on tables of its own, with changes, as a backend takes it."""
        tables = {name: torch.from_numpy(aligned(table)) for name, table in self.step.tables().items()}
        inputs = {name: torch.from_numpy(array) for name, array in self.step.inputs().items()}
        return replace(self.step, **(tables | inputs | changes))

    def reference(self, batch: int | None = None) -> tuple[Table, Table, tuple[int, int, int, float]]:
        """Tables and counters after the reference's step; with `batch`, that of the batched backend."""
        step, counters = self.after(batch)
        return step.input, step.output, counters

    @lru_cache(maxsize=1024)  # noqa: B019 - problems are kept as well
    def after(self, batch: int | None = None) -> tuple[StepArguments, tuple[int, int, int, float]]:
        """The step with its tables after the reference's step, and the counters."""
        operator = import_module(f"embtrain.ops.{self.operator}")
        run = getattr(import_module(f"{operator.__name__}.reference"), self.operator)
        tables = {name: table.astype(np.float64) for name, table in self.step.tables().items()}
        step = replace(self.step, **tables)
        counters = run(step, centres_of_a_strip(step.window, batch) if batch else operator.GROUP, batch)
        return step, counters


def aligned(table: np.ndarray) -> np.ndarray:
    """A copy of a table in memory that the kernels take."""
    copy = native_or_plain().new_table(*table.shape)
    copy[:] = table
    return copy


@lru_cache(maxsize=1024)
def random_problem(
    seed: int,
    *,
    operator: str = "sgns",
    words: int = 20,
    dim: int = 10,
    lengths: tuple[int, ...] = (7, 0, 1, 12),
    window: int = 3,
    fixed_window: bool = False,
    weighted: bool = False,
    position_rate: float = 1.0,
    negatives: int = 5,
    position: int = 0,
    sample: float = 0.05,
    lr: float | None = None,
    min_lr: float = 0.0,
    scale: float = 1.0,
    bags: bool = False,
    frozen: bool = False,
    **own: object,
) -> Problem:
    """A problem whose rows are large enough for scores of both signs; small vocabularies give repeated rows.

    Equal arguments give one and the same problem, so that the slow reference runs once for all
    instruction sets.

    `own` are arguments of this operator alone. With `bags`, each word has 1 to 6 of twice as many rows,
    of which every third is `frozen` on request.

    A window may hit one row window * (negatives + 1) times; the default rate keeps that from diverging, as
    float32 and float64 would do differently.
    """
    if lr is None:
        lr = 0.1 * min(1.0, words / (window * (negatives + 1)))
    rng = np.random.default_rng(seed)
    stride = -(-dim // 16) * 16
    tables = []
    for rows in (2 * words if bags else words, words):
        table = np.zeros((rows, stride), np.float32)
        table[:, :dim] = rng.normal(0, scale / np.sqrt(dim), (rows, dim))
        tables.append(table)
    ids = rng.integers(0, words, sum(lengths)).astype(np.int32)
    counts = rng.integers(1, 50, words).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    members = rng.integers(1, 7, words) if bags else np.zeros(0, np.int64)
    arguments = {
        "input": tables[0],
        "output": tables[1],
        "ids": ids,
        "sentences": offsets,
        "position": position,
        "keep": noise.keep_probabilities(counts, sample),
        "alias": noise.alias_table(counts, 0.75),
        "bags": rng.integers(0, 2 * words, members.sum()).astype(np.int32),
        "bag_offsets": np.concatenate([[0], np.cumsum(members)]) if bags else members,
        "frozen": (np.arange(2 * words if frozen else 0) % 3 == 0).astype(np.int32),
        "dim": dim,
        "window": window,
        "fixed_window": fixed_window,
        "negatives": negatives,
        "lr": lr,
        "min_lr": min_lr,
        "corpus_tokens": position + len(ids) + 5000,
        "epochs": 2,
        "seed": seed,
        "epoch": 1,
        "threads": 1,
    }
    if operator == "cbow":
        weights = np.zeros((2 * window if weighted else 0, stride), np.float32)
        weights[:, :dim] = rng.normal(1, 0.3, (len(weights), dim))
        own |= {"positions": weights, "position_rate": position_rate}
    kind = import_module(f"embtrain.ops.{operator}.schema").OPERATOR.step
    return Problem(operator, kind(**arguments, **own))
