"""Makes the maps of a list of steps, from the mean and covariance of the rows."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.transform.chain import Affine, Chain, add_context, unit_length
from embtrain.transform.directions import Directions, principal_directions
from embtrain.transform.moments import Gathering, Matrix, Moments
from embtrain.transform.steps import ADD_CONTEXT, ALL_BUT_THE_TOP, CENTER, PCA, UNIT_LENGTH, Step
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

#: Blocks of rows, float32 [n, D], with their words.
Blocks = Generator[tuple[Vocabulary, NDArray[np.float32]], None, None]
#: Gives all rows in order, each time it is called.
Pass = Callable[[], Blocks]


@dataclass(frozen=True)
class Fitted:
    """The maps of some steps.

    Attributes:
        chain: maps rows as they are read.
        notes: what the user should know: the variance that is kept or removed.
        warnings: what may surprise: values that are zero in all rows.
    """

    chain: Chain
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def fit(name: str, steps: Sequence[Step], width: int, rows: Pass) -> Fitted:
    """Makes the maps of steps whose numbers are known (`embtrain.transform.steps.resolve`).

    Rows are read once for each mean that is not known (`embtrain.transform.steps.count_passes`).

    Args:
        name: name of the file, for messages.
        width: values per row; with add-context, those of a vector and its context vector.
        rows: the rows, float32 [n, width].

    Raises:
        DataError: a mean is needed, and there is no row, or a row that is not finite.
    """
    fitting = _Fitting(name, width, rows)
    for place, step in enumerate(steps):
        fitting.add(step, _needs_covariance(steps[place:]))
    return Fitted(fitting.chain, tuple(fitting.notes), tuple(fitting.warnings))


def _needs_covariance(steps: Sequence[Step]) -> bool:
    """Whether a step needs the covariance of the rows before the first, and not that of other rows."""
    for step in steps:
        if step.needs_covariance:
            return True
        if not step.is_affine:
            return False
    return False


class _Fitting:
    """The maps so far, and what is known about the rows that they give."""

    def __init__(self, name: str, width: int, rows: Pass) -> None:
        self.chain = Chain((), width)
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self._name = name
        self._rows = rows
        self._moments: Moments | None = None

    def add(self, step: Step, covariance: bool) -> None:
        """Adds a step; covariance says whether this or a later step needs it."""
        if step.name == ADD_CONTEXT:
            self.chain, self._moments = self.chain.then(add_context, self.chain.dim // 2), None
        elif step.name == UNIT_LENGTH:
            self.chain, self._moments = self.chain.then(unit_length, self.chain.dim), None
        else:
            moments = self._known(step, covariance)
            matrix = self._matrix(step, moments)
            shift = -moments.mean if matrix is None else -moments.mean @ matrix
            affine = Affine(matrix, shift)
            self._moments = affine.of_moments(moments)
            self.chain = self.chain.then(affine, len(shift))

    def _matrix(self, step: Step, moments: Moments) -> Matrix | None:
        """The matrix of a step for rows whose mean was subtracted; None is the identity."""
        if step.name == CENTER or not step.number or moments.covariance is None:
            return None
        directions = principal_directions(moments.covariance)
        kept = directions.vectors[:, : step.number]
        self._describe(step, directions)
        if step.name == PCA:
            return kept
        matrix: Matrix = np.eye(len(kept)) - kept @ kept.T
        return matrix

    def _describe(self, step: Step, directions: Directions) -> None:
        total = float(directions.variances.sum())
        if total > 0:
            share = float(directions.variances[: step.number].sum()) / total
            verb = "removes" if step.name == ALL_BUT_THE_TOP else "keeps"
            self.notes.append(f"{step} {verb} {100 * share:.1f} % of the variance")
        if step.name == PCA and step.number is not None and directions.rank < step.number:
            n_zero = step.number - directions.rank
            self.warnings.append(
                f"{step}: the vectors vary in only {counted(directions.rank, 'direction')}: "
                f"{counted(n_zero, 'value is', 'values are')} zero in every row"
            )

    def _known(self, step: Step, covariance: bool) -> Moments:
        """The moments of the rows so far, gathered if they are not known."""
        if self._moments is None:
            self._moments = self._gather(step, covariance)
        return self._moments

    def _gather(self, step: Step, covariance: bool) -> Moments:
        gathering = Gathering(self.chain.dim, covariance)
        with closing(self._rows()) as blocks:
            for words, vectors in blocks:
                rows, _ = self.chain.exact(vectors)
                self._check(step, words, rows)
                gathering.add(rows)
        if not gathering.n_rows:
            raise DataError(f"{self._name}: there are no vectors, so {step} has no mean to subtract")
        return gathering.moments()

    def _check(self, step: Step, words: Vocabulary, rows: Matrix) -> None:
        wrong = ~np.isfinite(rows).all(axis=1)
        if wrong.any():
            word = words.word_bytes(int(wrong.argmax()))[:60]
            raise DataError(
                f"{self._name}: the word {word!r} has a value that is not finite, so {step} has no mean to "
                "subtract; `embtrain check` lists such words: leave them out"
            )
