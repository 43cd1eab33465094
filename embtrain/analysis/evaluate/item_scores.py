"""Defines scores as functions of their items, so that every score can be resampled in the same way."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Values = NDArray[np.float64]


class ItemResults(Protocol):
    """The results of vectors on the covered items of a set."""

    @property
    def items(self) -> NDArray[np.int64]:
        """Numbers of the items in their set, int64 [n], ascending."""

    def values(self, counts: Counts) -> Values:
        """The score for each row of counts, int64 [B, n], how often each item occurs; NaN if undefined."""

    def take(self, places: NDArray[np.intp]) -> Self:
        """The sample restricted to some items, given by position."""


def score(sample: ItemResults) -> float | None:
    """The score of a sample, or None if it is undefined."""
    value = float(sample.values(np.ones((1, len(sample.items)), np.int64))[0])
    return None if np.isnan(value) else value


@dataclass(frozen=True)
class Mean:
    """Mean of one value per item, float64 [n]; for values 0 and 1, the share of right items."""

    items: NDArray[np.int64]
    each: Values

    def values(self, counts: Counts) -> Values:
        total = counts.sum(axis=1)
        return np.where(total > 0, (counts @ self.each) / np.maximum(total, 1), np.nan)

    def take(self, places: NDArray[np.intp]) -> "Mean":
        return Mean(self.items[places], self.each[places])


@dataclass(frozen=True)
class Correlation:
    """Correlation of gold and found values, float64 [n], by rank (Spearman's) or not (Pearson's)."""

    items: NDArray[np.int64]
    gold: Values
    found: Values
    by_rank: bool = True

    def values(self, counts: Counts) -> Values:
        if counts.shape[1] == 0:
            return np.full(len(counts), np.nan)
        if self.by_rank:
            return _correlation(_ranks(self.gold, counts), _ranks(self.found, counts), counts)
        return _correlation(self.gold[None], self.found[None], counts)

    def take(self, places: NDArray[np.intp]) -> "Correlation":
        return Correlation(self.items[places], self.gold[places], self.found[places], self.by_rank)


@dataclass(frozen=True)
class Purity:
    """Share of items that are in the most frequent class of their cluster; both are intp [n], from 0."""

    items: NDArray[np.int64]
    clusters: NDArray[np.intp]
    classes: NDArray[np.intp]

    def values(self, counts: Counts) -> Values:
        best = np.zeros(len(counts), np.int64)
        for cluster in np.unique(self.clusters):
            members = np.flatnonzero(self.clusters == cluster)
            own = np.unique(self.classes[members])
            belongs = (self.classes[members][:, None] == own).astype(np.int64)
            best += (counts[:, members] @ belongs).max(axis=1)
        total = counts.sum(axis=1)
        return np.where(total > 0, best / np.maximum(total, 1), np.nan)

    def take(self, places: NDArray[np.intp]) -> "Purity":
        return Purity(self.items[places], self.clusters[places], self.classes[places])


def _ranks(values: Values, counts: Counts) -> Values:
    """Ranks [B, n] of values that occur `counts` times; equal values share their mean rank."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    starts = np.cumsum(sizes) - sizes
    per_group = np.add.reduceat(counts[:, order], starts, axis=1)
    ranks = np.cumsum(per_group, axis=1) - (per_group - 1) / 2
    spread: Values = ranks[:, group]
    return spread


def _correlation(x: Values, y: Values, counts: Counts) -> Values:
    """Pearson's correlation [B] of values [B or 1, n] with counts [B, n]; NaN if one side is constant."""
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    x = x - (x * counts).sum(axis=1, keepdims=True) / total
    y = y - (y * counts).sum(axis=1, keepdims=True) / total
    both = (x * y * counts).sum(axis=1)
    spread = np.sqrt((x * x * counts).sum(axis=1) * (y * y * counts).sum(axis=1))
    constant = np.minimum(_spread(x, counts), _spread(y, counts)) == 0
    with np.errstate(all="ignore"):
        return np.asarray(np.where(constant, np.nan, np.clip(both / spread, -1, 1)))


def _spread(values: Values, counts: Counts) -> Values:
    """The range of the values that occur; exactly 0 if they are constant."""
    highest = np.where(counts > 0, values, -np.inf).max(axis=1)
    lowest = np.where(counts > 0, values, np.inf).min(axis=1)
    return np.asarray(highest - lowest)
