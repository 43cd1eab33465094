"""Spherical k-means, which clusters vectors by direction."""

import numpy as np
from numpy.typing import NDArray

_RESTARTS = 10
_MAX_ROUNDS = 100


def cluster(units: NDArray[np.float64], k: int, seed: int = 1) -> NDArray[np.intp]:
    """Clusters, intp [n] from 0 to k - 1, of vectors of length 1, float64 [n, D].

    Runs ten starts (k-means++, Arthur and Vassilvitskii 2007) and keeps the result whose vectors are nearest
    to their centres (Dhillon and Modha 2001). The same seed gives the same clusters.
    """
    rng = np.random.default_rng(seed)
    runs = [_run(units, _first_centres(units, k, rng)) for _ in range(_RESTARTS)]
    return max(runs, key=lambda run: run[1])[0]


def _first_centres(units: NDArray[np.float64], k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draws vectors one by one; the farther a vector is from earlier ones, the likelier it is drawn."""
    chosen = [int(rng.integers(len(units)))]
    distance = np.full(len(units), np.inf)
    for _ in range(1, k):
        distance = np.minimum(distance, np.maximum(1 - units @ units[chosen[-1]], 0))
        total = distance.sum()
        share = distance / total if total > 0 else None
        chosen.append(int(rng.choice(len(units), p=share)))
    return units[chosen]


def _run(units: NDArray[np.float64], centres: NDArray[np.float64]) -> tuple[NDArray[np.intp], float]:
    """Clusters, and the sum of the cosines of vectors with their centres."""
    labels = np.full(len(units), -1)
    for _ in range(_MAX_ROUNDS):
        cosines = units @ centres.T
        nearest = cosines.argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, units)
        norms = np.sqrt(np.square(sums).sum(axis=1, keepdims=True))
        # The centre of an empty cluster stays where it was.
        centres = np.where(norms > 0, sums / np.where(norms > 0, norms, 1), centres)
    return labels, float((units * centres[labels]).sum())
