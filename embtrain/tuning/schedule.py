"""How a search divides its budget: parts of the text for choosing, all of it for confirming."""

from dataclasses import dataclass
from typing import Final

#: Share of the time left after the calibration that is for choosing; the rest confirms.
_CHOOSING: Final = 0.55
#: Most of that time that trainings of the defaults with all seeds may take.
_DEFAULTS: Final = 0.3
#: A candidate trains so much longer than the defaults, on average over the usual space.
_USUAL_COST: Final = 8.0
#: Candidates that the first part is made small for.
_ENOUGH: Final = 24
#: The smallest part is 1/8: what is best on less says little about the whole.
_MOST_HALVINGS: Final = 3
#: Share of the time for choosing that the first of several rounds has.
_FIRST: Final = 0.5
#: Seeds that a candidate needs before it can be chosen.
MIN_SEEDS: Final = 2


@dataclass(frozen=True)
class Schedule:
    """The plan of a search.

    Attributes:
        parts: of the text, one for each round of choosing, each twice as large as the one before.
        shares: seconds for each of these rounds.
        most: seconds that a trial on all of the text may take: so long that it can be confirmed.
        seeds: trainings of the defaults and of each candidate that is confirmed.
    """

    parts: tuple[float, ...]
    shares: tuple[float, ...]
    most: float
    seeds: int

    @property
    def min_seeds(self) -> int:
        """Trials on all of the text that a candidate needs."""
        return min(MIN_SEEDS, self.seeds)


def make_schedule(seconds: float, left: float, seeds: int) -> Schedule | None:
    """Divides the time.

    Args:
        seconds: that one trial of the defaults on all of the text takes.
        left: seconds of the budget that are left.
        seeds: that the user asks for; fewer if their trainings would take too much of the time.

    Returns:
        None if not even one trial of the defaults fits.
    """
    affordable = min(seeds, int(_DEFAULTS * left / seconds))
    if affordable < 1:
        if seconds > left / 2:
            return None
        affordable = 1
    choosing = _CHOOSING * left
    confirming = left - choosing - affordable * seconds
    most = confirming / min(MIN_SEEDS, affordable)
    for halvings in range(_MOST_HALVINGS + 1):
        parts = tuple(0.5**power for power in range(halvings, 0, -1)) or (1.0,)
        first = choosing * (_FIRST if len(parts) > 1 else 1.0)
        if first >= _ENOUGH * _USUAL_COST * seconds * parts[0]:
            break
    others = len(parts) - 1
    shares = (first, *[(choosing - first) / max(others, 1)] * others)
    return Schedule(parts, shares, most, affordable)
