"""Counts a text together: each process reads its share, and all get the vocabulary of the whole."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.native import native_or_plain
from embtrain.text.corpus import EncodeStats
from embtrain.text.sharing import divide
from embtrain.text.stop_list import Counted
from embtrain.training.group.group import Group
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_DROPPED: Final = np.uint32(0xFFFFFFFF)


class SharedText:
    """The share of this process: a `embtrain.text.sharing.TextShare`.

    Args:
        group: the processes that read.
        can_cut: whether a file may be cut between any two lines.
    """

    def __init__(self, group: Group, can_cut: Callable[[str], bool]) -> None:
        self.rank = group.rank
        self._group = group
        self._can_cut = can_cut

    def inputs(self, inputs: Sequence[str]) -> list[str]:
        """The inputs of this process. Raises DataError if there are none."""
        mine = divide(inputs, self.rank, self._group.size, self._can_cut)
        if not mine:
            raise DataError(
                f"has no text: {counted(len(inputs), 'input')} cannot be divided among "
                f"{counted(self._group.size, 'process', 'processes')} (compressed files are not cut); start "
                "fewer, or split the text into more files"
            )
        return mine

    def join(self, own: Counted, least: int) -> tuple[Counted, int]:
        """Adds up the words of all shares; exact, and in the order of a count of the whole text."""
        arena, offsets, counts, ids = own
        words = Vocabulary(arena, offsets, counts)
        if self.rank:
            self._group.send(_lines(words), 0)
            merged, types = None, 0
        else:
            merged, types = self._add_up(words, least)
        joint = self._spread(merged)
        rows = joint.find(words.iter_bytes())
        new = np.append(np.where(rows >= 0, rows, _DROPPED), _DROPPED).astype(np.uint32)
        joint_counts = joint.counts
        assert joint_counts is not None
        new_ids = new[np.minimum(ids, np.uint32(len(counts)))]
        return (joint.arena, joint.offsets, joint_counts, new_ids), self.sum(types)

    def distinct(self, rows: NDArray[np.int64]) -> int:
        """The number of different rows in all shares."""
        parts = [part.view(np.int64) for part in self._group.gather(rows.astype(np.int64).view(np.uint8))]
        return len(np.unique(np.concatenate(parts)))

    def total(self, stats: EncodeStats) -> EncodeStats:
        """The counts of all shares together, and a digest of their digests."""
        names = [field.name for field in fields(stats) if field.name != "digest"]
        sums = self._group.sum([getattr(stats, name) for name in names])
        digests = self._group.gather(np.frombuffer(stats.digest.encode(), np.uint8))
        digest = hashlib.sha256(b"".join(part.tobytes() for part in digests)).hexdigest()
        return replace(stats, **dict(zip(names, sums, strict=True)), digest=digest)

    def sum(self, number: int) -> int:
        """The sum of a number over all shares."""
        return self._group.sum([number])[0]

    def notes(self, own: Sequence[str]) -> list[str]:
        """What the processes have to say about their shares, by rank; `own` is what this one says."""
        gathered = self._group.gather(np.frombuffer("\n".join(own).encode(), np.uint8))
        said = [
            (rank, note)
            for rank, part in enumerate(gathered)
            for note in part.tobytes().decode().splitlines()
        ]
        return [note if rank == self.rank else f"rank {rank}: {note}" for rank, note in said]

    def _add_up(self, own: Vocabulary, least: int) -> tuple[Vocabulary, int]:
        """The words of all shares with at least this count, and the number of different words."""
        tally = native_or_plain().Tally()
        tally.add_lines(_lines(own))
        for rank in range(1, self._group.size):
            tally.add_lines(self._group.receive(rank))
        arena, offsets, counts = tally.finish()
        everything = Vocabulary(arena, offsets, counts)
        kept = int(np.searchsorted(-counts, -least, side="right"))
        return everything.part(0, kept), len(everything)

    def _spread(self, merged: Vocabulary | None) -> Vocabulary:
        """The vocabulary of rank 0 in all processes."""
        if merged is None:
            parts = [self._group.broadcast(None) for _ in range(3)]
            return Vocabulary(parts[0], parts[1].view(np.int64), parts[2].view(np.int64))
        assert merged.counts is not None
        arena = merged.arena[: int(merged.offsets[-1])]
        for array in (arena, merged.offsets, merged.counts):
            self._group.broadcast(array)
        return merged


def _lines(words: Vocabulary) -> NDArray[np.uint8]:
    """Words and counts as lines of a vocabulary file."""
    assert words.counts is not None
    pairs = zip(words.iter_bytes(), words.counts.tolist(), strict=True)
    return np.frombuffer(b"".join(b"%b %d\n" % pair for pair in pairs), np.uint8)
