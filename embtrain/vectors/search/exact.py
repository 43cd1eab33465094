"""Finds the rows of a matrix nearest to given vectors, exactly and without a normalised copy."""

from collections.abc import Iterator
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import unit_rows
from embtrain.io.inputs.mapped import check_whole
from embtrain.native import require
from embtrain.processors import available_processors

#: How an analogy a : b = c : ? scores a word x; cosines are taken between vectors of length 1.
AnalogyMethod = Literal["3cosadd", "3cosmul", "pair-direction"]
ANALOGY_METHODS: tuple[AnalogyMethod, ...] = get_args(AnalogyMethod)

# Values of the matrix scanned between two checks for interrupts: 64 MiB, a few milliseconds.
_STEP_VALUES = 1 << 24
# Products of a value and a query in such a step: a few tenths of a second.
_STEP_PRODUCTS = 1 << 33
# Queries per pass over the matrix; more would not be faster.
_MAX_VECTORS = 1536
# Answers held at a time by each thread, 16 bytes each.
_MAX_ANSWERS = 1 << 20

Hits = tuple[NDArray[np.int64], NDArray[np.float64]]


class Searcher:
    """Finds the rows of a matrix that score best against given vectors.

    float32 products find the candidates, with a margin for rounding; float64 scores and orders them. Results
    therefore do not depend on batches, threads or the processor. Equal rows tie exactly, and ties go to the
    lower row. Nothing is kept between searches; memory is bounded by the queries and their answers.

    Attributes:
        n_without_direction: number of rows that are zero or not finite, which are never neighbours; known
            after a search.
    """

    def __init__(self, vectors: NDArray[np.float32], threads: int | None = None) -> None:
        """Args: vectors: float32 [V, D]; may be memory-mapped. threads: by default one per core."""
        self.vectors = vectors
        self.threads = threads or available_processors()
        self.n_without_direction = 0

    def search(self, queries: NDArray[np.floating], k: int, exclude: NDArray[np.int64]) -> Hits:
        """The k rows with the highest cosine for each query, best first.

        Args:
            queries: float [Q, D].
            k: how many, at least 1.
            exclude: int64 [Q] or [Q, E], rows to exclude for each query, or -1.

        Returns:
            rows int64 [Q, k] and cosines float64 [Q, k], where k is at most V. If there are fewer than k
            neighbours, or the query is zero or not finite, the remaining rows are -1 and the scores NaN.
        """
        return self._run("cosine", queries[:, None], k, exclude)

    def analogies(
        self,
        triples: NDArray[np.floating],
        k: int,
        exclude: NDArray[np.int64],
        method: AnalogyMethod = "3cosadd",
    ) -> Hits:
        """The k rows x that best complete a : b = c : x.

        Args:
            triples: float [Q, 3, D], the vectors of a, b and c.
            k, exclude: as for `search`; the rows of a, b and c are usually excluded.
            method: ``3cosadd`` maximises cos(x, b - a + c) (Mikolov et al. 2013), ``3cosmul`` the product
                of the shifted cosines cos(x, b) cos(x, c) / cos(x, a) (Levy and Goldberg 2014, section 6),
                ``pair-direction`` cos(x - c, b - a) (the same, section 3).

        Returns:
            rows and scores as from `search`.
        """
        unit = unit_rows(triples)
        if method == "3cosmul":
            return self._run(method, unit, k, exclude)
        a, b, c = unit[:, 0], unit[:, 1], unit[:, 2]
        if method == "3cosadd":
            return self._run("cosine", (b - a + c)[:, None], k, exclude)
        return self._run(method, np.stack([b - a, c], axis=1), k, exclude)

    def _run(self, method: str, queries: NDArray[np.floating], k: int, exclude: NDArray[np.int64]) -> Hits:
        k = min(k, len(self.vectors))
        excluded = exclude[:, None] if exclude.ndim == 1 else exclude
        size = max(1, min(_MAX_VECTORS // queries.shape[1], _MAX_ANSWERS // max(k, 1)))
        parts = [
            self._run_batch(method, queries[start : start + size], k, excluded[start : start + size])
            for start in range(0, len(queries), size)
        ]
        if not parts:
            return np.empty((0, k), np.int64), np.empty((0, k), np.float64)
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([scores for _, scores in parts])

    def _run_batch(
        self, method: str, queries: NDArray[np.floating], k: int, excluded: NDArray[np.int64]
    ) -> Hits:
        require("searching vectors")
        from embtrain._native import Search

        search = Search(
            method, np.ascontiguousarray(queries, np.float64), np.ascontiguousarray(excluded, np.int64), k
        )
        for start, stop in self._steps(queries.shape[0] * queries.shape[1]):
            check_whole(self.vectors)
            search.scan(self.vectors[start:stop], start, self.threads)
        self.n_without_direction = search.without_direction()
        return search.result()

    def _steps(self, n_vectors: int) -> Iterator[tuple[int, int]]:
        n_rows, dim = self.vectors.shape
        step = max(1, min(_STEP_VALUES, _STEP_PRODUCTS // n_vectors) // dim)
        for start in range(0, n_rows, step):
            yield start, min(start + step, n_rows)


def cosines(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:
    """Cosines of the rows of two arrays, float [n, D], row by row; NaN if a row has no direction."""
    with np.errstate(all="ignore"):
        a, b = left.astype(np.float64), right.astype(np.float64)
        lengths = np.sqrt(np.square(a).sum(axis=1)) * np.sqrt(np.square(b).sum(axis=1))
        found: NDArray[np.float64] = np.clip((a * b).sum(axis=1) / lengths, -1, 1)
    return found
