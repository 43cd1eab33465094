"""Counts that were made up because a format needs some, and how such counts are recognised."""

import numpy as np
from numpy.typing import NDArray

# Counts of fewer words may well be V to 1.
_MANY = 10


def known_counts(counts: NDArray[np.int64], n_tokens: int | None = None) -> NDArray[np.int64] | None:
    """The counts of words, int64 [V], or None where the file was written without knowing them.

    That is so where all are 0; where all are equal in a model that was trained on no tokens (how embtrain
    writes fastText's models); and where those of many words fall from V to 1 in steps of 1, which gensim
    makes up for vectors that it has read from word2vec's formats.

    Args:
        counts: of all words, in the order of rows.
        n_tokens: of the training text, where the file says it.
    """
    if len(counts) == 0 or not counts.any():
        return None
    if n_tokens == 0 and (counts == counts[0]).all():
        return None
    if n_tokens is None and len(counts) >= _MANY and (counts == np.arange(len(counts), 0, -1)).all():
        return None
    return counts
