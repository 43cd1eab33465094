"""Small random training problems, given alike to the reference and to a backend."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from embtrain import _native
from embtrain.ops import noise
from embtrain.ops.cbow.reference import cbow
from embtrain.ops.draws import GROUP
from embtrain.ops.reference import Settings, Table, Tokens
from embtrain.ops.sgns.reference import sgns
from embtrain.ops.windows import centres_of_a_chunk


@dataclass(frozen=True)
class Problem:
    """Tables [V, S] float32 and the tokens of a step."""

    input: np.ndarray
    output: np.ndarray
    ids: np.ndarray
    sentences: np.ndarray
    position: int
    keep: np.ndarray
    alias: np.ndarray
    dim: int
    settings: Settings
    operator: str = "sgns"
    corrected: bool = False

    def tensors(self) -> dict[str, object]:
        """Arguments of the operator, on tables of their own."""
        s = self.settings
        arguments: dict[str, object] = {
            "input": torch.from_numpy(aligned(self.input)),
            "output": torch.from_numpy(aligned(self.output)),
            "ids": torch.from_numpy(self.ids),
            "sentences": torch.from_numpy(self.sentences),
            "position": self.position,
            "keep": torch.from_numpy(self.keep),
            "alias": torch.from_numpy(self.alias),
            "dim": self.dim,
            "window": s.window,
            "negatives": s.negatives,
            "lr": s.lr,
            "corpus_tokens": s.corpus_tokens,
            "epochs": s.epochs,
            "seed": s.seed,
            "epoch": s.epoch,
            "threads": 1,
        }
        return arguments | ({"corrected": self.corrected} if self.operator == "cbow" else {})

    def reference(self, batch: int | None = None) -> tuple[Table, Table, tuple[int, int, int, float]]:
        """Tables and counters after the reference's step; with `batch`, that of the batched backend."""
        w, c = self.input.astype(np.float64), self.output.astype(np.float64)
        tokens = Tokens(self.ids.astype(np.int64), self.sentences, self.position, self.keep, self.alias)
        group = centres_of_a_chunk(self.settings.window, batch) if batch else GROUP[self.operator]
        if self.operator == "cbow":
            counters = cbow(w, c, tokens, self.settings, self.corrected, group, batch)
        else:
            counters = sgns(w, c, tokens, self.settings, group, batch)
        return w, c, counters

    def with_(self, **changes: object) -> "Problem":
        """The same problem with other settings."""
        return replace(self, settings=replace(self.settings, **changes))


def aligned(table: np.ndarray) -> np.ndarray:
    """A copy of a table in memory that the kernels take."""
    copy = _native.new_table(*table.shape)
    copy[:] = table
    return copy


def random_problem(
    seed: int,
    *,
    operator: str = "sgns",
    corrected: bool = False,
    words: int = 20,
    dim: int = 10,
    lengths: tuple[int, ...] = (7, 0, 1, 12),
    window: int = 3,
    negatives: int = 5,
    position: int = 0,
    sample: float = 0.05,
    lr: float | None = None,
    scale: float = 1.0,
) -> Problem:
    """A problem whose rows are large enough for scores of both signs; small vocabularies give repeated rows.

    A window may hit one row window * (negatives + 1) times; the default rate keeps that from diverging, as
    float32 and float64 would do differently.
    """
    if lr is None:
        lr = 0.1 * min(1.0, words / (window * (negatives + 1)))
    rng = np.random.default_rng(seed)
    stride = -(-dim // 16) * 16
    tables = []
    for _ in range(2):
        table = np.zeros((words, stride), np.float32)
        table[:, :dim] = rng.normal(0, scale / np.sqrt(dim), (words, dim))
        tables.append(table)
    ids = rng.integers(0, words, sum(lengths)).astype(np.int32)
    counts = rng.integers(1, 50, words).astype(np.int64)
    settings = Settings(
        window, negatives, lr, corpus_tokens=position + len(ids) + 5000, epochs=2, seed=seed, epoch=1
    )
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    keep = noise.keep_probabilities(counts, sample)
    alias = noise.alias_table(counts, 0.75)
    return Problem(*tables, ids, offsets, position, keep, alias, dim, settings, operator, corrected)
