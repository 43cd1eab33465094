"""Points in the plane: PCA against its definition, the other methods by what they must keep together."""

import importlib.util
import sys

import numpy as np
import pytest

from embtrain.analysis.plot.layout import lay_out, principal_components
from embtrain.errors import BackendError


def blobs(n_each=20, n_blobs=3, dim=10, seed=0):
    """Tight groups of directions, one after another, of different lengths."""
    draws = np.random.default_rng(seed)
    centres = np.repeat(np.eye(dim)[:n_blobs], n_each, axis=0)
    vectors = (centres + draws.normal(0, 0.05, centres.shape)) * draws.uniform(0.1, 10, (len(centres), 1))
    return vectors.astype(np.float32), np.repeat(np.arange(n_blobs), n_each)


def neighbours_of_the_same_kind(points, kinds):
    """Share of points whose nearest other point is of their kind."""
    distances = np.square(points[:, None] - points[None]).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return float((kinds[distances.argmin(axis=1)] == kinds).mean())


def test_principal_components_are_those_of_the_singular_values():
    rows = np.random.default_rng(1).normal(size=(50, 7)) * [5, 3, 1, 1, 0.5, 0.1, 0.1]
    points, shares = principal_components(rows)
    left, values, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    assert np.abs(points) == pytest.approx(np.abs(left[:, :2] * values[:2]))
    assert shares == pytest.approx(tuple(values[:2] ** 2 / (values**2).sum()))
    assert (points.max(axis=0) >= -points.min(axis=0)).all()


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (5, 1), (3, 2)])
def test_few_rows_and_few_dimensions_have_places_too(shape):
    rows = np.random.default_rng(2).normal(size=shape)
    points, shares = principal_components(rows)
    assert points.shape == (shape[0], 2)
    assert np.isfinite(points).all()
    assert 0 <= sum(shares) <= 1 + 1e-12


def test_equal_vectors_are_one_point():
    layout = lay_out(np.ones((4, 3), np.float32), "pca")
    assert np.abs(layout.points).max() < 1e-12
    assert layout.shares is not None
    assert np.isfinite(layout.shares).all()


def test_lengths_do_not_matter():
    vectors, kinds = blobs()
    layout = lay_out(vectors, "pca")
    assert neighbours_of_the_same_kind(layout.points, kinds) == 1
    assert layout.points == pytest.approx(lay_out(vectors * 3, "pca").points, abs=1e-6)


def check_that_neighbours_stay_and_equal_seeds_give_equal_pictures(method, n_each):
    vectors, kinds = blobs(n_each)
    layout = lay_out(vectors, method, seed=3)
    assert (layout.method, layout.shares) == (method, None)
    assert neighbours_of_the_same_kind(layout.points, kinds) == 1
    assert np.array_equal(layout.points, lay_out(vectors, method, seed=3).points)


def test_neighbours_stay_neighbours_in_tsne():
    pytest.importorskip("openTSNE")
    check_that_neighbours_stay_and_equal_seeds_give_equal_pictures("tsne", 20)


@pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")
def test_neighbours_stay_neighbours_in_umap():
    if importlib.util.find_spec("umap") is None:
        pytest.skip("needs umap-learn")
    check_that_neighbours_stay_and_equal_seeds_give_equal_pictures("umap", 4)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_too_few_words_are_laid_out_by_pca(method):
    layout = lay_out(blobs(n_each=1)[0], method)
    assert layout.method == "pca"


def test_a_missing_library_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(BackendError, match=r"method='tsne' needs openTSNE.*pip install 'embtrain\[plot\]'"):
        lay_out(blobs()[0], "tsne")
