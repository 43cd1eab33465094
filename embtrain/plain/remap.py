"""Maps provisional ids, in order of first appearance, to rows of the vocabulary."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Final id of a word below the minimum count.
DROPPED: Final = 0xFFFFFFFF


def remap(
    ids: NDArray[np.uint32], sentences: NDArray[np.int64], final_ids: NDArray[np.uint32]
) -> tuple[int, int]:
    """Maps ids in place, drops those without a final id and the sentences left empty.

    Returns:
        The number of ids and of sentences left; `sentences` begins with their offsets.

    Raises:
        TypeError: an array cannot be written to or has another dtype.
        ValueError: an offset or an id is out of range.
    """
    _check_remap(ids, sentences, final_ids)
    mapped = final_ids[ids[: sentences[-1]]]
    kept = mapped != DROPPED
    before = np.concatenate([[0], np.cumsum(kept)])[sentences]
    # A sentence without words left ends where the one before it does.
    ends = [stop for start, stop in pairwise(before.tolist()) if stop > start]
    ids[: before[-1]] = mapped[kept]
    sentences[1 : 1 + len(ends)] = ends
    return int(before[-1]), len(ends)


def _check_remap(
    ids: NDArray[np.uint32], sentences: NDArray[np.int64], final_ids: NDArray[np.uint32]
) -> None:
    for name, array, dtype in (("ids", ids, np.uint32), ("sentences", sentences, np.int64)):
        if array.dtype != dtype or not array.flags.writeable:
            raise TypeError(f"{name} must be writable {np.dtype(dtype)}, found {array.dtype}")
    if len(sentences) == 0:
        raise ValueError("sentences are empty: expected offsets from 0 to the end")
    wrong = np.flatnonzero((sentences[1:] < np.maximum(sentences[:-1], 0)) | (sentences[1:] > len(ids)))
    if len(wrong):
        raise ValueError(f"sentence {wrong[0]} ends outside the block")
    unknown = np.flatnonzero(ids[: sentences[-1]] >= len(final_ids))
    if len(unknown):
        raise ValueError(f"id {ids[unknown[0]]} is out of range")
