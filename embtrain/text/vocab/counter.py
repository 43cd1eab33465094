"""Counts words exactly in bounded memory.

A full table is spilled to disk in partitions, which are counted one by one.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.io.memory import resident_bytes
from embtrain.io.spool import Spool
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.text.known_words import EOS
from embtrain.text.pieces import Piece
from embtrain.text.vocab.count_lines import bad_line, spooled_blocks
from embtrain.text.vocab.runs import SortedRuns, handed_out
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain._native import Tally

Note = Callable[[str], None]

# Bytes of text by which a table may grow between two checks of its size.
_PIECE_BYTES = 1 << 16
_PARTITIONS = 256
# Levels of partitions within partitions, each by 8 other bits of the hash. After the last level, only words
# that share all 64 bits are left, and the table takes all of them.
_LEVELS = 8
# Input, output and decompression buffers, and what the allocators keep.
_RESERVE_BYTES = 40 << 20
_SMALLEST_TABLE_BYTES = 16 << 20


def table_bytes(memory: int) -> int:
    """Bytes left for a table if the process is to stay under `memory` bytes, given its present memory.

    Raises:
        UsageError: too little is left.
    """
    used = resident_bytes() + _RESERVE_BYTES
    if memory - used < _SMALLEST_TABLE_BYTES:
        need = -(-(used + _SMALLEST_TABLE_BYTES) >> 20)
        raise UsageError(f"{option('memory')} of {_size(memory)} is too little: this needs at least {need}M")
    return memory - used


def _size(n_bytes: int) -> str:
    """Formats bytes in the largest unit that does not give zero."""
    unit, name = next((one for one in ((20, "M"), (10, "K")) if n_bytes >> one[0]), (0, ""))
    return f"{n_bytes / 2**unit:.0f}{name}"


class _Spills:
    """Lines in 256 partitions by hash, in one temporary file; a spill adds a segment to each."""

    def __init__(self, tmp_dir: str | None) -> None:
        self.spool = Spool(tmp_dir)
        self.bytes = np.zeros(_PARTITIONS, np.int64)
        self.words = np.zeros(_PARTITIONS, np.int64)
        self._bounds: list[NDArray[np.int64]] = []

    def add(self, tally: "Tally", level: int) -> None:
        """Empties a table into the partitions."""
        sizes, words = tally.partition(level)
        self._bounds.append(self.spool.size + np.concatenate(([0], np.cumsum(sizes))))
        self.bytes += sizes
        self.words += words
        for block in handed_out(tally):
            self.spool.append(block)

    def blocks(self, partition: int) -> Iterator[bytes]:
        """Yields all lines of a partition in blocks."""
        for bounds in self._bounds:
            yield from spooled_blocks(
                self.spool, int(bounds[partition]), int(bounds[partition + 1]), _PIECE_BYTES
            )


class SpillingCounter:
    """Counts words exactly, whatever their number, with a table of limited size.

    When the table is full, its words and counts go to a temporary file, in partitions by hash. At the end
    each partition is counted by itself (one that is too large is partitioned again), the words are sorted in
    runs that the table can hold, and the runs are merged. Two temporary files are open, and one more for each
    partition within a partition.

    Args:
        limit: bytes for the table.
        tmp_dir: holds temporary files; None is the system's choice.
        note: receives a message when the first words have to go to disk.
        eos: whether to count the word </s> at the end of each sentence.

    Attributes:
        spills: how often the table was emptied to disk.
        tmp_bytes: bytes written to temporary files.
    """

    def __init__(
        self, limit: int, tmp_dir: str | None = None, note: Note | None = None, eos: bool = False
    ) -> None:
        self._limit = limit
        self._tmp_dir = tmp_dir
        self._note = note
        self._stack = ExitStack()
        self._tally: Tally = native_or_plain().Tally(eos=eos)
        self._spills: _Spills | None = None
        self.spills = 0
        self.tmp_bytes = 0

    def __enter__(self) -> "SpillingCounter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def feed(self, piece: Piece) -> None:
        """Counts the words of the next bytes of an input, which may be cut anywhere."""
        view = memoryview(piece).cast("B") if len(piece) else memoryview(b"")
        for start in range(0, len(view), _PIECE_BYTES):
            part = view[start : start + _PIECE_BYTES]
            # A word and its separator take at least two bytes; one word more ends sentences.
            self._make_room(len(part) // 2 + 1 + 1, len(part) + len(EOS))
            self._tally.feed(part)

    def end_input(self) -> None:
        """Ends an input of text and with it its last word."""
        self._tally.end_input()

    def add_lines(self, block: bytes, first: int, name: str) -> None:
        """Adds the counts of whole lines of a vocabulary.

        Args:
            block: lines, the last with its newline.
            first: number of the first one.
            name: the vocabulary's name in messages.

        Raises:
            DataError: a line is not "word count".
        """
        self._make_room(block.count(b"\n"), len(block))
        try:
            self._tally.add_lines(block, first)
        except ValueError as error:
            raise bad_line(name, error) from error

    def counters(self) -> dict[str, int]:
        """Counts of the text read so far: bytes, lines, tokens, long_tokens, boms."""
        return self._tally.counters()

    def sorted_blocks(self) -> Iterator[NDArray[np.uint8]]:
        """Yields all words as blocks of lines in the order of a vocabulary, and empties the counter."""
        if self._spills is None:
            self._tally.sort()
            yield from handed_out(self._tally)
            return
        self._spill()
        runs = SortedRuns(self._tmp_dir)
        self._stack.enter_context(runs)
        self._count(self._spills, 0, runs)
        if self._tally.types():
            runs.add(self._tally)
        self.tmp_bytes += self._spills.spool.size
        self._spills.spool.close()
        del self._tally
        yield from runs.merged(self._limit)
        self.tmp_bytes += runs.size

    def _make_room(self, words: int, size: int) -> None:
        """Empties the table if it might not hold `words` more words of `size` bytes in total."""
        if self._tally.types() and not self._fits(words, size):
            self._spill()

    def _spill(self) -> None:
        if self._spills is None:
            self._spills = self._new_spills()
            if self._note is not None:
                self._note(
                    f"{counted(self._tally.types(), 'different word')} are as many as fit into memory: "
                    f"going on with temporary files in {self._spills.spool.directory}"
                )
        if self._tally.types():
            self._spills.add(self._tally, 0)
            self.spills += 1

    def _count(self, spills: _Spills, level: int, runs: SortedRuns) -> None:
        """Counts each partition in the table, which becomes a run when the next might not fit too."""
        tally = self._tally
        for partition in np.flatnonzero(spills.words).tolist():
            words, size = int(spills.words[partition]), int(spills.bytes[partition])
            if tally.types() and not self._fits(words, size):
                runs.add(tally)
            if self._fits(words, size) or level + 1 == _LEVELS:
                for block in spills.blocks(partition):
                    tally.add_lines(block)
            else:
                self._count_large(spills.blocks(partition), level, runs)

    def _count_large(self, blocks: Iterator[bytes], level: int, runs: SortedRuns) -> None:
        """Counts a partition in the empty table, and partitions it again if it does not fit."""
        deeper: _Spills | None = None
        tally = self._tally
        for block in blocks:
            if tally.types() and not self._fits(block.count(b"\n"), len(block)):
                deeper = deeper or self._new_spills()
                deeper.add(tally, level + 1)
            tally.add_lines(block)
        if deeper is None:
            return
        with deeper.spool:
            deeper.add(tally, level + 1)
            self._count(deeper, level + 1, runs)
            self.tmp_bytes += deeper.spool.size

    def _fits(self, words: int, size: int) -> bool:
        """Whether the table stays under its limit with `words` more words of `size` bytes in total."""
        return self._tally.memory(words, size) <= self._limit

    def _new_spills(self) -> _Spills:
        spills = _Spills(self._tmp_dir)
        self._stack.enter_context(spills.spool)
        return spills
