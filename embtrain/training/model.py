"""The tables that are trained, and the distributions their training draws from."""

import numpy as np
import torch
from numpy.typing import NDArray

from embtrain.config import TrainConfig
from embtrain.errors import ResourceError
from embtrain.io.memory import gib
from embtrain.native import native_or_plain
from embtrain.ops import noise
from embtrain.ops.schema import ROW_MULTIPLE
from embtrain.vocabulary import Vocabulary


def table_stride(dim: int) -> int:
    """Floats from one row to the next: dim rounded up to a whole number of cache lines."""
    return -(-dim // ROW_MULTIPLE) * ROW_MULTIPLE


def table_bytes(words: int, dim: int) -> int:
    """Memory of the two tables."""
    return 2 * 4 * words * table_stride(dim)


class Model:
    """Input and output tables, float32 [V, table_stride(dim)], padding zero; alias and keep tables.

    Raises:
        ResourceError: the tables do not fit in memory.
    """

    def __init__(self, vocabulary: Vocabulary, config: TrainConfig) -> None:
        counts = vocabulary.counts
        if counts is None:
            raise ValueError("a vocabulary needs counts to be trained on")
        tables = native_or_plain()
        try:
            input_table, output_table = (
                tables.new_table(len(counts), table_stride(config.dim)) for _ in range(2)
            )
        except MemoryError:
            size = gib(table_bytes(len(counts), config.dim))
            raise ResourceError(
                f"two tables of {len(counts)} x {config.dim} need {size} of memory; "
                "raise --min-count or lower --dim"
            ) from None
        tables.fill_initial(input_table, config.dim, config.seed)
        self.dim = config.dim
        self.input = torch.from_numpy(input_table)
        self.output = torch.from_numpy(output_table)
        self.keep = torch.from_numpy(noise.keep_probabilities(counts, config.sample))
        self.alias = torch.from_numpy(noise.alias_table(counts, config.ns_exponent))

    def move(self, device: torch.device) -> None:
        """Moves everything to a device. Raises ResourceError where it does not fit."""
        if device.type == "cpu":
            return
        try:
            for name in ("input", "output", "keep", "alias"):
                setattr(self, name, getattr(self, name).to(device))
        except torch.OutOfMemoryError:
            size = gib(table_bytes(len(self.input), self.dim))
            raise ResourceError(
                f"two tables of {size} together do not fit in the memory of {device}; "
                "raise --min-count, lower --dim or leave out --device"
            ) from None

    def vectors(self) -> NDArray[np.float32]:
        """The trained vectors, float32 [V, dim], a view on the processor."""
        return self.input.cpu().numpy()[:, : self.dim]

    def context(self) -> NDArray[np.float32]:
        """The output table, float32 [V, dim], a view on the processor."""
        return self.output.cpu().numpy()[:, : self.dim]
