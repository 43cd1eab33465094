"""Chooses the recipe by one half of the sets, and says what the held-out half thinks of it."""

from dataclasses import dataclass

from embtrain.tuning.halving import Halving, Limits
from embtrain.tuning.rounds import Round
from embtrain.tuning.space import Candidate
from embtrain.tuning.statistics import Estimate, difference
from embtrain.tuning.trial import Trial


@dataclass(frozen=True)
class Confirmed:
    """A candidate that was trained on all of the text.

    Attributes:
        candidate: its values.
        trials: one for each seed.
        gain: its score less that of the defaults, on the half to choose by.
        held_out: the same on the held-out half.
    """

    candidate: Candidate
    trials: tuple[Trial, ...]
    gain: Estimate
    held_out: Estimate

    @property
    def train_seconds(self) -> float:
        """Seconds of training, the mean over seeds."""
        return sum(one.train_seconds for one in self.trials) / len(self.trials)

    def scores(self, name: str) -> tuple[float, float]:
        """The means over seeds of the scores on a set: half to choose by, held-out half."""
        number = len(self.trials)
        return (
            sum(one.scores[name] for one in self.trials) / number,
            sum(one.held_out[name] for one in self.trials) / number,
        )


@dataclass(frozen=True)
class Decision:
    """The result of a search.

    Attributes:
        defaults, winner: the candidate to compare with, and the one for the recipe.
        confirmed: candidates that were trained on all of the text, the defaults first, then the best.
        is_better: whether the winner beats the defaults by more than the noise, on the half to choose by.
    """

    defaults: Candidate
    winner: Candidate
    confirmed: tuple[Confirmed, ...]
    is_better: bool

    def of(self, candidate: Candidate) -> Confirmed | None:
        """What was confirmed of a candidate."""
        return next((one for one in self.confirmed if one.candidate == candidate), None)


def decide(search: Halving, defaults: Candidate, min_seeds: int, limits: Limits) -> Decision:
    """Chooses between the defaults and what was confirmed.

    The winner has the best mean on the half to choose by, of candidates with `min_seeds` trials, if any has
    so many. The defaults stay where none beats them by more than the noise, unless they train for longer than
    the user allows. The held-out half is not looked at.
    """
    final = search.final
    confirmed = confirm(final, defaults)
    able = [one for one in confirmed[1:] if one.train_seconds <= limits.train_seconds]
    # Where time was short, one seed must do: the noise is known from the seeds of the others.
    able = [one for one in able if len(one.trials) >= min_seeds] or able
    best = max(able, key=lambda one: one.gain.value, default=None)
    if best is None:
        return Decision(defaults, defaults, confirmed, False)
    is_better = not best.gain.is_noise and best.gain.value > 0
    is_too_slow = final.train_seconds(defaults) > limits.train_seconds
    winner = best.candidate if is_better or is_too_slow else defaults
    return Decision(defaults, winner, confirmed, is_better)


def confirm(final: Round, defaults: Candidate) -> tuple[Confirmed, ...]:
    """All candidates of the last round, the defaults first, then the best; none without the defaults."""
    usual = _finished(final, defaults)
    if not usual:
        return ()
    others = {one: trials for one in final.ranking() if one != defaults and (trials := _finished(final, one))}
    groups = [usual, *others.values()]
    found = []
    for candidate, trials in {defaults: usual, **others}.items():
        gains = [
            difference(score(trials), score(usual), [score(group) for group in groups])
            for score in (_scores, _held_out)
        ]
        found.append(Confirmed(candidate, tuple(trials), *gains))
    return tuple(found)


def _scores(trials: list[Trial]) -> list[float]:
    return [one.score for one in trials]


def _held_out(trials: list[Trial]) -> list[float]:
    return [one.held_out_score for one in trials]


def _finished(final: Round, candidate: Candidate) -> list[Trial]:
    return [one for one in final.trials.get(candidate, ()) if one.failure is None]
