"""Adds up counts of parts of a text that were counted separately."""

from collections.abc import Iterator, Sequence

import numpy as np

from embtrain import _native
from embtrain.counts.matrix import RANGE_BYTES, Bytes, CountMatrix, Ends
from embtrain.errors import DataError
from embtrain.io.spool import Spool


def merge_counts(
    parts: Sequence[CountMatrix], names: Sequence[str], threads: int, tmp_dir: str | None = None
) -> CountMatrix:
    """Adds up counts of the same words. Sums are exact, so the order of the parts does not matter.

    Args:
        names: the parts' names in messages.

    Raises:
        DataError: a part has other words than the first, or was counted differently.
        ResourceError: the disk is full.
    """
    first = parts[0]
    for part, name in zip(parts[1:], names[1:], strict=True):
        _check_alike(first, part, names[0], name)
    n_words = len(first.vocabulary)
    spool = Spool(tmp_dir)
    ends = np.empty(n_words, np.int64)
    try:
        for begin, end in _ranges(parts):
            given: list[tuple[Bytes, Ends, None]] = [(*part.rows(begin, end), None) for part in parts]
            rows, row_ends = _native.sum_rows(given, end - begin, n_words, threads)
            ends[begin:end] = row_ends + spool.size
            spool.append(rows)
    except BaseException:
        spool.close()
        raise
    return CountMatrix(first.vocabulary, first.counting, sum(part.tokens for part in parts), ends, spool)


def _check_alike(first: CountMatrix, part: CountMatrix, first_name: str, name: str) -> None:
    if part.counting != first.counting:
        raise DataError(
            f"{name}: counts {part.counting.describe()}, but {first_name} {first.counting.describe()}; "
            "count both with the same options"
        )
    if not first.vocabulary.same_words(part.vocabulary):
        raise DataError(
            f"{name}: its words are not those of {first_name}; count every part with the same vocabulary "
            "(`embtrain vocab build` and `merge`, then `embtrain cooccur build --vocab FILE`)"
        )


def _ranges(parts: Sequence[CountMatrix]) -> Iterator[tuple[int, int]]:
    """Yields ranges of rows of about `RANGE_BYTES` in all parts together, at least one row each."""
    sizes = np.sum([part.row_ends for part in parts], axis=0)
    begin, done = 0, 0
    while begin < len(sizes):
        end = max(int(np.searchsorted(sizes, done + RANGE_BYTES, side="right")), begin + 1)
        yield begin, end
        begin, done = end, int(sizes[end - 1])
