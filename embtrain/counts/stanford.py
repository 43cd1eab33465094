"""Reads and writes the counts of Stanford's GloVe, ``cooccurrence.bin``.

Records of int32 row, int32 column and float64 count; rows and columns are numbered from 1.
"""

from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.matrix import Counting, CountMatrix
from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

RECORD: Final = np.dtype([("row", "<i4"), ("column", "<i4"), ("count", "<f8")])
_RECORDS_AT_A_TIME: Final = 1 << 20


def write_stanford(matrix: CountMatrix, file: BinaryIO) -> int:
    """Writes records in the order of rows and columns; returns the bytes written."""
    units, n_words, written = matrix.counting.units, len(matrix.vocabulary), 0
    for first, last in matrix.ranges():
        ends, columns, counts = _native.read_rows(matrix.rows(first, last)[0], n_words)
        records = np.empty(len(columns), RECORD)
        records["row"] = np.repeat(np.arange(first + 1, last + 1), np.diff(ends, prepend=0))
        records["column"] = columns + 1
        records["count"] = counts / units
        written += file.write(records.view(np.uint8).data)
    return written


def read_stanford(
    file: BinaryIO, name: str, vocabulary: Vocabulary, counting: Counting, tmp_dir: str | None = None
) -> CountMatrix:
    """Reads counts that `cooccur` of Stanford's GloVe has written.

    Its counts are sums of doubles, and are rounded to the exact sums.

    Args:
        file: from its beginning.
        name: the file's name in messages.
        vocabulary: its words, in the order of its vocabulary file.
        counting: how the pairs were counted, which the file does not say.

    Raises:
        DataError: the file ends within a record, or a record has a word outside the vocabulary, is not in
            order, or has a count that is not a sum of the weights.
        ResourceError: the disk is full.
    """
    spool = Spool(tmp_dir)
    n_words, units = len(vocabulary), counting.units
    ends = np.zeros(n_words, np.int64)
    held = np.empty(0, RECORD)
    next_row = place = 0
    try:
        while True:
            data = file.read(_RECORDS_AT_A_TIME * RECORD.itemsize)
            if len(data) % RECORD.itemsize:
                raise DataError(f"{name}: ends within a record, at byte {place + len(data):,}; copy it again")
            place += len(data)
            held = np.concatenate([held, np.frombuffer(data, RECORD)])
            # The last row may continue in the next block.
            whole = len(held) if not data else int(np.searchsorted(held["row"], held["row"][-1]))
            rows = held[:whole]
            _check(rows, name, n_words, next_row)
            last = int(rows["row"][-1]) if whole else next_row
            if not data:
                last = n_words
            counts = np.rint(rows["count"] * units)
            if whole and not (counts.min() >= 1 and counts.max() < 2.0**63):
                raise DataError(f"{name}: a count is not one of {counting.describe()}; check how it was made")
            in_rows = np.searchsorted(rows["row"], np.arange(next_row + 1, last + 1), side="right")
            data_rows, row_ends = _native.write_rows(
                n_words,
                in_rows.astype(np.int64),
                (rows["column"] - 1).astype(np.uint32),
                counts.astype(np.uint64),
            )
            ends[next_row:last] = row_ends + spool.size
            spool.append(data_rows)
            held, next_row = held[whole:], last
            if not data:
                break
    except BaseException:
        spool.close()
        raise
    return CountMatrix(vocabulary, counting, 0, ends, spool)


def _check(records: NDArray[Any], name: str, n_words: int, done: int) -> None:
    """Checks that records follow row `done` and are in the order of rows and columns. Raises DataError."""
    rows, columns = records["row"].astype(np.int64), records["column"].astype(np.int64)
    if not len(records):
        return
    if rows[0] <= done or min(rows.min(), columns.min()) < 1 or max(rows.max(), columns.max()) > n_words:
        largest = int(max(rows.max(), columns.max()))
        raise DataError(
            f"{name}: a record names word {largest:,} of {counted(n_words, 'word')}, or an earlier one than "
            "the record before; give the vocabulary it was counted with"
        )
    if (np.diff(rows * (n_words + 1) + columns) <= 0).any():
        raise DataError(f"{name}: its records are not in order; give cooccurrence.bin, not the shuffled one")
