"""The tables of the objectives on windows, and what their n-grams take."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embtrain.training.objectives.needs import Needs
from embtrain.training.objectives.tables import TableSpec, row_length, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.training.objectives.subwords import BagSize, WordBags
    from embtrain.training.objectives.window_options import WindowConfig


def window_tables(
    config: "WindowConfig",
    n_words: int,
    size: "BagSize | None" = None,
    counts: "NDArray[np.int64] | None" = None,
    bags: "WordBags | None" = None,
) -> Sequence[TableSpec]:
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
        TableSpec(
            "keep", "fixed", (n_words,), "float32", lambda: noise.keep_probabilities(known(), config.sample)
        ),
        TableSpec(
            "alias", "fixed", (n_words,), "int64", lambda: noise.alias_table(known(), config.ns_exponent)
        ),
        *_bag_tables(config, n_words, size, bags),
    )


def _bag_tables(
    config: "WindowConfig", n_words: int, size: "BagSize | None", bags: "WordBags | None"
) -> Sequence[TableSpec]:
    import numpy as np

    freezes = config.freeze is not None
    n_rows = n_words if size is None else size.n_rows
    if size is not None:
        entries, ends = size.n_entries, size.n_words + 1
    else:
        # Rows that are frozen need bags, if only of one row each.
        entries, ends = (n_words, n_words + 1) if freezes else (0, 0)
    return (
        TableSpec(
            "bags",
            "fixed",
            (entries,),
            "int32",
            lambda: np.arange(entries, dtype=np.int32) if bags is None else bags.rows,
        ),
        TableSpec(
            "bag_offsets",
            "fixed",
            (ends,),
            "int64",
            lambda: np.arange(ends, dtype=np.int64) if bags is None else bags.offsets,
        ),
        TableSpec(
            "frozen",
            "state" if freezes else "fixed",
            (n_rows if freezes else 0,),
            "int32",
            lambda: np.zeros(n_rows if freezes else 0, np.int32),
        ),
    )


def bag_needs(tables: Sequence[TableSpec], bags: "BagSize", dim: int) -> Needs:
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
