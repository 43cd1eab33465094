"""MurmurHash64A (Austin Appleby, public domain), spaCy's hash of strings, for many strings at once."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary

_BLOCK_BYTES = 1 << 20
_FACTOR, _SHIFT = np.uint64(0xC6A4A7935BD1E995), np.uint64(47)


def murmur64(words: Vocabulary, seed: int) -> NDArray[np.uint64]:
    """Hashes of all words, uint64 [V]; words of equal length are hashed together."""
    hashes = np.empty(len(words), np.uint64)
    lengths = np.diff(words.offsets)
    order = np.argsort(lengths, kind="stable")
    bounds = np.flatnonzero(np.diff(lengths[order], prepend=-1, append=-1))
    for first, last in pairwise(bounds.tolist()):
        length = int(lengths[order[first]])
        step = max(1, _BLOCK_BYTES // max(1, length))
        for start in range(first, last, step):
            rows = order[start : min(start + step, last)]
            places = words.offsets[rows][:, None] + np.arange(length)
            hashes[rows] = _hash(words.arena[places], length, seed)
    return hashes


def _hash(texts: NDArray[np.uint8], length: int, seed: int) -> NDArray[np.uint64]:
    """Hashes of texts uint8 [n, length]."""
    blocks = -(-length // 8)
    padded = np.zeros((len(texts), 8 * blocks), np.uint8)
    padded[:, :length] = texts
    keys = padded.view("<u8")
    start = (seed ^ (length * int(_FACTOR))) & 0xFFFFFFFFFFFFFFFF
    state = np.full(len(texts), start, np.uint64)
    for block in range(length // 8):
        key = keys[:, block] * _FACTOR
        key ^= key >> _SHIFT
        state = (state ^ (key * _FACTOR)) * _FACTOR
    if length % 8:
        state = (state ^ keys[:, -1]) * _FACTOR
    state ^= state >> _SHIFT
    state *= _FACTOR
    return state ^ (state >> _SHIFT)
