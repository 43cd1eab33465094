"""Describes how much of an evaluation set is covered, and why a set has no score."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import SetResult

#: Kind of set -> name of its items.
ITEMS = {"analogies": "question", "similarity": "pair", "categories": "word", "outliers": "test"}
_NOUNS = {**ITEMS, "typos": "typo"}


def covered(kind: str, n_covered: int, n_items: int) -> str:
    """'22 of 353 pairs'."""
    return f"{n_covered:,} of {counted(n_items, _NOUNS[kind])}"


def unscored(results: Sequence["SetResult"]) -> list[tuple["SetResult", str]]:
    """The sets without a score, each with the reason."""
    without = (result for result in results if all(score.value is None for score in result.scores))
    return [(result, f"{result.name}: {_reason(result)}") for result in without]


def _reason(result: "SetResult") -> str:
    if result.kind == "typos" and not result.n_items:
        return "no word of four letters or more that can be misspelt"
    what = f"{covered(result.kind, result.n_covered, result.n_items)} covered"
    if result.kind == "similarity" and result.n_covered == 1:
        return f"{what}, a correlation needs at least two"
    if result.kind == "similarity" and result.n_covered:
        return f"{what}, but all their scores or all their cosines are equal: no correlation"
    return what
