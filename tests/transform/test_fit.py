"""The maps of steps against the same steps in plain numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import Vocabulary
from embtrain.errors import DataError
from embtrain.transform.fit import fit
from embtrain.transform.moments import Gathering
from embtrain.transform.steps import count_passes, parse_steps, resolve
from tests.transform import plain

CHAINS = [
    "center",
    "all-but-the-top:0",
    "all-but-the-top:1",
    "all-but-the-top:3",
    "pca:1",
    "pca:4",
    "pca:6",
    "unit-length",
    "add-context",
    "center all-but-the-top:2 pca:3 unit-length",
    "unit-length center pca:2",
    "pca:5 unit-length all-but-the-top:2 unit-length",
    "add-context unit-length all-but-the-top:1",
    "all-but-the-top:2 pca:4 pca:2",
]


def rows_with_directions(n_rows, dim, seed=1):
    """Rows whose directions differ in variance, around a mean that is larger than all of them."""
    rng = np.random.default_rng(seed)
    spread = rng.standard_normal((n_rows, dim)) * 1.6 ** -np.arange(dim)
    turned, _ = np.linalg.qr(rng.standard_normal((dim, dim)))
    return (spread @ turned + 5 * rng.standard_normal(dim)).astype(np.float32)


class Rows:
    """Rows in blocks, which counts how often they are read."""

    def __init__(self, rows, size=7):
        self.rows, self.size, self.n_passes = rows, size, 0

    def __call__(self):
        self.n_passes += 1
        words = Vocabulary.from_words([f"w{number}" for number in range(len(self.rows))])
        for start in range(0, len(self.rows), self.size):
            block = self.rows[start : start + self.size]
            yield words.part(start, start + len(block)), block


def fitted(texts, rows, name="v", size=7):
    """The maps, and the rows as they count how often they are read."""
    steps = parse_steps(texts)
    dim = rows.shape[1] // (2 if steps[0].name == "add-context" else 1)
    steps, _ = resolve(steps, dim)
    reading = Rows(rows, size)
    found = fit(name, steps, rows.shape[1], reading)
    assert reading.n_passes == count_passes(steps)
    return found


@pytest.mark.parametrize("steps", CHAINS)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_chains_are_those_of_plain_numpy(steps, size):
    rows, context = rows_with_directions(60, 6), rows_with_directions(60, 6, seed=2)
    texts = steps.split()
    wide = np.concatenate([rows, context], axis=1) if texts[0] == "add-context" else rows
    chain = fitted(texts, wide, size=size).chain
    exact, _ = chain.exact(wide)
    expected = plain.transform(rows, texts, context)
    np.testing.assert_allclose(exact, expected, rtol=0, atol=1e-9)
    rounded, _ = chain(wide)
    assert rounded.dtype == np.float32
    assert rounded.shape == (60, chain.dim)
    np.testing.assert_array_equal(rounded, exact.astype(np.float32))


def test_all_but_the_top_is_the_algorithm_of_the_paper():
    """Afterwards the mean is zero, and no row has anything left of the directions that varied most."""
    rows = rows_with_directions(200, 8)
    out, _ = fitted(["all-but-the-top:2"], rows).chain.exact(rows)
    centred = rows - rows.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    top, rest = vectors[:, [-1, -2]], vectors[:, :-2]
    assert values[-2] > 2 * values[-3]
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(out @ top, 0, atol=1e-12)
    np.testing.assert_allclose(out @ rest, centred @ rest, atol=1e-9)


@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 1000))
def test_few_rows_and_many_values(n_rows, dim, seed):
    """The mean vanishes, lengths and cosines of centred rows stay, and a value that nothing has is zero."""
    rows = np.random.default_rng(seed).standard_normal((n_rows, dim)).astype(np.float32)
    found = fitted([f"pca:{dim}"], rows)
    out, _ = found.chain.exact(rows)
    centred = rows - rows.mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(out @ out.T, centred @ centred.T, atol=1e-7)
    rank = min(n_rows - 1, dim)
    assert not out[:, rank:].any()
    assert len(found.warnings) == (rank < dim)


def test_a_large_mean_costs_no_digits():
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((500, 4)) + 1e7
    gathering = Gathering(4, True)
    for block in np.array_split(rows, 9):
        gathering.add(block)
    np.testing.assert_allclose(
        gathering.moments().covariance, np.cov(rows.T, bias=True), rtol=1e-7, atol=1e-9
    )


def test_directions_do_not_depend_on_how_rows_are_read():
    rows = rows_with_directions(50, 6)
    first, second = (fitted(["pca:6"], rows, size=size).chain(rows)[0] for size in (3, 50))
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_what_the_steps_do_is_told():
    rows = np.array([[3, 0, 0], [-3, 0, 0], [0, 1, 0], [0, -1, 0]], np.float32)
    assert fitted(["pca:1"], rows).notes == ("pca:1 keeps 90.0 % of the variance",)
    found = fitted(["all-but-the-top:1", "pca:3"], rows)
    assert found.notes[0] == "all-but-the-top:1 removes 90.0 % of the variance"
    assert found.warnings == ("pca:3: the vectors vary in only 1 direction: 2 values are zero in every row",)
    assert fitted(["center"], rows).notes == ()


def test_one_row_has_nothing_left_and_says_so():
    rows = np.array([[1, 2]], np.float32)
    found = fitted(["pca:2"], rows)
    assert found.chain(rows)[0].tolist() == [[0, 0]]
    assert found.warnings == ("pca:2: the vectors vary in only 0 directions: 2 values are zero in every row",)


def test_rows_without_length_stay_and_are_counted():
    rows = np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1]], np.float32)
    out, n_without_length = fitted(["unit-length"], rows).chain(rows)
    assert n_without_length == 3
    np.testing.assert_array_equal(out, np.array([[0.6, 0.8], [0, 0], [np.nan, 1], [np.inf, 1]], np.float32))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("steps", ["center", "unit-length pca:1"])
def test_a_row_that_is_not_finite_has_no_mean(value, steps):
    rows = np.ones((20, 2), np.float32)
    rows[13, 1] = value
    with pytest.raises(DataError, match=r"^file: the word b'w13' has a value that is not finite, so .* mean"):
        fitted(steps.split(), rows, "file")


def test_no_row_has_no_mean():
    with pytest.raises(DataError, match="there are no vectors, so center has no mean to subtract"):
        fitted(["center"], np.empty((0, 3), np.float32))
    assert fitted(["unit-length"], np.empty((0, 3), np.float32)).chain.dim == 3
