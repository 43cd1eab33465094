"""Trials of one part of the text: what they say about candidates, and which candidate to try next."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from embtrain.tuning.space import Candidate, Space
from embtrain.tuning.statistics import Effects, fit
from embtrain.tuning.trial import Trial

#: An option and a value of it.
Choice = tuple[str, object]


@dataclass
class Round:
    """Trials of candidates on the same part of the text.

    Attributes:
        space: the candidates'.
        part: of the text.
        trials: those of each candidate, in the order of the candidates.
    """

    space: Space
    part: float
    trials: dict[Candidate, list[Trial]] = field(default_factory=dict)

    def add(self, candidate: Candidate, trial: Trial) -> None:
        """Adds a trial."""
        self.trials.setdefault(candidate, []).append(trial)

    def scores(self, candidate: Candidate) -> list[float]:
        """The scores of a candidate, one for each seed that did not fail."""
        return [one.score for one in self.trials.get(candidate, ()) if one.failure is None]

    def score(self, candidate: Candidate) -> float:
        """Their mean; -inf without any."""
        found = self.scores(candidate)
        return sum(found) / len(found) if found else -math.inf

    def seconds(self, candidate: Candidate, part: float = 1.0) -> float:
        """A trial of a candidate should take so long on a part of the text; inf if there is none to tell.

        Only training takes longer on more text: preparation and scores are about words.
        """
        found = [one for one in self.trials.get(candidate, ()) if one.failure is None]
        return max(
            (one.seconds + one.train_seconds * (part / self.part - 1) for one in found), default=math.inf
        )

    def train_seconds(self, candidate: Candidate) -> float:
        """The same of training alone, on all of the text; the mean."""
        found = [one.train_seconds for one in self.trials.get(candidate, ()) if one.failure is None]
        return sum(found) / len(found) / self.part if found else math.inf

    def ranking(self) -> list[Candidate]:
        """Candidates that did not fail, the best first."""
        return sorted((one for one in self.trials if self.scores(one)), key=self.score, reverse=True)

    def gains(self) -> Effects:
        """Effects of values on the score."""
        known = [one for one in self._rows() if one[1].failure is None]
        return fit([row for row, _ in known], [one.score for _, one in known])

    def costs(self) -> Effects:
        """Effects of values on the logarithm of the seconds of training, also where they were too many."""
        known = [one for one in self._rows() if one[1].expected > 0]
        return fit([row for row, _ in known], [math.log(one.expected) for _, one in known])

    def _rows(self) -> list[tuple[list[Choice], Trial]]:
        """Each trial, with the values of its candidate."""
        return [
            (choices(self.space, candidate), one)
            for candidate, trials in self.trials.items()
            for one in trials
        ]

    def proposal(self, most: float) -> Candidate | None:
        """The untried candidate that should be best if the effects of values add up.

        Args:
            most: seconds that its training may take, as far as the effects on time tell.
        """
        gains, costs = self.gains(), self.costs()
        near = [one for one in self._near_the_best(gains) if one not in self.trials]
        near = [one for one in near if self.expected(one, costs) <= most]
        return max(near, key=lambda one: self._predict(gains, one), default=None)

    def expected(self, candidate: Candidate, costs: Effects) -> float:
        """Seconds that the training of a candidate should take, by `costs`."""
        return math.exp(self._predict(costs, candidate))

    def _predict(self, effects: Effects, candidate: Candidate) -> float:
        return effects.predict(choices(self.space, candidate))

    def _near_the_best(self, gains: Effects) -> Iterator[Candidate]:
        """Candidates of the best values, but for at most two options."""
        values = self.space.values
        best = {
            name: max(some, key=lambda value: _effect(gains, name, value)) for name, some in values.items()
        }
        for changed in _subsets(list(values)):
            pending = [best]
            for name in changed:
                pending = [one | {name: value} for one in pending for value in values[name]]
            yield from map(self.space.candidate, pending)


def choices(space: Space, candidate: Candidate) -> list[Choice]:
    """The values of a candidate other than the first ones."""
    return [(name, value) for name, value in candidate.values if value != space.values[name][0]]


def _effect(effects: Effects, name: str, value: object) -> float:
    found = effects.of.get((name, value))
    return 0.0 if found is None else found.value


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """No name, each name, each two of them."""
    for size in range(3):
        yield from combinations(names, size)
