"""Trials that a search makes or, after an interrupt, remembers."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from embtrain.tuning.clock import Clock
from embtrain.tuning.space import Candidate
from embtrain.tuning.trial import Trial


class Calibrated(msgspec.Struct, frozen=True, kw_only=True, tag="calibration"):
    """What the calibration of a search has measured.

    Attributes:
        seconds: that one training of the defaults on all of the text takes, with its scores.
        spent: seconds of the search at its end.
    """

    seconds: float
    spent: float


Entry = Calibrated | Trial


class TrialMaker(Protocol):
    """Makes trials, as `embtrain.tuning.trial.Trainer` does."""

    def train(self, candidate: Candidate, part: float, seed: int, most: float, left: float) -> Trial:
        """Trains a candidate for `most` seconds at most, and scores it, all within the `left` seconds."""


class Journal:
    """Gives a trial from what an earlier run has kept, or makes and keeps it.

    Args:
        maker: makes trials.
        clock: of the search.
        keep: keeps an entry on disk.
        entries: of earlier runs, in their order.
    """

    def __init__(
        self, maker: TrialMaker, clock: Clock, keep: Callable[[Entry], None], entries: list[Entry]
    ) -> None:
        self._maker, self._clock, self._keep = maker, clock, keep
        self.calibrated = next((one for one in entries if isinstance(one, Calibrated)), None)
        self._known = {_key(one): one for one in entries if isinstance(one, Trial)}
        self.trials: list[Trial] = []

    def calibration(self, measure: Callable[[], float]) -> float:
        """Seconds of one training of the defaults, measured unless they are known."""
        if self.calibrated is None:
            self._clock.go_on()
            self.calibrated = Calibrated(seconds=measure(), spent=self._clock.spent)
            self._keep(self.calibrated)
        return self.calibrated.seconds

    def trial(self, candidate: Candidate, part: float, seed: int, most: float, left: float) -> Trial:
        """A trial of a candidate; a new one has the seconds of `TrialMaker.train`."""
        found = self._known.get(_key(Trial(options=candidate.options, part=part, seed=seed)))
        if found is None:
            self._clock.go_on()
            made = self._maker.train(candidate, part, seed, most, left)
            found = msgspec.structs.replace(made, spent=self._clock.spent)
            self._known[_key(found)] = found
            self._keep(found)
        else:
            self._clock.replay(found.spent)
        if found not in self.trials:
            self.trials.append(found)
        return found

    def knows(self, candidate: Candidate, part: float, seed: int) -> bool:
        """Whether a trial needs no time."""
        return _key(Trial(options=candidate.options, part=part, seed=seed)) in self._known


def _key(trial: Trial) -> bytes:
    return msgspec.json.encode([sorted(trial.options.items()), trial.part, trial.seed])
