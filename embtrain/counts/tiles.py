"""Stores counts in the order in which GloVe trains on them: tiles that fit in a cache, diagonal by diagonal.

Words are cut into blocks of neighbouring rows. A tile holds the records whose row is in one block and whose
column is in another, in random order. The tiles of a diagonal share neither rows nor columns, so threads can
train on them side by side, and their order changes no bit of the result.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.header import damaged
from embtrain.counts.matrix import RANGE_BYTES, CountMatrix
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary

#: Row, column and bits of the float32 count, int32 each.
_RECORD_ITEMS: Final = 3
#: Bytes of a record.
RECORD_BYTES: Final = 4 * _RECORD_ITEMS
#: Bytes of the rows of a tile, which should stay in the cache of one core.
_CACHE_BYTES: Final = 2 << 20
#: Records of a block, unless a diagonal has more: 50 MB.
MOST_RECORDS: Final = 1 << 22
#: Bytes of memory for the records that a thread sorts into tiles before it writes them.
_WAITING_BYTES: Final = 24 << 20
#: More blocks would make tiles of a few records each.
_MAX_BLOCKS: Final = 1024


@dataclass(frozen=True)
class RecordBlock:
    """The records of some diagonals, for one step of training.

    Attributes:
        records: int32 [n, 3], row, column and bits of the float32 count; the reader overwrites them when it
            reads the next block.
        tiles: int64 [tiles + 1], where the records of each tile begin.
        rounds: int64 [diagonals + 1], where the tiles of each diagonal begin.
        position: number of records before these in the epoch.
    """

    records: NDArray[np.int32]
    tiles: NDArray[np.int64]
    rounds: NDArray[np.int64]
    position: int

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self.records)


class TiledRecords:
    """The records of a matrix in tiles, in a temporary file.

    Attributes:
        vocabulary: the words of rows and columns.
        n_records: number of records.
        n_diagonals: number of diagonals of tiles.
    """

    def __init__(
        self, vocabulary: Vocabulary, spool: Spool, offsets: NDArray[np.int64], n_blocks: int
    ) -> None:
        self.vocabulary = vocabulary
        self._spool = spool
        self._offsets = offsets
        self.n_records = int(offsets[-1])
        self.n_diagonals = n_blocks
        #: Reads the next block of records while a step trains on the last one.
        self.worker: Final = ThreadPoolExecutor(1)

    def reader(self, order: Sequence[int], position: int = 0) -> "RecordReader":
        """Reads diagonals in an order, from a position at which a block once started."""
        return RecordReader(self, order, position)

    def offsets(self, diagonal: int) -> NDArray[np.int64]:
        """Where the records of each tile of a diagonal begin and the last one's end, int64 [tiles + 1]."""
        first = diagonal * self.n_diagonals
        return self._offsets[first : first + self.n_diagonals + 1]

    def read(self, first: int, buffer: NDArray[np.int32]) -> None:
        """Fills a buffer, int32 [n, 3], with records. Raises ResourceError if they cannot be read back."""
        self._spool.read_at(first * RECORD_BYTES, buffer.reshape(-1))

    def close(self) -> None:
        """Frees the disk space; nothing can be read afterwards."""
        self.worker.shutdown(cancel_futures=True)
        self._spool.close()


