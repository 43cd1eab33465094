"""The order in which GloVe visits diagonals and the records of a tile, drawn anew for each epoch."""

import numpy as np
from numpy.typing import NDArray

from embtrain.ops import draws


def diagonal_order(seed: int, epoch: int, n_diagonals: int) -> NDArray[np.int64]:
    """A random order of the diagonals, int64 [n_diagonals]."""
    drawn = draws.draw(draws.key(seed, epoch, draws.ORDER), np.arange(n_diagonals))
    return np.argsort(drawn, kind="stable")


def tile_order(seed: int, epoch: int, place: int, n: int) -> NDArray[np.int64]:
    """The order of a tile's records, int64 [n]: from a drawn one on and round, in a drawn direction.

    Args:
        place: of the tile's first record in the epoch.
        n: number of its records, at least 1.
    """
    counter = np.array([place])
    start = int(draws.scaled(draws.draw(draws.key(seed, epoch, draws.START), counter), n)[0][0])
    backwards = int(draws.draw(draws.key(seed, epoch, draws.DIRECTION), counter)[0]) & 1
    steps = np.arange(n)
    return (start - steps if backwards else start + steps) % n
