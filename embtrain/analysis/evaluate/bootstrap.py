"""95 % bootstrap intervals of scores (Efron 1979), from resampling the items with replacement."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.item_scores import Counts, ItemResults, Mean, Values

#: Number of resamples.
RESAMPLES = 2000
# Counts held in memory at a time: 16 MiB.
_COUNTS = 1 << 21
_PERCENTILES = (2.5, 97.5)


def interval(sample: ItemResults, seed: int = 1) -> tuple[float, float] | None:
    """The middle 95 % of a score over resamples of its items; None if undefined. Same seed, same result."""
    if isinstance(sample, Mean):
        return _middle(_means(sample.each, seed))
    return _middle(np.concatenate([sample.values(counts) for counts in _draws(len(sample.items), seed)]))


def difference(
    first: ItemResults, second: ItemResults, seed: int = 1
) -> tuple[float, tuple[float, float]] | None:
    """The second score minus the first, and its interval; None if undefined.

    Both samples must have the same items. They are scored on the same resamples, so that the difficulty that
    items have for both cancels out.
    """
    n_items = len(first.items)
    once = np.ones((1, n_items), np.int64)
    found = float((second.values(once) - first.values(once))[0])
    if isinstance(first, Mean) and isinstance(second, Mean):
        changes = _means(second.each - first.each, seed)
    else:
        draws = _draws(n_items, seed)
        changes = np.concatenate([second.values(counts) - first.values(counts) for counts in draws])
    middle = _middle(changes)
    return None if np.isnan(found) or middle is None else (found, middle)


def _means(each: Values, seed: int) -> Values:
    """Means of resamples. It is enough to draw counts for the distinct values, which are few."""
    if not len(each):
        return np.empty(0)
    values, sizes = np.unique(each, return_counts=True)
    counts = np.random.default_rng(seed).multinomial(len(each), sizes / len(each), RESAMPLES)
    return np.asarray(counts @ values / len(each))


def _draws(n_items: int, seed: int) -> Iterator[Counts]:
    """Yields blocks of counts int64 [B, n], how often each of n items was drawn; RESAMPLES rows in total."""
    rng = np.random.default_rng(seed)
    step = max(1, min(RESAMPLES, _COUNTS // max(n_items, 1)))
    for start in range(0, RESAMPLES, step):
        n_rows = min(step, RESAMPLES - start)
        drawn: NDArray[np.int64] = rng.integers(0, max(n_items, 1), (n_rows, n_items))
        drawn += np.arange(n_rows)[:, None] * n_items
        yield np.bincount(drawn.ravel(), minlength=n_rows * n_items).reshape(n_rows, n_items)


def _middle(values: Values) -> tuple[float, float] | None:
    """The middle 95 % of values; leaves out the few resamples without a defined score."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    low, high = np.percentile(defined, _PERCENTILES).tolist()
    return low, high
