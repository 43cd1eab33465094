"""Scores answers to analogies: exactly for single rows, and by upper bounds for blocks of rows."""

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogy_rows import AnalogyRows, Rows
from embtrain.analysis.unit_rows import product_error
from embtrain.floats import unit_rows_or_zeros

#: Answers whose scores differ by less are tied. Scores are cosines (3CosAdd) or ratios (3CosMul).
TIE = 1e-6
# Keeps 3CosMul from dividing by zero; gensim's value.
_EPSILON = 1e-6
# Cosines this near to -1 cannot be told from it in float32; keeps logarithms finite.
_LEAST = 1e-9
# Rounding error of float32 logarithms, down to log(_EPSILON), and of their sum.
_LOG_ERROR = 1e-5
# Rows scored exactly at a time.
_EXACT = 4096
Exact = NDArray[np.float64]
Rough = NDArray[np.float32]


class AddScores:
    """3CosAdd: the cosine with b + c - a (Mikolov et al. 2013), as b.x + c.x - a.x without the norm."""

    name = "3CosAdd"

    def __init__(self, rows: AnalogyRows, terms: Exact, vectors: NDArray[np.float32]) -> None:
        """Args: terms: float64 [W, D], unit vectors of the terms, or zeros. vectors: float32 [V, D]."""
        self._rows = rows
        self._vectors = vectors
        self._units = terms
        self._error = product_error(vectors.shape[1])

    def ties(self) -> Exact:
        """Largest difference at which scores are tied, float64 [Q]."""
        norms = np.empty(len(self._rows))
        for part in _parts(len(norms)):
            questions = np.arange(part.start, min(part.stop, len(norms)))
            norms[part] = np.sqrt(np.square(self._target(questions)).sum(axis=1))
        return TIE * np.maximum(norms, TIE)

    def aimless(self) -> NDArray[np.bool_]:
        """Questions with a word whose vector is zero or not finite, bool [Q]."""
        zero = np.square(self._units).sum(axis=1) == 0
        return np.asarray(zero[self._rows.a] | zero[self._rows.b] | zero[self._rows.c])

    def exact(self, questions: NDArray[np.intp], rows: Rows) -> Exact:
        """Scores of rows [n] as answers to questions [n], float64; -inf for rows without a direction."""
        scores = np.empty(len(rows))
        for part in _parts(len(rows)):
            candidates = unit_rows_or_zeros(self._vectors[rows[part]])
            found = self._score(questions[part], candidates)
            found[~candidates.any(axis=1)] = -np.inf
            scores[part] = found
        return scores

    def _target(self, questions: NDArray[np.intp]) -> Exact:
        rows, units = self._rows, self._units
        target: Exact = units[rows.b[questions]] + units[rows.c[questions]] - units[rows.a[questions]]
        return target

    def _score(self, questions: NDArray[np.intp], candidates: Exact) -> Exact:
        return np.asarray((candidates * self._target(questions)).sum(axis=1))

    def rough(self, products: Rough) -> tuple[Rough, Rough]:
        """Upper bounds of scores for a block of n rows, in two parts to be added.

        Args:
            products: float32 [W, n], the terms times the rows; neither kept nor changed.

        Returns:
            One part for each pair (a, b), float32 [P, n], and one for each term as c, float32 [W, n].
        """
        pairs = self._rows.pairs
        part = products[pairs[:, 1]]
        part -= products[pairs[:, 0]]
        part += np.float32(3 * self._error)
        return part, products.copy()


class MulScores(AddScores):
    """3CosMul: log of b * c / a, with cosines shifted to 0..1 (Levy and Goldberg 2014, equation 4)."""

    name = "3CosMul"

    def ties(self) -> Exact:
        return np.full(len(self._rows), TIE)

    def _score(self, questions: NDArray[np.intp], candidates: Exact) -> Exact:
        rows = self._rows
        a, b, c = (
            np.maximum((1 + (candidates * self._units[terms[questions]]).sum(axis=1)) / 2, _LEAST)
            for terms in (rows.a, rows.b, rows.c)
        )
        return np.asarray(np.log(b) + np.log(c) - np.log(a + _EPSILON))

    def rough(self, products: Rough) -> tuple[Rough, Rough]:
        pairs = self._rows.pairs
        halves = (1 + products) / 2
        np.maximum(halves, 0, out=halves)
        above = np.log(halves + np.float32(self._error))
        own = np.unique(pairs[:, 0])
        # The smallest possible divisor; only some terms occur as divisors.
        below = np.log(np.maximum(halves[own] - np.float32(self._error), 0) + np.float32(_EPSILON))
        part = above[pairs[:, 1]]
        part -= below[np.searchsorted(own, pairs[:, 0])]
        part += np.float32(_LOG_ERROR)
        return part, above


#: Name -> class that computes the scores.
METHODS: dict[str, type[AddScores]] = {scores.name: scores for scores in (AddScores, MulScores)}


def _parts(n: int) -> list[slice]:
    return [slice(start, start + _EXACT) for start in range(0, n, _EXACT)]
