"""Exact nearest neighbours by cosine, in blocks over the matrix, without a second, normalised copy of it."""

import numpy as np
from numpy.typing import NDArray

# Values of the matrix in a block: 4 MiB of float32.
_BLOCK_VALUES = 1 << 20
_MAX_QUERIES = 256
# Rough scores of a batch of queries in a block: 16 MiB of float32.
_BATCH_SCORES = 1 << 22
# Candidates whose exact score is taken at a time.
_RESCORE = 4096
# Outside of these norms float32 products may overflow or lose their digits: such rows are scored exactly.
_SAFE_NORMS = (1e-15, 1e15)


class Searcher:
    """Finds the rows of a matrix with the highest cosine to given vectors.

    Products in float32 find the candidates, wide enough for their rounding; the candidates are scored and
    ordered in float64. So results do not depend on how queries are batched, equal rows tie exactly, and ties
    go to the lower row. The inverse norms of all rows (V float32) are kept after the first search.

    Attributes:
        n_without_direction: rows that are zero or not finite and so nobody's neighbour; known after a search.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Args: vectors: float32 [V, D]; may be mapped from a file."""
        self._vectors = vectors
        self._inverse_norms: NDArray[np.float32] | None = None
        self.n_without_direction = 0

    def search(
        self, queries: NDArray[np.float32], k: int, exclude: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k best rows per query, best first.

        Args:
            queries: float32 [Q, D].
            k: how many, at least 1.
            exclude: int64 [Q], per query a row that is not its neighbour, or -1.

        Returns:
            rows int64 [Q, k] and cosines float64 [Q, k]; where there are fewer than k neighbours (also for a
            query that is zero or not finite) the rest of the rows is -1 and of the scores NaN.
        """
        k = min(k, len(self._vectors))
        # Blocks of fewer rows than are asked for would be sorted into the result again and again.
        step = max(1, _BLOCK_VALUES // self._vectors.shape[1], k)
        batch = max(1, min(_MAX_QUERIES, _BATCH_SCORES // step))
        parts = [
            self._search_batch(queries[start : start + batch], k, exclude[start : start + batch], step)
            for start in range(0, len(queries), batch)
        ]
        if not parts:
            return np.empty((0, k), np.int64), np.empty((0, k), np.float64)
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([scores for _, scores in parts])

    def _search_batch(
        self, queries: NDArray[np.float32], k: int, exclude: NDArray[np.int64], step: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        with np.errstate(all="ignore"):
            exact = _unit_rows(queries.astype(np.float64))
            best = _Best(len(queries), k, slack=1.2e-7 * (queries.shape[1] + 16))
            aimless = ~np.isfinite(exact).all(axis=1)
            unit = np.nan_to_num(exact).astype(np.float32)
            for start in range(0, len(self._vectors), step):
                block = self._vectors[start : start + step]
                scores = self._rough_scores(unit, block, start)
                scores[aimless] = -np.inf
                _forget(scores, exclude - start)
                self._take_candidates(best, scores, block, start, exact)
            self._count_without_direction()
        return best.result()

    def _rough_scores(
        self, unit: NDArray[np.float32], block: NDArray[np.float32], start: int
    ) -> NDArray[np.float32]:
        """Cosines [Q, rows] in float32: -inf for rows without direction, inf where only the exact will do."""
        inverse = self._inverse(block, start)
        scores: NDArray[np.float32] = unit @ block.T
        scores *= inverse
        if not np.isfinite(inverse.sum()):
            scores[:, np.isnan(inverse)] = -np.inf
            scores[:, np.isinf(inverse)] = np.inf
        return scores

    def _inverse(self, block: NDArray[np.float32], start: int) -> NDArray[np.float32]:
        if self._inverse_norms is None:
            self._inverse_norms = np.zeros(len(self._vectors), np.float32)
        inverse = self._inverse_norms[start : start + len(block)]
        # No norm has an inverse of zero: it marks rows that were not yet seen.
        if not inverse.all():
            norms = np.sqrt(np.einsum("ij,ij->i", block, block))
            fresh = 1 / norms
            odd = np.flatnonzero(~((norms > _SAFE_NORMS[0]) & (norms < _SAFE_NORMS[1])))
            if len(odd):
                exact = np.sqrt(np.square(block[odd].astype(np.float64)).sum(axis=1))
                fresh[odd] = np.where((exact > 0) & np.isfinite(exact), np.inf, np.nan)
            inverse[:] = fresh
        return inverse

    def _take_candidates(
        self,
        best: "_Best",
        scores: NDArray[np.float32],
        block: NDArray[np.float32],
        start: int,
        exact: NDArray[np.float64],
    ) -> None:
        queries, rows = np.nonzero(scores >= best.bounds(scores)[:, None])
        cosines = np.empty(len(rows))
        for first in range(0, len(rows), _RESCORE):
            part = slice(first, first + _RESCORE)
            vectors = _unit_rows(block[rows[part]].astype(np.float64))
            cosines[part] = np.clip((vectors * exact[queries[part]]).sum(axis=1), -1, 1)
        if len(rows):
            best.add(queries, start + rows, cosines)

    def _count_without_direction(self) -> None:
        if self._inverse_norms is not None:
            self.n_without_direction = int(np.isnan(self._inverse_norms).sum())


def _unit_rows(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of length 1; NaN for rows that are zero or not finite."""
    unit: NDArray[np.float64] = vectors / np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return unit


def _forget(scores: NDArray[np.float32], columns: NDArray[np.int64]) -> None:
    """Takes one column per row out of the running, where it lies within the block."""
    inside = np.flatnonzero((columns >= 0) & (columns < scores.shape[1]))
    scores[inside, columns[inside]] = -np.inf


class _Best:
    """The k best rows found so far for each query, ordered by score, then row."""

    def __init__(self, n_queries: int, k: int, slack: float) -> None:
        self._rows = np.full((n_queries, k), -1, np.int64)
        self._scores = np.full((n_queries, k), -np.inf)
        self._slack = slack

    def bounds(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rough scores [Q] below which a row of this block cannot be among the k best of its query."""
        bounds = self._scores[:, -1].astype(np.float32)
        k, n_rows = self._scores.shape[1], scores.shape[1]
        open_queries = np.flatnonzero(np.isneginf(bounds))
        if len(open_queries) and n_rows > k:
            rough = scores[open_queries]
            # Rows that are yet to be scored exactly may turn out to be bad: they prove nothing.
            rough[np.isposinf(rough)] = -np.inf
            bounds[open_queries] = np.partition(rough, n_rows - k, axis=1)[:, n_rows - k]
        # Rows without direction score -inf and stay below the lowest bound.
        lowered: NDArray[np.float32] = np.maximum(bounds - np.float32(self._slack), np.float32(-2.0))
        return lowered

    def add(self, queries: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
        """Takes in rows [n] with their exact scores [n] for queries [n]."""
        n_queries, k = self._rows.shape
        all_queries = np.concatenate([np.repeat(np.arange(n_queries), k), queries])
        all_rows = np.concatenate([self._rows.ravel(), rows])
        all_scores = np.concatenate([self._scores.ravel(), scores])
        order = np.lexsort((all_rows, -all_scores, all_queries))
        starts = np.searchsorted(all_queries[order], np.arange(n_queries))
        chosen = order[starts[:, None] + np.arange(k)]
        self._rows, self._scores = all_rows[chosen], all_scores[chosen]

    def result(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return self._rows, np.where(self._rows < 0, np.nan, self._scores)
