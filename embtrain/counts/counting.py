"""What is counted, and what a pair of words counts."""

import math
from dataclasses import dataclass
from typing import Final

from embtrain.wording import counted

#: Widest window that can be counted.
MAX_WINDOW: Final = 1000
#: Up to this window, 1 / d is a whole number of units for every distance d.
_EXACT_WINDOW: Final = 20
_UNITS_OF_WIDE_WINDOWS: Final = 1 << 32


@dataclass(frozen=True)
class Counting:
    """What is counted, and what a pair of words counts.

    Attributes:
        window: the largest distance of a pair.
        symmetric: whether a row counts the words on both sides of its word, or only those that follow it.
        distance_weighting: whether a pair at distance d counts 1 / d, or 1.
    """

    window: int = 10
    symmetric: bool = True
    distance_weighting: bool = True

    @property
    def units(self) -> int:
        """Units in a count of 1. Stored counts are whole numbers of units, so their sums are exact.

        With distance weighting this is lcm(1, ..., window), or 2^32 for windows above 20, where each 1 / d is
        rounded to the nearest unit.
        """
        if not self.distance_weighting:
            return 1
        if self.window > _EXACT_WINDOW:
            return _UNITS_OF_WIDE_WINDOWS
        return math.lcm(*range(1, self.window + 1))

    def weights(self) -> list[int]:
        """What a pair counts in units, by distance from 1 to the window."""
        distances = range(1, self.window + 1)
        if not self.distance_weighting:
            return [1 for _ in distances]
        return [(self.units + distance // 2) // distance for distance in distances]

    @property
    def reach(self) -> int:
        """How many words an occurrence of a word is counted with, at most."""
        return self.window * (2 if self.symmetric else 1)

    def describe(self) -> str:
        """Returns a text such as 'both sides within 10 words, weighted by distance'."""
        sides = "both sides" if self.symmetric else "the words that follow"
        weights = "weighted by distance" if self.distance_weighting else "unweighted"
        return f"{sides} within {counted(self.window, 'word')}, {weights}"
