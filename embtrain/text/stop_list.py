"""Removes stop words from a counted vocabulary."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary

Counted = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]

_DROPPED = np.uint32(0xFFFFFFFF)


def leave_out(
    arena: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int64],
    final_ids: NDArray[np.uint32],
    words: Collection[bytes],
) -> tuple[Counted, NDArray[np.int64]]:
    """Removes words from the result of `TextEncoder.finish`; words that are not in it are ignored.

    Args:
        arena: uint8, the words one after another.
        offsets: int64 [V + 1], where they begin and end.
        counts: int64 [V].
        final_ids: uint32, row of each provisional id; 0xFFFFFFFF for none.
        words: the words to remove.

    Returns:
        The four arrays without these words, and the counts of those that were left out, int64.
    """
    vocabulary = Vocabulary(arena, offsets, counts)
    rows = vocabulary.find(words)
    rows = rows[rows >= 0]
    if len(rows) == 0:
        return (arena, offsets, counts, final_ids), np.empty(0, np.int64)
    keep = np.ones(len(counts), bool)
    keep[rows] = False
    left = vocabulary.take(np.flatnonzero(keep))
    new_rows = np.append(np.where(keep, np.cumsum(keep) - 1, _DROPPED), _DROPPED).astype(np.uint32)
    kept = (
        left.arena,
        left.offsets,
        counts[keep],
        new_rows[np.minimum(final_ids, np.uint32(len(counts)))],
    )
    return kept, counts[~keep]


def without(vocabulary: Vocabulary, words: Collection[bytes]) -> tuple[Vocabulary, int]:
    """Returns a vocabulary without the given words, and the number of words removed."""
    counts = vocabulary.counts
    if counts is None or not words:
        return vocabulary, 0
    nothing = np.empty(0, np.uint32)
    (arena, offsets, kept, _), left_out = leave_out(
        vocabulary.arena, vocabulary.offsets, counts, nothing, words
    )
    return Vocabulary(arena, offsets, kept), len(left_out)
