"""Means, their differences, and effects of options, with 95 % intervals."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

#: Student's t at 0.975 for 1 to 10 degrees of freedom.
_STUDENT: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_NORMAL: Final = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    Attributes:
        value: the number.
        margin: half the width of the interval; None if it cannot be known.
    """

    value: float
    margin: float | None

    @property
    def is_noise(self) -> bool:
        """Whether the interval holds 0, or is unknown."""
        return self.margin is None or abs(self.value) <= self.margin


def student(freedom: int) -> float:
    """Student's t at 0.975; above 10 degrees of freedom by expansion (Abramowitz and Stegun 26.7.5)."""
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    z = _NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2


def pooled(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """The standard deviation within groups, and its degrees of freedom (0 if no group has two values)."""
    freedom = sum(len(group) - 1 for group in groups if group)
    squares = sum(float(np.var(group)) * len(group) for group in groups if group)
    return (math.sqrt(squares / freedom) if freedom else math.nan), freedom


def difference(
    one: Sequence[float], other: Sequence[float], groups: Sequence[Sequence[float]] = ()
) -> Estimate:
    """The mean of `one` less that of `other`; the noise is that within them and `groups`, pooled."""
    deviation, freedom = pooled(list(groups) or [one, other])
    value = float(np.mean(one) - np.mean(other))
    if not freedom:
        return Estimate(value, None)
    return Estimate(value, student(freedom) * deviation * math.sqrt(1 / len(one) + 1 / len(other)))


@dataclass(frozen=True)
class Effects:
    """Effects of values in a model in which those of different options add up.

    Attributes:
        base: what the model says where no value has an effect.
        of: (option, value) -> its effect against the option's first value.
    """

    base: float
    of: Mapping[Hashable, Estimate]

    def predict(self, values: Sequence[Hashable]) -> float:
        """What the model says of a candidate with these values."""
        return self.base + sum(self.of[one].value for one in values if one in self.of)


def fit(rows: Sequence[Sequence[Hashable]], found: Sequence[float]) -> Effects:
    """Fits the effects by least squares.

    The intervals come from what the model leaves unexplained: the noise of seeds, and what options do only
    together. An effect that the rows cannot tell from others has no margin.

    Args:
        rows: for each trial, its (option, value) other than the first values of options.
        found: for each trial, the number to explain.
    """
    names = sorted({name for row in rows for name in row}, key=str)
    design = np.array([[1.0, *(name in row for name in names)] for row in rows], np.float64)
    inverse = np.linalg.pinv(design)
    estimates = inverse @ np.asarray(found, np.float64)
    freedom = len(rows) - int(np.linalg.matrix_rank(design))
    residual = np.asarray(found) - design @ estimates
    variance = float(residual @ residual) / freedom if freedom > 0 else math.nan
    margins = np.sqrt(variance * (inverse**2).sum(axis=1))
    known = np.isclose(np.diag(inverse @ design), 1)
    of = {
        name: Estimate(
            float(estimates[place]),
            student(freedom) * float(margins[place]) if freedom > 0 and known[place] else None,
        )
        for place, name in enumerate(names, 1)
    }
    return Effects(float(estimates[0]), of)
