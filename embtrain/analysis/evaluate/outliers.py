"""Outlier detection (Camacho-Collados and Navigli 2016): which word does not belong with the others?"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.category_sets import OutlierSet
from embtrain.analysis.evaluate.lookup import SetLookup
from embtrain.floats import unit_rows_or_zeros


class OutlierTask:
    """Tests prepared for a vocabulary: each outlier of a group against its known members.

    Attributes:
        covered: int64 [n], numbers of the tests whose outlier and at least two members are known.
        composed: int64 [m], those of them with a word whose vector is composed from n-grams.
        n_tests: number of tests, covered or not.
    """

    def __init__(self, groups: OutlierSet, lookup: SetLookup) -> None:
        tests = list(_tests(groups, lookup))
        self.n_tests = len(tests)
        self.covered = np.array([i for i, rows in enumerate(tests) if rows is not None], np.int64)
        self._tests = [rows for rows in tests if rows is not None]
        composed = [bool((rows >= lookup.n_rows).any()) for rows in self._tests]
        self.composed = self.covered[np.array(composed, bool)]
        self._lookup = lookup

    def positions(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """The outlier's position in each covered test, float64 [n] from 0 to 1; 1 if it is found.

        Words are ordered by their mean cosine with the others. The position is the share of members that fit
        better than the outlier; a member that fits equally well does not count.
        """
        return np.array([_position(self._lookup.take(vectors, rows)) for rows in self._tests])


def _tests(groups: OutlierSet, lookup: SetLookup) -> Iterator[NDArray[np.int64] | None]:
    """Rows of a group's known members and, last, of one of its outliers; None if that is not covered."""
    for group in groups.groups:
        members = [lookup.row(word) for word in group.members if word in lookup]
        for word in group.outliers:
            is_covered = word in lookup and len(members) >= 2
            yield np.array([*members, lookup.row(word)], np.int64) if is_covered else None


def _position(vectors: NDArray[np.float32]) -> float:
    units = unit_rows_or_zeros(vectors)
    fit = (units @ units.T).sum(axis=1) - np.square(units).sum(axis=1)
    return float((fit[:-1] > fit[-1]).mean())
