"""Successive halving: many candidates on a small part of the text, the better half on twice as much, ...

Successive halving: Jamieson and Talwalkar 2016. A part of the text ranks candidates better than few epochs on
all of it would: the number of epochs is one of the options, and the learning rate falls over all of them. The
words are those of the whole text, so that the same questions are asked of every part. Still, less text
favours more epochs and smaller vectors; that is why the last rounds are on more text, and the choice is made
on all of it.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

from embtrain.tuning.clock import Clock
from embtrain.tuning.journal import Journal
from embtrain.tuning.rounds import Round
from embtrain.tuning.schedule import Schedule
from embtrain.tuning.space import Candidate, Space
from embtrain.tuning.trial import TOO_SLOW, Trial

#: After the single changes, one in so many candidates is drawn; the others are proposed by what trials show.
_DRAWN: Final = 3
#: Draws that are looked at for one that is fast enough.
_DRAWS: Final = 100
#: Share of the time of the first round that the epochs of one of its trials may take.
_LONGEST: Final = 0.06
#: Candidates that are confirmed at most, besides the defaults.
_FINALISTS: Final = 3
#: Seconds kept for writing the results.
_RESERVE: Final = 1.0


@dataclass(frozen=True)
class Limits:
    """What the user limits.

    Attributes:
        candidates: number of candidates, with the defaults.
        train_seconds: of a training on all of the text; infinite for no limit.
        seed: the first seed of trainings, and that of the draws.
    """

    candidates: int
    train_seconds: float = math.inf
    seed: int = 1


class Halving:
    """One search.

    Args:
        space: what to try.
        journal: makes trials.
        clock: counts the budget.
        schedule: how to divide it.
        tell: called after each new trial with its round, candidate and trial.

    Attributes:
        rounds: those of choosing.
        final: that on all of the text, with several seeds.
        slow: candidates that were left out because their trainings would take too long.
    """

    def __init__(
        self,
        space: Space,
        journal: Journal,
        clock: Clock,
        schedule: Schedule,
        limits: Limits,
        tell: Callable[[Round, Candidate, Trial], None],
    ) -> None:
        self._space, self._journal, self._clock = space, journal, clock
        self._schedule, self._limits, self._tell = schedule, limits, tell
        self.rounds = [Round(space, part) for part in schedule.parts]
        self.final = Round(space, 1.0)
        self.slow: set[Candidate] = set()

    def run(self) -> None:
        """Searches until the budget or the candidates are used up."""
        done = self.rounds[:1]
        self._explore(done[0], self._schedule.shares[0])
        for now, share in zip(self.rounds[1:], self._schedule.shares[1:], strict=True):
            self._halve(done[-1], now, share)
            if self._able(now):
                done.append(now)
        self._confirm(done)

    def _explore(self, now: Round, share: float) -> None:
        """The first round: one change at a time, then what these propose, and now and then a draw."""
        end = self._clock.spent + share
        most = min(self._schedule.most * now.part, share * _LONGEST)
        self._train_defaults(now, self._schedule.seeds)
        usual = now.seconds(self._space.defaults, now.part)
        began, number = self._clock.spent, 1
        for candidate in self._candidates(now, most):
            typical = (self._clock.spent - began) / (number - 1) if number > 1 else usual
            if number == self._limits.candidates or self._clock.spent + typical > end:
                break
            self._train(now, candidate, self._limits.seed, most)
            number += 1

    def _candidates(self, now: Round, most: float) -> Iterator[Candidate]:
        """Candidates to try next; those that the trials so far propose train within `most` seconds."""
        yield from self._space.single_changes()
        draws = self._space.draw(self._limits.seed)
        for turn in count(1):
            fast = min(most, self._limits.train_seconds * now.part)
            proposed = now.proposal(fast) if turn % _DRAWN else None
            found = proposed or self._drawn(draws, now, most) or now.proposal(math.inf)
            if found is None:
                return
            yield found

    def _drawn(self, draws: Iterator[Candidate], now: Round, most: float) -> Candidate | None:
        """The next of some draws that should train within `most` seconds; the others are counted as slow."""
        costs = now.costs()
        for candidate in islice(draws, _DRAWS):
            if candidate in now.trials:
                continue
            if now.expected(candidate, costs) <= most:
                return candidate
            self.slow.add(candidate)
        return None

    def _halve(self, before: Round, now: Round, share: float) -> None:
        """A further round: the better half, as many as there is time for."""
        end = self._clock.spent + share
        self._train_defaults(now, 1)
        ranking = self._able(before)
        for candidate in ranking[: math.ceil(len(ranking) / 2)]:
            if self._clock.spent + before.seconds(candidate, now.part) <= end:
                self._train(now, candidate, self._limits.seed)

    def _confirm(self, rounds: Sequence[Round]) -> None:
        """The last round: the defaults and the best, on all of the text, with one seed after another."""
        finalists = self._finalists(rounds)
        usual = self._space.defaults
        expected = {usual: rounds[-1].seconds(usual), **finalists}
        for number in range(self._schedule.seeds):
            seed = self._limits.seed + number
            for candidate in expected:
                seconds = self.final.seconds(candidate)
                seconds = expected[candidate] if math.isinf(seconds) else seconds
                if seconds <= self._left or self._journal.knows(candidate, 1.0, seed):
                    self._train(self.final, candidate, seed)

    def _finalists(self, rounds: Sequence[Round]) -> dict[Candidate, float]:
        """The best candidates that there is time to confirm, with the seconds that a trial should take.

        Those of the last round go first, even if there is time for one seed only; where none fits, those of
        the round before follow.
        """
        for before in reversed(rounds):
            able = {one: before.seconds(one) for one in self._able(before)}
            for seeds in range(self._schedule.min_seeds, 0, -1):
                time = self._left - seeds * before.seconds(self._space.defaults)
                found: dict[Candidate, float] = {}
                for candidate, seconds in able.items():
                    if len(found) < _FINALISTS and seeds * seconds <= time:
                        found[candidate] = seconds
                        time -= seeds * seconds
                if found:
                    return found
        return {}

    def _able(self, before: Round) -> list[Candidate]:
        """Candidates that could be confirmed, the best first."""
        found = []
        for candidate in before.ranking():
            if candidate == self._space.defaults:
                continue
            is_slow = (
                before.seconds(candidate) > self._schedule.most
                or before.train_seconds(candidate) > self._limits.train_seconds
            )
            if is_slow:
                self.slow.add(candidate)
            else:
                found.append(candidate)
        return found

    @property
    def _left(self) -> float:
        return self._clock.left - _RESERVE

    def _train_defaults(self, now: Round, seeds: int) -> None:
        for number in range(seeds):
            self._train(now, self._space.defaults, self._limits.seed + number)

    def _train(self, now: Round, candidate: Candidate, seed: int, most: float = math.inf) -> None:
        is_new = not self._journal.knows(candidate, now.part, seed)
        if is_new and self._left <= 0:
            return
        trial = self._journal.trial(candidate, now.part, seed, most, self._left)
        now.add(candidate, trial)
        if trial.failure == TOO_SLOW:
            self.slow.add(candidate)
        if is_new:
            self._tell(now, candidate, trial)
