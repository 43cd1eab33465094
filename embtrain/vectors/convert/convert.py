"""Converts any format to any other in blocks of rows, so that memory does not grow with the vectors.

The kept words stay in memory (about 25 bytes each in addition to the word) to find duplicates. `strategies`
describes how rows are written if the target needs the words or their number first.
"""

from typing import BinaryIO

import numpy as np

from embtrain.io.outputs.distinct import check_apart
from embtrain.vectors.convert.output import ConversionOutput
from embtrain.vectors.convert.request import ConversionRequest, ConversionResult, check_request
from embtrain.vectors.convert.selected_rows import SelectedRows
from embtrain.vectors.convert.strategies import choose_strategy
from embtrain.vectors.formats.base import VectorSource
from embtrain.vectors.formats.opening import Opened


def convert(source: VectorSource, request: ConversionRequest, output: BinaryIO | str) -> ConversionResult:
    """Writes the rows of a source in another format.

    Args:
        source: an opened file; its blocks are consumed.
        request: the settings.
        output: a file, or the path of an empty folder if the target is a folder format.

    Raises:
        UsageError: the target does not support the dtype or precision, or the source has fewer values per
            row.
        DataError: the source is invalid, or the target cannot hold its content.
        ResourceError: the temporary directory is full.
    """
    check_request(source, request)
    rows = SelectedRows(source, request)
    n_bytes = choose_strategy(rows, output)(rows, output)
    n_missing, first_missing = rows.chooser.missing()
    return ConversionResult(
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


def convert_opened(opened: Opened, request: ConversionRequest, output: ConversionOutput) -> ConversionResult:
    """Writes an opened file in another format.

    The output gets its name only if the input has not changed since it was opened.

    Raises as `convert`, and UsageError if the output is one of the input files.
    """
    # Any bits are valid data, so numpy must not warn about them.
    with np.errstate(all="ignore"):
        check_request(opened.source, request)
        check_apart([output.name], opened.files_beside())
        with output.open() as file:
            outcome = convert(opened.source, request, file)
            opened.check()
    return outcome
