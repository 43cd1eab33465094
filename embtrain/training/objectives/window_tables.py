"""The tables of the objectives on windows, and what their n-grams take."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from embtrain.training.objectives.needs import Needs
from embtrain.training.objectives.tables import Table, row_length, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.training.objectives.subwords import Bags, BagSize
    from embtrain.training.objectives.windows import WindowConfig


def window_tables(
    config: "WindowConfig",
    n_words: int,
    size: "BagSize | None" = None,
    counts: "NDArray[np.int64] | None" = None,
    bags: "Bags | None" = None,
) -> Sequence[Table]:
    """The tables for a vocabulary of `n_words` words.

    Args:
        size: of the bags, if words have any.
        counts: of the words, int64 [V]; without them the tables are described, but cannot be made.
        bags: the rows of each word, likewise.
    """
    from embtrain.ops import noise

    def known() -> "NDArray[np.int64]":
        assert counts is not None
        return counts

    return (
        rows("input", n_words if size is None else size.n_rows, config.dim, config.seed),
        rows("output", n_words, config.dim),
        Table(
            "keep", "fixed", (n_words,), "float32", lambda: noise.keep_probabilities(known(), config.sample)
        ),
        Table("alias", "fixed", (n_words,), "int64", lambda: noise.alias_table(known(), config.ns_exponent)),
        _fixed("bags", "int32", 0 if size is None else size.n_entries, None if bags is None else bags.rows),
        _fixed(
            "bag_offsets",
            "int64",
            0 if size is None else size.n_words + 1,
            None if bags is None else bags.offsets,
        ),
    )


def _fixed(name: str, dtype: Literal["int32", "int64"], length: int, values: "NDArray[Any] | None") -> Table:
    """Values that steps read; empty where the model has none."""

    def make() -> "NDArray[Any]":
        import numpy as np

        return np.zeros(length, dtype) if values is None else values

    return Table(name, "fixed", (length,), dtype, make)


def bag_needs(tables: Sequence[Table], bags: "BagSize", dim: int) -> Needs:
    """What words with n-grams take: their vectors are computed when they are written or scored."""
    return Needs(
        tables,
        preparing={"n-grams of words": bags.building_bytes},
        training={"rows of n-grams": 4 * bags.n_rows},
        saving={
            "vectors of words": 4 * row_length(dim) * bags.n_words,
            "vectors of n-grams": 4 * dim * bags.n_ngram_rows + 24 * bags.n_rows,
        },
        file_bytes=4 * dim * bags.n_rows,
    )
