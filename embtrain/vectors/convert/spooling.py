"""Keeps the chosen rows of a source, in memory while they are few, until all words are known."""

import numpy as np
from numpy.typing import NDArray

from embtrain.vectors.convert.row_spool import RowSpool
from embtrain.vectors.convert.selected_rows import SelectedRows


def spool_rows(rows: SelectedRows, spool: RowSpool) -> None:
    """Appends the chosen rows; of duplicate words, the last row or the mean takes the place of the first.

    Raises DataError if the target cannot hold a word.
    """
    repeats: dict[int, int] = {}
    for block, chosen in rows.chosen():
        spool.append(rows.values(block.vectors, chosen.keep))
        rows.remember_counts(chosen.words)
        for row, earlier in chosen.again.tolist():
            again = rows.values(block.vectors[row : row + 1], None)[0]
            if rows.request.selection.duplicates == "mean":
                repeats[earlier] = repeats.get(earlier, 1) + 1
                again = _mean(spool.read(earlier), again, repeats[earlier])
            spool.change(earlier, again)
    rows.chooser.check()
    rows.n_spooled = spool.n_bytes_on_disk


def _mean(mean: NDArray[np.float32], value: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    """The mean of n rows, from the mean of the first n - 1 and the last value."""
    before = mean.astype(np.float64)
    after: NDArray[np.float32] = (before + (value - before) / n).astype(np.float32)
    return after
