"""Mean and covariance of rows, gathered in one pass over blocks of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class Moments(NamedTuple):
    """What is known about rows.

    Attributes:
        mean: float64 [D].
        covariance: float64 [D, D], divided by the number of rows; None if it was not asked for.
    """

    mean: Matrix
    covariance: Matrix | None


class Gathering:
    """Adds up blocks of rows.

    Blocks are centred before they are multiplied, and merged by their means: a mean that is large beside the
    spread costs no digits (Chan, Golub and LeVeque 1979, "Updating Formulae and a Pairwise Algorithm for
    Computing Sample Variances", equation 2.1, for vectors).

    Args:
        dim: values per row, D.
        covariance: whether to gather the covariance, too.

    Attributes:
        n_rows: rows so far.
    """

    def __init__(self, dim: int, covariance: bool) -> None:
        self.n_rows = 0
        self._mean = np.zeros(dim)
        self._scatter = np.zeros((dim, dim)) if covariance else None

    def add(self, rows: Matrix) -> None:
        """Adds rows, float64 [n, D]."""
        if not len(rows):
            return
        mean = rows.mean(axis=0)
        change = mean - self._mean
        n_before, self.n_rows = self.n_rows, self.n_rows + len(rows)
        if self._scatter is not None:
            centred = rows - mean
            self._scatter += centred.T @ centred
            self._scatter += np.outer(change, change) * (n_before * len(rows) / self.n_rows)
        self._mean += change * (len(rows) / self.n_rows)

    def moments(self) -> Moments:
        """The moments of at least one row."""
        return Moments(self._mean, None if self._scatter is None else self._scatter / self.n_rows)
