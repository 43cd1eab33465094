"""Searches approximately in an index on disk (HNSW, by usearch), for many queries on large files."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import BackendError, DataError, ResourceError
from embtrain.floats import unit_rows
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.deferred_signals import deferred_signals
from embtrain.io.outputs.leftovers import lock, remove_leftovers, temporary_name
from embtrain.io.outputs.rename import rename_new
from embtrain.io.outputs.unbuffered import failed
from embtrain.option_names import option
from embtrain.vectors.search.exact import Hits, Searcher
from embtrain.wording import counted

Say = Callable[[str], None]

# Rows added between two checks for interrupts.
_BLOCK_ROWS = 4096
# Number of rows used to compare an index with the vectors.
_COMPARED_ROWS = 64
# float16 has 11 bits of precision.
_TOLERANCE = 2e-3
# Values of candidates rescored at a time.
_RESCORED_VALUES = 1 << 22
_RECALL_QUERIES = 100


@dataclass(frozen=True)
class Recall:
    """Share of the exact neighbours that the index finds, as a mean over several queries."""

    mean: float
    queries: int


class IndexSearcher:
    """Finds neighbours in an index; candidates are scored and ordered exactly, as in `Searcher`."""

    def __init__(self, exact: Searcher, index: Any) -> None:
        """Args: exact: exact search in the vectors. index: usearch's index of them, with rows as keys."""
        self._exact = exact
        self._index = index

    def search(self, queries: NDArray[np.floating[Any]], k: int, exclude: NDArray[np.int64]) -> Hits:
        """Like `Searcher.search`, but neighbours that the index does not find are missing."""
        k = min(k, len(self._exact.vectors))
        excluded = exclude[:, None] if exclude.ndim == 1 else exclude
        n_candidates = min(len(self._index), k + max(k, 10) + excluded.shape[1])
        self._index.expansion_search = max(128, 2 * n_candidates)
        step = max(1, _RESCORED_VALUES // (max(1, n_candidates) * queries.shape[1]))
        parts = [
            self._search(queries[start : start + step], k, excluded[start : start + step], n_candidates)
            for start in range(0, len(queries), step)
        ]
        if not parts:
            return np.empty((0, k), np.int64), np.empty((0, k))
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([scores for _, scores in parts])

    def _search(
        self, queries: NDArray[np.floating[Any]], k: int, excluded: NDArray[np.int64], n_candidates: int
    ) -> Hits:
        unit = unit_rows(queries)
        usable = np.isfinite(unit).all(axis=1)
        rows = np.full((len(queries), n_candidates), -1, np.int64)
        if usable.any() and n_candidates:
            matches = self._index.search(
                unit[usable].astype(np.float32), n_candidates, threads=self._exact.threads
            )
            # usearch drops the outer dimension for a single query.
            rows[np.flatnonzero(usable)] = _keys(matches, n_candidates)
        rows[(rows[:, :, None] == excluded[:, None, :]).any(axis=2)] = -1
        return _best(rows, np.einsum("qcd,qd->qc", unit_rows(self._exact.vectors[rows]), unit), k)

    def recall(self, k: int) -> Recall:
        """Recall of the k nearest neighbours, for rows evenly spread over the vocabulary."""
        rows = _spread(len(self._exact.vectors), _RECALL_QUERIES)
        vectors = self._exact.vectors[rows]
        expected, _ = self._exact.search(vectors, k, rows)
        found, _ = self.search(vectors, k, rows)
        asked = [row for row in range(len(rows)) if expected[row, 0] >= 0] if expected.shape[1] else []
        shares = [len(set(found[i]) & set(expected[i]) - {-1}) / (expected[i] >= 0).sum() for i in asked]
        return Recall(float(np.mean(shares)) if shares else 1.0, len(shares))


def _keys(matches: Any, count: int) -> NDArray[np.int64]:
    """Rows that usearch found for each query, [Q, count], padded with -1."""
    # usearch drops the outer dimension for a single query.
    found = np.atleast_2d(np.asarray(matches.keys)).astype(np.int64)
    sizes = getattr(matches, "counts", None)
    lengths = np.full(len(found), found.shape[1]) if sizes is None else np.asarray(sizes)
    keys = np.full((len(found), count), -1, np.int64)
    keys[:, : found.shape[1]] = np.where(np.arange(found.shape[1]) < lengths[:, None], found, -1)
    return keys


def _best(rows: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> Hits:
    """The k best of candidates [Q, C], best first, ties by the lower row; row -1 is no candidate."""
    scores = np.where(rows < 0, -np.inf, np.clip(scores, -1, 1))
    order = np.lexsort((rows, -scores), axis=1)[:, :k]
    chosen = np.take_along_axis(rows, order, 1)
    best_rows = np.full((len(rows), k), -1, np.int64)
    best_scores = np.full((len(rows), k), np.nan)
    best_rows[:, : chosen.shape[1]] = chosen
    found = np.take_along_axis(scores, order, 1)
    best_scores[:, : chosen.shape[1]] = np.where(chosen < 0, np.nan, found)
    return best_rows, best_scores


def open_index(exact: Searcher, path: str, say: Say) -> IndexSearcher:
    """Maps an index file, or builds and writes it, which takes long and is reported to `say`.

    Raises:
        BackendError: usearch is not installed.
        DataError: the file is not an index, or is an index of other vectors.
        UsageError, ResourceError: the index cannot be written.
    """
    try:
        from usearch.index import Index
    except ImportError as error:
        raise BackendError(f"{option('index')} needs usearch: pip install 'embtrain[index]'") from error
    if not os.path.exists(path):
        check_output(path, False)
        say(
            f"{path}: building an index of {counted(len(exact.vectors), 'vector')}; later calls use it as "
            "it is"
        )
        _save(_build(exact), path)
    try:
        index = Index.restore(path, view=True)
    except Exception as error:  # usearch raises RuntimeError, ValueError and others
        raise DataError(f"{path}: expected usearch's index, but it cannot be read: {error}") from error
    if index is None:
        raise DataError(f"{path}: expected usearch's index, found another kind of file")
    _check_belongs(index, exact.vectors, path)
    return IndexSearcher(exact, index)


def _build(exact: Searcher) -> Any:
    from usearch.index import Index

    # float16 halves the file; candidates are rescored with the vectors themselves.
    index = Index(ndim=exact.vectors.shape[1], metric="cos", dtype="f16")
    for start in range(0, len(exact.vectors), _BLOCK_ROWS):
        unit = unit_rows(exact.vectors[start : start + _BLOCK_ROWS])
        usable = np.flatnonzero(np.isfinite(unit).all(axis=1))
        if len(usable):
            # In a small index, threads adding rows at the same time miss each other's rows, and those links
            # would be missing for good.
            threads = exact.threads if start else 1
            index.add(start + usable, unit[usable].astype(np.float32), threads=threads)
    return index


def _save(index: Any, path: str) -> None:
    """Writes an index atomically; keeps one that another process has written meanwhile."""
    target = os.path.realpath(path)
    remove_leftovers(target)
    temporary = temporary_name(target)
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            lock(descriptor)
            _write(index, temporary, descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with deferred_signals(), suppress(FileExistsError):
            rename_new(temporary, target)
    except OSError as error:
        raise failed(path, error) from error
    except Exception as error:  # usearch raises RuntimeError
        raise ResourceError(f"{path}: the index could not be written: {error}") from error
    finally:
        with deferred_signals(), suppress(FileNotFoundError):
            os.unlink(temporary)


def _write(index: Any, path: str, descriptor: int) -> None:
    """Lets usearch write. It does not say why it fails, so the system is asked then. Raises OSError."""
    try:
        index.save(path)
    except RuntimeError:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, index.serialized_length)
        raise


def _check_belongs(index: Any, vectors: NDArray[np.float32], path: str) -> None:
    remedy = "remove it or name another file to build an index of these vectors"
    if index.ndim != vectors.shape[1] or len(index) > len(vectors):
        expected = (
            f"expected an index of {counted(len(vectors), 'vector')} of {counted(vectors.shape[1], 'value')}"
        )
        raise DataError(f"{path}: {expected}, found {len(index)} of {index.ndim}; {remedy}")
    for row in _spread(len(vectors), _COMPARED_ROWS).tolist():
        unit, kept = unit_rows(vectors[[row]])[0], index.get(row)
        usable = bool(np.isfinite(unit).all())
        same = kept is not None and np.allclose(unit_rows(np.atleast_2d(kept))[0], unit, 0, _TOLERANCE)
        if usable != (kept is not None) or (usable and not same):
            raise DataError(f"{path}: is an index of other vectors: row {row} differs; {remedy}")


def _spread(n_rows: int, count: int) -> NDArray[np.int64]:
    """At most `count` evenly spaced rows, from the first to the last."""
    return np.unique(np.linspace(0, n_rows - 1, min(count, n_rows)).astype(np.int64))
