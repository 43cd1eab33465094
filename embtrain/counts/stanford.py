"""Reads and writes the counts of Stanford's GloVe, ``cooccurrence.bin``.

Records of int32 row, int32 column and float64 count; rows and columns are numbered from 1.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.counting import Counting
from embtrain.counts.matrix import CountMatrix, Ends
from embtrain.counts.parts import CountsPart, Shard
from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

RECORD: Final = np.dtype([("row", "<i4"), ("column", "<i4"), ("count", "<f8")])
_RECORDS_AT_A_TIME: Final = 1 << 18
#: How far a sum of doubles may be from a whole number of units: a share of a unit, and a share of the sum.
_TOLERANCE: Final = 0.01
_RELATIVE_TOLERANCE: Final = 1e-10


def write_stanford(matrix: CountMatrix, file: BinaryIO) -> int:
    """Writes records in the order of rows and columns; returns the bytes written."""
    written = 0
    for first, last in matrix.ranges():
        ends, columns, counts = matrix.entries(first, last)
        records = np.empty(len(columns), RECORD)
        records["row"] = np.repeat(np.arange(first + 1, last + 1), np.diff(ends, prepend=0))
        records["column"] = columns + 1
        records["count"] = counts
        written += file.write(records.view(np.uint8).data)
    return written


@dataclass(frozen=True)
class Stanford:
    """What a file of Stanford's GloVe does not say: its words, in order, and how it was counted."""

    vocabulary: Vocabulary
    counting: Counting


def is_stanford(start: bytes) -> bool:
    """Whether these bytes, 8 or more, may begin a file of Stanford's GloVe: its columns are not 0."""
    return start[4:8] not in (b"", b"\0\0\0\0")


def read_stanford(
    stream: BinaryIO, name: str, how: Stanford, spool: Callable[[], Spool], start: bytes = b""
) -> Shard:
    """Reads counts that `cooccur` of Stanford's GloVe has written, and spools their rows.

    Its counts are sums of doubles, and are rounded to the exact sums.

    Args:
        stream: the file from its beginning, decompressed.
        name: the file's name in messages.
        how: what the file does not say.
        spool: returns the temporary file.
        start: what was read from the stream already.

    Raises:
        DataError: the file ends within a record, or a record has a word outside the vocabulary, is not in
            order, or has a count that is not a sum of the weights.
        ResourceError: the disk is full.
    """
    to, n_words, done = spool(), len(how.vocabulary), 0
    place = to.size
    ends = np.empty(n_words, np.int64)

    def append(last: int, row_ends: Ends, columns: NDArray[np.uint32], units: NDArray[np.uint64]) -> None:
        rows, byte_ends = _native.write_rows(n_words, row_ends, columns, units)
        ends[done:last] = byte_ends + (to.size - place)
        to.append(rows)

    for records in _whole_rows(stream, name, n_words, start):
        _check_order(records, name, n_words, done)
        last = int(records["row"][-1])
        row_ends = np.searchsorted(records["row"], np.arange(done + 1, last + 1), side="right")
        columns = (records["column"] - 1).astype(np.uint32)
        append(last, row_ends.astype(np.int64), columns, _in_units(records["count"], how.counting, name))
        done = last
    append(n_words, np.zeros(n_words - done, np.int64), np.empty(0, np.uint32), np.empty(0, np.uint64))
    part = CountsPart(name, to, place, to.size, to.size - place)
    to.append(ends)
    return Shard(how.counting, how.vocabulary, 0, part)


def _whole_rows(stream: BinaryIO, name: str, n_words: int, start: bytes) -> Iterator[NDArray[Any]]:
    """Yields records in blocks of whole rows, if they are in order."""
    held: list[NDArray[Any]] = []  # of the last row, which may continue in the next block
    for records in _records(stream, name, start):
        others = np.flatnonzero(records["row"] != records["row"][-1])
        whole = int(others[-1]) + 1 if len(others) else 0
        if held and (whole or records["row"][0] != held[0]["row"][0]):
            yield np.concatenate([*held, records[:whole]])
            held = []
        elif whole:
            yield records[:whole]
        held.append(records[whole:])
        # A row has no more records than there are words.
        if sum(map(len, held)) > n_words:
            yield np.concatenate(held)
            held = []
    if held:
        yield np.concatenate(held)


def _records(stream: BinaryIO, name: str, start: bytes) -> Iterator[NDArray[Any]]:
    place, size = 0, _RECORDS_AT_A_TIME * RECORD.itemsize
    while data := start + stream.read(size - len(start)):
        start = b""
        place += len(data)
        if len(data) % RECORD.itemsize:
            raise DataError(
                f"{name}: ends within a record at byte {place:,}; expected records of "
                f"{counted(RECORD.itemsize, 'byte')}, as Stanford's cooccur writes them; copy it again"
            )
        yield np.frombuffer(data, RECORD)


def _check_order(records: NDArray[Any], name: str, n_words: int, done: int) -> None:
    """Checks that records follow row `done` and are in the order of rows and columns. Raises DataError."""
    rows, columns = records["row"].astype(np.int64), records["column"].astype(np.int64)
    least, most = (int(each([each(rows), each(columns)])) for each in (np.min, np.max))
    if least < 1 or most > n_words:
        raise DataError(
            f"{name}: a record has word {most if most > n_words else least:,} of a vocabulary of "
            f"{counted(n_words, 'word')}; give the vocabulary that it was counted with"
        )
    if rows[0] <= done or (np.diff(rows * (n_words + 1) + columns) <= 0).any():
        raise DataError(
            f"{name}: its records are not in the order of rows and columns; give cooccurrence.bin, not the "
            "shuffled file"
        )


def _in_units(counts: NDArray[np.float64], counting: Counting, name: str) -> NDArray[np.uint64]:
    """Rounds counts to whole numbers of units. Raises DataError if they are not sums of the weights."""
    exact = counts * counting.units
    rounded = np.rint(exact)
    # NaN fails the comparison, too.
    near = np.abs(exact - rounded) <= _TOLERANCE + _RELATIVE_TOLERANCE * exact
    valid = near & (rounded >= 1) & (rounded < 2.0**63)
    if not valid.all():
        raise DataError(
            f"{name}: {float(counts[~valid][0])!r} is not a count of {counting.describe()}; check how the "
            "file was counted"
        )
    return rounded.astype(np.uint64)
