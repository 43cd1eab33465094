"""Principal directions of rows, from their covariance."""

from typing import NamedTuple

import numpy as np

from embtrain.transform.moments import Matrix


class Directions(NamedTuple):
    """Principal directions, those of the largest variance first.

    Attributes:
        vectors: float64 [D, D], a direction in each column; zeros where the rows do not vary.
        variances: float64 [D], not negative.
        rank: number of directions in which the rows vary.
    """

    vectors: Matrix
    variances: Matrix
    rank: int


def principal_directions(covariance: Matrix) -> Directions:
    """The eigenvectors of a covariance, float64 [D, D].

    A direction and its opposite are equally good: the value that is largest without its sign is positive.
    Variances below D times the rounding error of the largest are rounding errors (as in numpy's matrix_rank).
    """
    variances, vectors = np.linalg.eigh(covariance)
    variances, vectors = np.maximum(variances[::-1], 0), vectors[:, ::-1]
    rank = int((variances > variances[0] * len(variances) * np.finfo(np.float64).eps).sum())
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(np.take_along_axis(vectors, largest[None], axis=0)[0] < 0, -1.0, 1.0)
    vectors = vectors * signs
    vectors[:, rank:] = 0
    return Directions(vectors, variances, rank)
