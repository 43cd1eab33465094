"""Encoded rows of counts in files, and their sum."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embtrain import _native
from embtrain.counts.counting import Counting
from embtrain.counts.header import damaged
from embtrain.counts.matrix import RANGE_BYTES, Bytes, CountMatrix, Ends, RowStore
from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary

#: Rows whose ends are read at a time, and the bytes that these ends may take in all parts together.
_ROWS_AT_A_TIME = 4096


@dataclass(frozen=True)
class CountsPart:
    """The rows of a matrix and their ends, in a file.

    Attributes:
        name: the part's name in messages.
        store: the file.
        start: offset of the first row.
        ends_at: offset of the ends, int64 [V].
        n_bytes: bytes of all rows.
    """

    name: str
    store: RowStore
    start: int
    ends_at: int
    n_bytes: int

    def ends(self, first: int, last: int) -> Ends:
        """Reads the ends of rows first <= row < last and, before them, of the row before `first`.

        Raises DataError if they descend or exceed the part.
        """
        found = np.zeros(last - first + 1, np.int64)
        begin = max(first - 1, 0)
        self.store.read_at(self.ends_at + 8 * begin, found[1 - (first - begin) :].view(np.uint8))
        if found[0] < 0 or found[-1] > self.n_bytes or (np.diff(found) < 0).any():
            raise damaged(self.name, "the rows overlap")
        return found

    def read(self, begin: int, end: int) -> Bytes:
        """Reads bytes begin <= byte < end of the rows."""
        found = np.empty(end - begin, np.uint8)
        self.store.read_at(self.start + begin, found)
        return found


@dataclass(frozen=True)
class Shard:
    """Counts of a part of a text, with what the counts of all parts must agree on.

    Attributes:
        counting: what was counted.
        vocabulary: the words of rows and columns, with counts.
        tokens: number of tokens in the text; 0 if unknown.
        part: the rows.
        text: JSON of the options that made words of the text; None if unknown.
    """

    counting: Counting
    vocabulary: Vocabulary
    tokens: int
    part: CountsPart
    text: str | None = None

    def matrix(self) -> CountMatrix:
        """Returns the counts as a matrix, which closes the part's store.

        Raises DataError if the ends of rows are damaged.
        """
        part = self.part
        ends = part.ends(0, len(self.vocabulary))[1:]
        if int(ends[-1]) != part.n_bytes:
            raise damaged(part.name, "bytes follow the last row")
        return CountMatrix(
            self.vocabulary, self.counting, self.tokens, ends, part.store, part.start, part.name, self.text
        )


def sum_parts(
    parts: Sequence[CountsPart], n_words: int, threads: int, total: Spool, on_rows: Callable[[int], None]
) -> Ends:
    """Appends the sum of parts to a spool; returns the ends of its rows, int64 [V].

    Memory is bounded by `RANGE_BYTES`, or by the longest row in all parts.

    Args:
        on_rows: called with the number of rows done.

    Raises:
        DataError: a part is damaged, or a count does not fit in 64 bits.
        ResourceError: the disk is full.
    """
    ends = np.empty(n_words, np.int64)
    step = max(1, min(_ROWS_AT_A_TIME, RANGE_BYTES // (8 * len(parts))))
    for first in range(0, n_words, step):
        last = min(first + step, n_words)
        bounds = np.stack([part.ends(first, last) for part in parts])
        for begin, end in _ranges(bounds):
            rows, row_ends = _sum(parts, bounds[:, begin : end + 1], n_words, threads)
            ends[first + begin : first + end] = row_ends + total.size
            total.append(rows)
        on_rows(last)
    return ends


def _ranges(bounds: Ends) -> Iterator[tuple[int, int]]:
    """Yields ranges of rows of about `RANGE_BYTES` in all parts together, at least one row each."""
    sizes = (bounds - bounds[:, :1]).sum(axis=0)
    begin, n_rows = 0, bounds.shape[1] - 1
    while begin < n_rows:
        end = int(np.searchsorted(sizes, sizes[begin] + RANGE_BYTES, side="right")) - 1
        end = min(max(end, begin + 1), n_rows)
        yield begin, end
        begin = end


@dataclass(frozen=True)
class _Piece:
    """Some rows of a part, or of the sum of several parts, and their ends."""

    name: str
    rows: Bytes
    ends: Ends


def _sum(parts: Sequence[CountsPart], bounds: Ends, n_words: int, threads: int) -> tuple[Bytes, Ends]:
    """Adds up some rows. A row too large for memory in all parts is summed a few parts at a time."""
    pieces: list[_Piece] = []
    held = 0
    for part, bound in zip(parts, bounds, strict=True):
        rows = part.read(int(bound[0]), int(bound[-1]))
        pieces.append(_Piece(part.name, rows, bound[1:] - bound[0]))
        held += len(rows)
        if held > 4 * RANGE_BYTES:
            pieces = [_Piece(part.name, *_add_up(pieces, n_words, threads))]
            held = len(pieces[0].rows)
    return _add_up(pieces, n_words, threads)


def _add_up(pieces: list[_Piece], n_words: int, threads: int) -> tuple[Bytes, Ends]:
    given = [(piece.rows, piece.ends) for piece in pieces]
    try:
        return _native.sum_rows(given, len(pieces[0].ends), n_words, threads)
    except OverflowError as error:
        raise DataError(
            f"{pieces[-1].name}: {error} together with the other parts; count all parts without distance "
            "weighting, or with a narrower window"
        ) from error
    except ValueError as error:
        raise damaged(_first_damaged(pieces, n_words), str(error)) from error


def _first_damaged(pieces: list[_Piece], n_words: int) -> str:
    """Returns the name of the part whose rows are invalid."""
    for piece in pieces:
        try:
            _native.count_entries(piece.rows, piece.ends, n_words, 1)
        except ValueError:
            return piece.name
    return pieces[0].name
