"""Recognises made-up counts, which writers use if a format needs counts but they are unknown."""

import numpy as np
from numpy.typing import NDArray

# Counts of fewer words may well be V to 1.
_MANY = 10


def known_counts(counts: NDArray[np.int64], n_tokens: int | None = None) -> NDArray[np.int64] | None:
    """The counts of words, int64 [V], or None if the file was written without known counts.

    Counts are unknown if all are 0; if all are equal in a model trained on no tokens (embtrain writes
    fastText's models this way); or if the counts of many words fall from V to 1 in steps of 1, which gensim
    makes up for vectors read from word2vec's formats.

    Args:
        counts: counts of all words, in row order.
        n_tokens: number of tokens of the training text, if the file holds it.
    """
    if len(counts) == 0 or not counts.any():
        return None
    if n_tokens == 0 and (counts == counts[0]).all():
        return None
    if n_tokens is None and len(counts) >= _MANY and (counts == np.arange(len(counts), 0, -1)).all():
        return None
    return counts