class RecordReader:
    """Reads the records of an epoch once.

    Args:
        records: the tiles.
        order: the diagonals in the order of the epoch.
        position: number of records to skip, in whole diagonals.

    Raises:
        ValueError: no diagonal begins at the position.
    """

    def __init__(self, records: TiledRecords, order: Sequence[int], position: int = 0) -> None:
        self._records = records
        self._order = list(order)
        self._buffers = [np.empty((0, _RECORD_ITEMS), np.int32)] * 2
        self._ahead: Future[RecordBlock | None] | None = None
        self._next = self._position = 0
        while self._position < position:
            self._position += self._size(self._order[self._next])
            self._next += 1
        if self._position != position:
            raise ValueError(f"no diagonal begins at record {position}")

    def read(self, most: int) -> RecordBlock | None:
        """The next diagonals with about `most` records, at least one diagonal; None at the end.

        A second thread then reads ahead, so the next block was chosen by the `most` of this one. Raises
        ResourceError if records cannot be read back.
        """
        block = self._take(most) if self._ahead is None else self._ahead.result()
        self._ahead = None if block is None else self._records.worker.submit(self._take, most)
        return block

    def _take(self, most: int) -> RecordBlock | None:
        most = min(most, MOST_RECORDS)
        chosen: list[int] = []
        size = 0
        while self._next < len(self._order):
            n = self._size(self._order[self._next])
            if size and size + n > most:
                break
            chosen += [self._order[self._next]] if n else []
            size += n
            self._next += 1
        if not chosen:
            return None
        block = self._block(chosen, size)
        self._position += size
        return block

    def _size(self, diagonal: int) -> int:
        offsets = self._records.offsets(diagonal)
        return int(offsets[-1] - offsets[0])

    def _block(self, diagonals: Sequence[int], size: int) -> RecordBlock:
        n_tiles = self._records.n_diagonals
        self._buffers.reverse()  # a step trains on the other one
        if len(self._buffers[0]) < size:
            self._buffers[0] = np.empty((size, _RECORD_ITEMS), np.int32)
        records = self._buffers[0][:size]
        tiles = np.zeros(len(diagonals) * n_tiles + 1, np.int64)
        done = 0
        for k, diagonal in enumerate(diagonals):
            offsets = self._records.offsets(diagonal)
            n = int(offsets[-1] - offsets[0])
            self._records.read(int(offsets[0]), records[done : done + n])
            tiles[k * n_tiles + 1 : (k + 1) * n_tiles + 1] = offsets[1:] - offsets[0] + done
            done += n
        rounds = np.arange(len(diagonals) + 1, dtype=np.int64) * n_tiles
        return RecordBlock(records, tiles, rounds, self._position)


def _blocks(n_words: int, row_bytes: int) -> NDArray[np.uint32]:
    """Where blocks of words begin, and the number of words."""
    return _native.cooccurrence_blocks(n_words, max(1, _CACHE_BYTES // (2 * row_bytes)), _MAX_BLOCKS)


def sorting_bytes(n_words: int, row_bytes: int, threads: int, pairs: int) -> tuple[int, int]:
    """Bytes of memory that `tile_records` takes, and how many of them the allocator keeps afterwards."""
    n_blocks = len(_blocks(n_words, row_bytes)) - 1
    # Rows of frequent words have several times as many records as the mean.
    waiting = min(threads, n_blocks) * min(_WAITING_BYTES, 4 * RECORD_BYTES * pairs // n_blocks)
    return 2 * RANGE_BYTES + waiting + 4 * n_words + 16 * n_blocks**2, waiting


def tile_records(
    matrix: CountMatrix,
    row_bytes: int,
    seed: int,
    threads: int,
    tmp_dir: str | None,
    on_progress: Callable[[int, int], None] | None = None,
) -> TiledRecords:
    """Puts the records of a matrix into tiles.

    Args:
        row_bytes: bytes of a row of each table that is trained.
        seed: of the order within tiles.
        on_progress: called with the rows done and all rows, twice over.

    Raises:
        ResourceError: the disk is full.
        DataError: the counts are damaged.
    """
    n_words = len(matrix.vocabulary)
    blocks = _blocks(n_words, row_bytes)
    tiles = _native.CooccurrenceTiles(blocks, matrix.counting.units)
    for first, last in matrix.ranges():
        try:
            tiles.count(first, *matrix.rows(first, last), threads)
        except ValueError as error:
            raise damaged(matrix.name, str(error)) from error
        if on_progress is not None:
            on_progress(last, 2 * n_words)
    offsets = tiles.offsets()
    spool = Spool(tmp_dir)
    try:
        for first, last in matrix.ranges(blocks):
            rows, ends = matrix.rows(first, last)
            write = partial(tiles.write, first, rows, ends, seed=seed, threads=threads)
            spool.write_by(write, int(offsets[-1]) * RECORD_BYTES)
            if on_progress is not None:
                on_progress(n_words + last, 2 * n_words)
    except BaseException:
        spool.close()
        raise
    return TiledRecords(matrix.vocabulary, spool, offsets, len(blocks) - 1)
