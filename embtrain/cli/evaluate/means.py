"""Means and standard deviations of scores over several files, such as runs with several seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import SetResult


@dataclass(frozen=True)
class ScoreMean:
    """One measure of several files.

    Attributes:
        set, kind, part, measure: as of a score.
        n_files: number of files that have the score.
        mean: of them; None if none has it.
        sd: standard deviation of a sample (divided by n - 1); None for fewer than two.
        covered: least and greatest number of covered items.
        items: number of items.
    """

    set: str
    kind: str
    part: str
    measure: str
    n_files: int
    mean: float | None
    sd: float | None
    covered: tuple[int, int]
    items: int

    def as_record(self) -> dict[str, Any]:
        """What JSON holds."""
        return asdict(self)


def means_of(results: Sequence[Sequence["SetResult"]]) -> Iterator[ScoreMean]:
    """The mean of each score.

    Args:
        results: of each file; all files have the same sets.
    """
    for same_set in zip(*results, strict=True):
        for scores in zip(*(result.scores for result in same_set), strict=True):
            values = [score.value for score in scores if score.value is not None]
            covered = [score.n_covered for score in scores]
            yield ScoreMean(
                same_set[0].name,
                same_set[0].kind,
                scores[0].part,
                scores[0].measure,
                len(values),
                fmean(values) if values else None,
                stdev(values) if len(values) > 1 else None,
                (min(covered), max(covered)),
                max(score.n_items for score in scores),
            )
