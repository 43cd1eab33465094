"""Reduces vectors to two dimensions by PCA, t-SNE or UMAP."""

import os
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.plot.extras import require
from embtrain.option_names import option

Method = Literal["pca", "tsne", "umap"]
METHODS: tuple[Method, ...] = ("pca", "tsne", "umap")
TITLES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}

#: Fewer words than this have no meaningful neighbourhoods, and are laid out by PCA.
FEWEST = 6
# From this many words on, t-SNE's interpolated gradient and several threads are worth their start-up cost.
_MANY = 5000


@dataclass(frozen=True)
class Layout:
    """Points in the plane.

    Attributes:
        points: float64 [n, 2].
        method: the method used; PCA if there were too few words for another.
        shares: share of the variance that each axis shows, 0 to 1; PCA only.
    """

    points: NDArray[np.float64]
    method: Method
    shares: tuple[float, float] | None = None


def lay_out(
    vectors: NDArray[np.float32], method: Method, neighbors: int = 30, seed: int = 1, threads: int = 0
) -> Layout:
    """Lays vectors out in the plane by direction; each is first scaled to length 1.

    Args:
        vectors: float32 [n, D], n >= 1, finite and not zero.
        method: `pca` (linear: parallel arrows stay parallel), `tsne` (van der Maaten and Hinton 2008, by
            openTSNE) or `umap` (McInnes et al. 2018, by umap-learn).
        neighbors: t-SNE's perplexity or UMAP's n_neighbors; reduced if there are too few words.
        seed: the same seed gives the same layout on one machine.
        threads: threads for t-SNE of many words; 0 for all processors. UMAP uses one thread, to be
            reproducible.

    Raises:
        BackendError: the method's library is not installed.
    """
    unit = vectors.astype(np.float64)
    unit /= np.sqrt(np.square(unit).sum(axis=1, keepdims=True))
    points, shares = principal_components(unit)
    if method == "pca" or len(unit) < FEWEST:
        return Layout(points, "pca", shares)
    # Both start from PCA, scaled as their authors advise, so the overall shape is the same for every seed.
    if method == "tsne":
        start = points / max(points[:, 0].std(), 1e-12) * 1e-4
        return Layout(_tsne(unit, start, neighbors, seed, threads), method)
    start = points / max(np.abs(points).max(), 1e-12) * 10
    return Layout(_umap(unit, start, neighbors, seed), method)


def principal_components(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """The first two principal components.

    Args:
        rows: float64 [n, D].

    Returns:
        Coordinates float64 [n, 2], with signs such that the largest value of each axis is positive, and the
        axes' shares of the variance.
    """
    centred = rows - rows.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    points = np.zeros((len(rows), 2))
    found = min(2, rows.shape[1])
    points[:, :found] = centred @ axes[:, ::-1][:, :found]
    points *= np.where(points.max(axis=0) >= -points.min(axis=0), 1, -1)
    total = max(float(values.sum()), 1e-300)
    shares = [max(0.0, float(value)) / total for value in values[::-1][:2]]
    return points, (shares[0], shares[1] if found > 1 else 0.0)


def _tsne(
    unit: NDArray[np.float64], start: NDArray[np.float64], perplexity: int, seed: int, threads: int
) -> NDArray[np.float64]:
    module = require("openTSNE", f"{option('method', 'tsne')}")
    many = len(unit) >= _MANY
    tsne = module.TSNE(
        perplexity=min(perplexity, (len(unit) - 1) / 3),
        initialization=start,
        random_state=seed,
        # For a small problem, synchronising threads costs more than they save.
        n_jobs=(threads or os.cpu_count() or 1) if many else 1,
        neighbors="auto" if many else "exact",
        negative_gradient_method="fft" if many else "bh",
    )
    return np.asarray(tsne.fit(unit), np.float64)


def _umap(
    unit: NDArray[np.float64], start: NDArray[np.float64], neighbors: int, seed: int
) -> NDArray[np.float64]:
    module = require("umap", f"{option('method', 'umap')}")
    umap = module.UMAP(
        n_neighbors=min(neighbors, len(unit) - 1),
        min_dist=0.1,
        init=start.astype(np.float32),
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(umap.fit_transform(unit.astype(np.float32)), np.float64)
