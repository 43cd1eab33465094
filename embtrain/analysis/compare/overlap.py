"""Measures how many neighbours words share in two tables, in blocks of rows, without copying the tables."""

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.compare.shared_words import SharedRows
from embtrain.analysis.unit_rows import BLOCK_VALUES

# Words whose neighbours are searched at a time.
_BATCH = 512


def neighbors(table: SharedRows, places: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """The k rows of a table nearest to some of its rows by float32 cosines, int64 [n, k], nearest first.

    A row is not its own neighbour. If fewer than k rows have a direction, the rest is -1.

    Args:
        places: int64 [n], positions in the table of the query rows.
    """
    batches = range(0, len(places) if k else 0, _BATCH)
    found = [_nearest(table, places[start : start + _BATCH], k) for start in batches]
    return np.concatenate(found) if found else np.empty((len(places), k), np.int64)


def _nearest(table: SharedRows, places: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    queries = table.units(places)
    best = np.full((len(places), k), -np.inf, np.float32)
    rows = np.full((len(places), k), -1, np.int64)
    step = max(k, BLOCK_VALUES // max(table.dim, _BATCH // 4))
    for start in range(0, len(table), step):
        block = table.units(slice(start, start + step))
        scores = queries @ block.T
        scores[:, ~block.any(axis=1)] = -np.inf
        own = np.flatnonzero((places >= start) & (places < start + len(block)))
        scores[own, places[own] - start] = -np.inf
        better = np.flatnonzero(scores.max(axis=1) > best[:, -1])
        best[better], rows[better] = _merge(best[better], rows[better], scores[better], start)
    return rows


def _merge(
    best: NDArray[np.float32], rows: NDArray[np.int64], scores: NDArray[np.float32], start: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Merges the best so far [n, k] with a block [n, m]; returns the k best, best first, ties by row."""
    k = best.shape[1]
    if scores.shape[1] > k:
        columns = np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:]
    else:
        columns = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    fresh = np.take_along_axis(scores, columns, axis=1)
    all_scores = np.concatenate([best, fresh], axis=1)
    all_rows = np.concatenate([rows, np.where(np.isneginf(fresh), -1, columns + start)], axis=1)
    order = np.lexsort((all_rows, -all_scores), axis=1)[:, :k]
    return np.take_along_axis(all_scores, order, axis=1), np.take_along_axis(all_rows, order, axis=1)


def shares_in_common(
    first: SharedRows, second: SharedRows, places: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    """The share of each word's k neighbours that both tables agree on, float64 [n].

    The tables hold the same words, row by row.
    """
    shares = []
    for start in range(0, len(places), _BATCH):
        some = places[start : start + _BATCH]
        one, other = neighbors(first, some, k), neighbors(second, some, k)
        same = (one[:, :, None] == other[:, None, :]) & (one >= 0)[:, :, None]
        shares.append(same.any(axis=2).sum(axis=1) / k)
    return np.concatenate(shares) if shares else np.empty(0)
