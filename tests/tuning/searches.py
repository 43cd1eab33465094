"""Searches without trainings: a clock that is told how time passes, and trials whose scores are known."""

import math
import random
from dataclasses import dataclass, field

import msgspec

from embtrain.tuning.halving import Halving, Limits
from embtrain.tuning.journal import Journal
from embtrain.tuning.schedule import make_schedule
from embtrain.tuning.space import make_space
from embtrain.tuning.trial import TOO_SLOW, Trial

#: What values of options add to the score, and by what they multiply the time.
GAINS = {("dim", 300): 0.05, ("subwords", "4-6"): 0.2, ("epochs", 15): 0.03, ("sample", 1e-4): -0.1}
COSTS = {
    ("window", 2): 0.5,
    ("dim", 300): 2.5,
    ("dim", 200): 1.8,
    ("subwords", "4-6"): 2.0,
    ("epochs", 15): 3.0,
    ("epochs", 10): 2.0,
}


class FakeClock:
    """A clock on which only trials take time."""

    def __init__(self, budget):
        self.budget, self.spent = budget, 0.0

    @property
    def left(self):
        return self.budget - self.spent

    def replay(self, spent):
        self.spent = max(self.spent, spent)

    def go_on(self):
        pass


@dataclass
class FakeMaker:
    """Makes trials of known candidates.

    Attributes:
        seconds: of the defaults on all of the text.
        noise: standard deviation of scores.
        held_out: turns a score into that on the held-out half.
        fails: names of options with which a trial fails, and their values.
    """

    clock: FakeClock
    seconds: float = 10.0
    noise: float = 0.005
    held_out: object = staticmethod(lambda options, score: score)
    fails: tuple = ()
    made: list = field(default_factory=list)

    def train(self, candidate, part, seed, most, left):
        options = candidate.options
        self.made.append((candidate.key, part, seed))
        expected = self.seconds * part * math.prod(COSTS.get(one, 1.0) for one in options.items())
        most = min(most, left)
        took = expected if expected <= most else min(0.5, left)
        self.clock.spent += took
        trial = Trial(
            options=options, part=part, seed=seed, seconds=took, train_seconds=took, expected=expected
        )
        if expected > most:
            return msgspec.structs.replace(trial, failure=TOO_SLOW)
        if any(one in options.items() for one in self.fails):
            return msgspec.structs.replace(trial, failure="diverged")
        noise = random.Random(f"{candidate.key} {part} {seed}").gauss(0, self.noise)
        score = 0.3 + 0.1 * part + sum(GAINS.get(one, 0.0) for one in options.items()) + noise
        held_out = {"set": self.held_out(options, score)} if part == 1 else {}
        return msgspec.structs.replace(trial, scores={"set": score}, held_out=held_out)


def search(maker, entries=(), candidates=100, seeds=3, most=math.inf, tried=None, fixed=None):
    """A search of the usual space that has run, its space, its schedule, its limits and what it kept."""
    clock, kept = maker.clock, []
    space = make_space(tried or {}, fixed or {})
    journal = Journal(maker, clock, kept.append, list(entries))
    schedule = make_schedule(journal.calibration(lambda: maker.seconds), clock.left, seeds)
    limits = Limits(candidates, most, 1)
    found = Halving(space, journal, clock, schedule, limits, lambda *_: None)
    found.run()
    return found, space, schedule, limits, kept
