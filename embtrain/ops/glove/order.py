"""The order in which GloVe visits diagonals and the records of a tile, drawn anew for each epoch."""

import math

import numpy as np
from numpy.typing import NDArray

from embtrain.ops import draws


def diagonal_order(seed: int, epoch: int, n_diagonals: int) -> NDArray[np.int64]:
    """A random order of the diagonals, int64 [n_diagonals]."""
    drawn = draws.draw(draws.key(seed, epoch, draws.ORDER), np.arange(n_diagonals))
    return np.argsort(drawn, kind="stable")


def tile_order(seed: int, epoch: int, place: int, n: int) -> NDArray[np.int64]:
    """The order of a tile's records, int64 [n]: from a drawn one on, in steps that are coprime to n.

    Args:
        place: of the tile's first record in the epoch.
        n: number of its records, at least 1.
    """
    start = _uniform(draws.key(seed, epoch, draws.START), place, n)
    if n < 3:
        return (start + np.arange(n)) % n
    stride = 1 + _uniform(draws.key(seed, epoch, draws.STRIDE), place, n - 1)
    while math.gcd(stride, n) != 1:
        stride += 1
    return (start + np.arange(n) * stride) % n


def _uniform(key: int, place: int, n: int) -> int:
    return int(draws.scaled(draws.draw(key, np.array([place])), n)[0][0])
