"""From any format to any other: rows pass through in blocks, so that memory does not grow with the vectors.

The words that are kept are in memory (about 25 bytes each beside their own), because duplicates are looked
for. How rows are written where the target must know the words or their number first, see `strategies`.
"""

from typing import BinaryIO

from embtrain.vectors.convert.request import Outcome, Request, check_request
from embtrain.vectors.convert.selected_rows import SelectedRows
from embtrain.vectors.convert.strategies import choose_strategy
from embtrain.vectors.formats.base import Source


def convert(source: Source, request: Request, output: BinaryIO | str) -> Outcome:
    """Writes the rows of a source in another format.

    Args:
        source: an opened file; its blocks are used up.
        request: what is wanted.
        output: a file, or the path of an empty folder where the target is one.

    Raises:
        UsageError: the target has no such dtype or precision, the source has fewer values per row.
        DataError: the source is wrong, or the target cannot hold what it has.
        ResourceError: the temporary directory is full.
    """
    check_request(source, request)
    rows = SelectedRows(source, request)
    n_bytes = choose_strategy(rows, output)(rows, output)
    n_missing, first_missing = rows.chooser.missing()
    return Outcome(
        rows.n_written,
        rows.dim,
        n_bytes,
        rows.chooser.counts,
        n_missing,
        first_missing,
        rows.left_out(),
        rows.n_spooled,
        tuple(rows.remarks),
    )
