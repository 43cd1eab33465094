"""The state of a running epoch."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from embtrain.training.objectives.base import Counters

#: Kernels sum the loss in units of 1 / LOSS_UNITS: sums of integers do not depend on where steps end.
LOSS_UNITS: Final = 2**24


@dataclass
class Progress:
    """State of a running epoch.

    Attributes:
        epoch: from 1.
        counters: what is counted.
        counts: the counts of this epoch by name; None for what the backend does not count.
        loss_units: sum of the loss in this epoch, in units of 1 / LOSS_UNITS.
        seconds: duration of this epoch so far.
        done: units read in all epochs.
        lr: learning rate.
        scores: results of an evaluation after the epoch, by name.
        coverage: covered items and all items of each score, by name.
    """

    epoch: int
    counters: "Counters"
    counts: dict[str, int | None] = field(default_factory=dict)
    loss_units: int = 0
    seconds: float = 0.0
    done: int = 0
    lr: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    coverage: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A copy, because a state that a caller keeps must not change with this one.
        self.counts = {name: self.counts.get(name, 0) for name in self.counters.names}

    def __getattr__(self, name: str) -> int:
        """A count by its name, such as `words` or `pairs`; 0 if the backend does not count it."""
        counts: dict[str, int | None] = self.__dict__.get("counts", {})
        if name not in counts:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute {name!r}")
        return counts[name] or 0

    def add(self, counts: dict[str, int]) -> None:
        """Adds the counts of a step."""
        for name, count in counts.items():
            self.counts[name] = (self.counts[name] or 0) + count

    def count(self, counts: dict[str, int], loss_units: int, units: int) -> None:
        """Adds what a step has counted: its loss, in units of 1 / LOSS_UNITS, and the units that it read."""
        self.add(counts)
        self.loss_units += loss_units
        self.done += units

    @property
    def units(self) -> int:
        """Units (words) read in this epoch."""
        return self.counts[self.counters.unit] or 0

    @property
    def terms(self) -> int:
        """Terms of the loss (pairs) in this epoch; 0 if the backend does not count them."""
        return self.counts[self.counters.terms] or 0

    @property
    def counts_terms(self) -> bool:
        """Whether the backend reports the terms and their loss."""
        return self.counts[self.counters.terms] is not None

    @property
    def loss(self) -> float:
        """Mean loss per term of this epoch so far, NaN before the first."""
        return self.loss_units / LOSS_UNITS / self.terms if self.terms else math.nan

    def as_record(self) -> dict[str, Any]:
        """The epoch's record in the metadata; without times, so that equal runs give equal files."""
        loss = self.loss if self.terms else None
        scores: dict[str, Any] = {"scores": dict(self.scores)} if self.scores else {}
        if self.coverage:
            scores["coverage"] = {
                name: {"covered": covered, "items": items} for name, (covered, items) in self.coverage.items()
            }
        return {"epoch": self.epoch} | self.counts | {"loss": loss} | scores
