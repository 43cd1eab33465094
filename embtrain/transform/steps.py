"""The steps of a transformation as users write them: NAME or NAME:NUMBER. It does not import numpy."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from embtrain.errors import UsageError
from embtrain.wording import counted, joined

CENTER: Final = "center"
ALL_BUT_THE_TOP: Final = "all-but-the-top"
PCA: Final = "pca"
UNIT_LENGTH: Final = "unit-length"
ADD_CONTEXT: Final = "add-context"

#: Name of a step -> the letter that stands for its number; "[:K]" may be left out.
STEPS: Final = {CENTER: "", ALL_BUT_THE_TOP: "[:K]", PCA: ":N", UNIT_LENGTH: "", ADD_CONTEXT: ""}
#: What the steps of a command are called in messages.
SHOWN: Final = tuple(name + number for name, number in STEPS.items())
#: Values per direction that is removed, if no number is given, as Mu et al. (2018) advise.
_VALUES_PER_DIRECTION: Final = 100


class Step(NamedTuple):
    """One step.

    Attributes:
        name: one of STEPS.
        number: directions to remove or to keep; None if the step has no number, or the usual one.
    """

    name: str
    number: int | None = None

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}:{self.number}"

    @property
    def needs_covariance(self) -> bool:
        """Whether the step depends on the covariance of the rows."""
        return self.name in (ALL_BUT_THE_TOP, PCA) and self.number != 0

    @property
    def is_affine(self) -> bool:
        """Whether the step subtracts the mean and multiplies by a matrix, so that it depends on the mean."""
        return self.name in (CENTER, ALL_BUT_THE_TOP, PCA)


def parse_steps(texts: Iterable[str]) -> tuple[Step, ...]:
    """Reads steps.

    Raises UsageError if there is none, one is unknown or lacks its number, or add-context is not the first.
    """
    steps = tuple(map(_parse, texts))
    if not steps:
        raise UsageError(f"no step: name one or more of {joined(SHOWN, 'or')}")
    for place, step in enumerate(steps):
        if step.name == ADD_CONTEXT and place:
            raise UsageError(
                f"{ADD_CONTEXT} comes after {steps[place - 1]}: put it first, because context vectors are "
                "added to the vectors as they are"
            )
    return steps


def _parse(text: str) -> Step:
    name, colon, digits = text.partition(":")
    if name not in STEPS:
        raise UsageError(f"{text!r} is not a step: {_hint(name)}")
    number = STEPS[name]
    if not colon and not number.startswith(":"):
        return Step(name)
    if not number:
        raise UsageError(f"{text!r}: {name} takes no number")
    least = 1 if name == PCA else 0
    if not (digits.isascii() and digits.isdecimal() and int(digits[:20]) >= least):
        found = f"found {digits!r}" if colon else "found none"
        raise UsageError(f"{text!r}: expected {name}:NUMBER, a whole number from {least} on, {found}")
    return Step(name, int(digits[:20]))


def _hint(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("_", "-"), STEPS, 1)
    return f"did you mean {near[0] + STEPS[near[0]]}?" if near else f"there are {joined(SHOWN)}"


def resolve(steps: Sequence[Step], dim: int) -> tuple[tuple[Step, ...], int]:
    """Steps for vectors of D values with their usual numbers filled in, and the values that result.

    Raises UsageError if a step wants more directions than there are.
    """
    found = []
    for step in steps:
        if step.name == ALL_BUT_THE_TOP and step.number is None:
            step = Step(step.name, min(dim - 1, max(1, round(dim / _VALUES_PER_DIRECTION))))
        if step.name == ALL_BUT_THE_TOP and (step.number or 0) >= dim:
            raise UsageError(
                f"{step}: the vectors have only {counted(dim, 'value')}, so nothing would be left"
            )
        if step.name == PCA:
            if (step.number or 0) > dim:
                raise UsageError(f"{step}: the vectors have only {counted(dim, 'value')}")
            dim = step.number or dim
        found.append(step)
    return tuple(found), dim


def count_passes(steps: Sequence[Step]) -> int:
    """How often the rows must be read before they can be written: once for each mean that is not known.

    A mean and a covariance stay known through steps that are affine, but not through unit length.
    """
    n_passes, is_known = 0, False
    for step in steps:
        n_passes += step.is_affine and not is_known
        is_known = step.is_affine
    return n_passes
