"""Ways to write rows, depending on what the target needs first and when the source knows it.

- `write_forward`: the target needs nothing in advance; rows pass through.
- `write_late_words`: vectors are written to their places in the output, and the words before them at the end.
- `write_scanned`: the source lists its words in advance; rows are chosen first, then read.
- `write_spooled`: vectors wait in a temporary file until all words are known.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.outputs.atomic import OwnFile, own_file
from embtrain.vectors.convert.selected_rows import SelectedRows
from embtrain.vectors.formats.base import RowBlock, with_words
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

Output = BinaryIO | str
Strategy = Callable[[SelectedRows, Output], int]


def choose_strategy(rows: SelectedRows, output: Output) -> Strategy:
    """The cheapest way to write these rows to the output."""
    source, target = rows.source, rows.request.target
    if rows.request.selection.duplicates not in ("first", "error"):
        return write_spooled  # a kept row may change until the end
    if target.needs == "nothing":
        return write_forward
    if (file := _file_for_late_words(rows, output)) is not None:
        return partial(write_late_words, file)
    return write_spooled if source.scan is None else write_scanned


def _file_for_late_words(rows: SelectedRows, output: Output) -> OwnFile | None:
    """The output, if vectors can be written to their places in it before all words are known."""
    source, request = rows.source, rows.request
    if not request.target.late_words_writer or isinstance(output, str):
        return None
    if source.subwords is not None or request.dtype == "int8":
        return None
    # Words that the source can list in advance at no cost need not be written last.
    return own_file(output) if source.scan is None or source.outlook is not None else None


def write_forward(rows: SelectedRows, output: Output) -> int:
    """Passes rows to the writer as they arrive."""
    return _write(rows, output, None, rows.passing())


def _write(rows: SelectedRows, output: Output, words: Vocabulary | None, blocks: Iterator[RowBlock]) -> int:
    return rows.request.target.write(output, rows.for_writer(words, blocks))


def write_late_words(file: OwnFile, rows: SelectedRows, output: Output) -> int:
    """Writes vectors to their places in a file of our own, and the words before them at the end."""

    def remembered() -> Iterator[RowBlock]:
        for block in rows.passing():
            rows.remember_counts(block.words)
            yield block

    passing = rows.for_writer(None, remembered())
    return rows.request.target.write_late_words(file, passing, rows.words, rows.source.outlook)


def write_scanned(rows: SelectedRows, output: Output) -> int:
    """Chooses rows by the words that the source lists in advance, then reads them."""
    assert rows.source.scan is not None
    # Ranges take no memory, and most blocks are kept whole.
    keeps: list[NDArray[np.int64] | range] = []
    n_seen = 0
    for part in chain.from_iterable(words.parts() for words in rows.source.scan()):
        chosen = rows.chooser.choose(part)
        rows.remember_counts(chosen.words)
        own = range(n_seen, n_seen + len(part))
        keeps.append(own if chosen.keep is None else chosen.keep + n_seen)
        n_seen += len(part)
        if rows.chooser.is_full:
            break
    rows.chooser.check()
    words = rows.words()
    return _write(rows, output, words, _kept(rows, words, _joined(keeps, rows.chooser.is_full)))


def _joined(keeps: list[NDArray[np.int64] | range], is_full: bool) -> NDArray[np.int64] | None:
    """The kept rows of the source, ascending; None for all rows."""
    if not is_full and all(isinstance(rows, range) for rows in keeps):
        return None
    return np.concatenate([np.empty(0, np.int64), *map(_as_array, keeps)])


def _as_array(rows: NDArray[np.int64] | range) -> NDArray[np.int64]:
    return np.arange(rows.start, rows.stop) if isinstance(rows, range) else rows


def _kept(rows: SelectedRows, kept: Vocabulary, keep: NDArray[np.int64] | None) -> Iterator[RowBlock]:
    """Yields the chosen rows. Raises DataError if the source has changed since the scan."""
    first = done = 0
    for block in rows.source.blocks:
        last = first + len(block.vectors)
        own = None
        stop = last
        if keep is not None:
            stop = done + int(np.searchsorted(keep[done:], last))
            own = keep[done:stop] - first
        if stop > len(kept):
            break
        if stop > done:
            yield RowBlock(kept.part(done, stop), rows.values(block.vectors, own))
        first, done = last, stop
        if done == len(kept) and rows.chooser.is_full:
            break
    if done != len(kept):
        raise DataError(
            f"the file changed while it was read: expected {counted(len(kept), 'row')}, found {done}"
        )


def write_spooled(rows: SelectedRows, output: Output) -> int:
    """Keeps vectors, in memory while they are few, until all words are known."""
    from embtrain.vectors.convert.row_spool import RowSpool
    from embtrain.vectors.convert.spooling import spool_rows

    with RowSpool(rows.dim, rows.request.tmp_dir) as spool:
        spool_rows(rows, spool)
        words = rows.words()
        return _write(rows, output, words, with_words(words, spool.blocks()))
