"""A chain of maps of rows, computed in float64 and rounded to float32 once."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import scaled_to_unit, without_warnings
from embtrain.transform.moments import Matrix, Moments


class Map(Protocol):
    """A map of rows, float64 [n, D] to [n, E]."""

    def __call__(self, rows: Matrix) -> tuple[Matrix, int]:
        """The mapped rows, and how many have no length to be scaled."""


@dataclass(frozen=True)
class Affine:
    """Rows times a matrix, plus a shift.

    Attributes:
        matrix: float64 [D, E]; None is the identity.
        shift: float64 [E].
    """

    matrix: Matrix | None
    shift: Matrix

    def __call__(self, rows: Matrix) -> tuple[Matrix, int]:
        return (rows if self.matrix is None else rows @ self.matrix) + self.shift, 0

    def then(self, later: "Affine") -> "Affine":
        """This map and a later one as one map."""
        shift = later(self.shift[None])[0][0]
        if self.matrix is None or later.matrix is None:
            return Affine(later.matrix if self.matrix is None else self.matrix, shift)
        return Affine(self.matrix @ later.matrix, shift)

    def of_moments(self, moments: Moments) -> Moments:
        """Mean and covariance of the mapped rows, from those of the rows."""
        covariance = moments.covariance
        if covariance is not None and self.matrix is not None:
            covariance = self.matrix.T @ covariance @ self.matrix
        return Moments(self(moments.mean[None])[0][0], covariance)


def unit_length(rows: Matrix) -> tuple[Matrix, int]:
    """Divides rows by their lengths; rows that are zero or not finite stay as they are."""
    return scaled_to_unit(rows)


def add_context(rows: Matrix) -> tuple[Matrix, int]:
    """Adds the second half of each row, a word's context vector, to the first."""
    dim = rows.shape[1] // 2
    return rows[:, :dim] + rows[:, dim:], 0


@dataclass(frozen=True)
class Chain:
    """Maps one after another.

    Attributes:
        maps: the maps.
        dim: values per row of the result, E.
    """

    maps: tuple[Map, ...]
    dim: int

    def __call__(self, vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
        """Maps rows, float32 [n, D] to [n, E], and counts those that have no length to be scaled."""
        with without_warnings():
            rows, n_without_length = self.exact(vectors)
            return rows.astype(np.float32), n_without_length

    def exact(self, vectors: NDArray[np.float32]) -> tuple[Matrix, int]:
        """The same, float64."""
        with without_warnings():
            rows, n_without_length = vectors.astype(np.float64), 0
            for one in self.maps:
                rows, n = one(rows)
                n_without_length += n
        return rows, n_without_length

    def then(self, later: Map, dim: int) -> "Chain":
        """This chain and a map of E to `dim` values; neighbouring affine maps become one."""
        if self.maps and isinstance(later, Affine) and isinstance(self.maps[-1], Affine):
            return Chain((*self.maps[:-1], self.maps[-1].then(later)), dim)
        return Chain((*self.maps, later), dim)
