"""How often a training is kept: by time, by words or by epochs."""

import re
from dataclasses import dataclass
from typing import Final

_SECONDS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600}
_FORM: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|words?|epochs?)", re.ASCII)
#: Used unless the user chooses.
DEFAULT: Final = "10m"


@dataclass(frozen=True)
class Interval:
    """The least distance from one checkpoint to the next.

    Attributes:
        seconds, units, epochs: the distance; two of them are infinite.
    """

    seconds: float = float("inf")
    units: float = float("inf")
    epochs: float = float("inf")

    def is_over(self, seconds: float, units: int, epochs: int) -> bool:
        """Whether so much has passed since the last checkpoint."""
        return seconds >= self.seconds or units >= self.units or epochs >= self.epochs


def parse_interval(text: str) -> Interval:
    """Parses a number with its unit: 30s, 10m, 2h, 50000000words (for GloVe records) or 1epoch.

    Raises ValueError.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        raise ValueError(
            f"{text[:40]!r} is not an interval; expected a number above 0 and s, m, h, words or epochs, such "
            "as 30s, 10m or 1epoch"
        )
    amount, unit = float(found[1]), found[2]
    if unit in _SECONDS:
        return Interval(seconds=amount * _SECONDS[unit])
    return Interval(units=amount) if unit.startswith("word") else Interval(epochs=amount)
