"""The search: it finds what is good, keeps to its budget, and goes on where it was killed."""

import math
from itertools import pairwise

import pytest

from embtrain.tuning.decision import decide
from embtrain.tuning.schedule import make_schedule
from tests.tuning.searches import FakeClock, FakeMaker, search


def decided(found):
    halving, space, schedule, limits, _ = found
    return decide(halving, space.defaults, schedule.min_seeds, limits)


def test_it_finds_the_options_that_help_and_confirms_them():
    maker = FakeMaker(FakeClock(3000))
    decision = decided(search(maker))
    options = decision.winner.options
    assert (options["subwords"], options["sample"]) == ("4-6", 1e-3)
    assert decision.is_better
    confirmed = decision.of(decision.winner)
    assert confirmed.gain.value > 0.19
    assert confirmed.held_out.value == pytest.approx(confirmed.gain.value)
    assert len(decision.of(decision.defaults).trials) == 3


@pytest.mark.parametrize("budget", [50, 200, 1000, 5000])
@pytest.mark.parametrize("seconds", [1.0, 10.0])
def test_it_ends_within_the_budget(budget, seconds):
    maker = FakeMaker(FakeClock(budget), seconds)
    found = search(maker)
    assert maker.clock.spent <= budget
    decision = decided(found)
    # The defaults are always among the candidates, with all the seeds that there is time for.
    assert len(decision.of(decision.defaults).trials) >= min(2, found[2].seeds)


def test_each_round_has_twice_the_text_and_at_most_half_of_the_candidates():
    halving, space, schedule, _, _ = search(FakeMaker(FakeClock(1500)))
    assert len(schedule.parts) > 1
    assert all(later == 2 * part for part, later in pairwise(schedule.parts))
    numbers = [len(set(one.trials) - {space.defaults}) for one in halving.rounds]
    for before, now in pairwise(numbers):
        assert 1 <= now <= math.ceil(before / 2)
    for before, now in pairwise(halving.rounds):
        left_out = [one for one in before.ranking() if one not in now.trials]
        assert max(map(before.score, now.trials)) >= max(map(before.score, left_out))


def test_a_killed_search_goes_on_and_repeats_nothing():
    whole = FakeMaker(FakeClock(1500))
    expected = search(whole)
    for number in (1, 5, len(expected[4]) // 2, len(expected[4])):
        clock = FakeClock(1500)
        maker = FakeMaker(clock)
        entries = expected[4][:number]
        clock.spent = entries[0].spent
        found = search(maker, entries)
        assert maker.made == whole.made[number - 1 :]
        assert decided(found) == decided(expected)


def test_candidates_are_limited():
    halving, *_ = search(FakeMaker(FakeClock(100_000)), candidates=6)
    assert len(halving.rounds[0].trials) == 6


def test_what_trains_too_long_cannot_be_chosen():
    found = search(FakeMaker(FakeClock(3000)), most=21.0)
    decision = decided(found)
    assert found[0].slow
    assert decision.winner.options["subwords"] == "4-6"
    assert all(one.train_seconds <= 21 for one in decision.confirmed)


def test_the_defaults_are_no_recipe_where_they_train_too_long():
    fixed = {"model": "skipgram", "dim": 100}
    found = search(FakeMaker(FakeClock(10_000)), most=9.0, fixed=fixed, tried={"window": (5, 2)})
    decision = decided(found)
    # Half the time, and no better.
    assert decision.winner.options["window"] == 2
    assert not decision.is_better


def test_candidates_that_fail_are_left_out_and_the_search_goes_on():
    maker = FakeMaker(FakeClock(3000), fails=(("subwords", "4-6"),))
    halving, *_ = found = search(maker)
    assert decided(found).winner.options.get("subwords") != "4-6"
    assert any(one.failure == "diverged" for some in halving.rounds[0].trials.values() for one in some)


def test_what_is_no_better_than_noise_leaves_the_defaults():
    maker = FakeMaker(FakeClock(3000), noise=0.5)
    found = search(maker, fixed={"subwords": "3-6"})
    decision = decided(found)
    assert not decision.is_better
    assert decision.winner == decision.defaults


def test_the_choice_does_not_look_at_the_held_out_half():
    """On the held-out half n-grams are bad here: the choice is the same, and the result says so."""

    def against(options, score):
        return 0.1 if options.get("subwords") == "4-6" else score

    usual = decided(search(FakeMaker(FakeClock(3000))))
    decision = decided(search(FakeMaker(FakeClock(3000), held_out=against)))
    assert decision.winner == usual.winner
    confirmed = decision.of(decision.winner)
    assert confirmed.gain.value > 0.19
    assert confirmed.held_out.value < -0.2


def test_where_time_is_short_one_seed_confirms():
    """The machine is slower at the end than it was at first: there is no time for two seeds."""

    class Slowing(FakeMaker):
        def train(self, candidate, part, seed, most, left):
            self.seconds = 35.0 if part == 1 else 10.0
            return super().train(candidate, part, seed, most, left)

    maker = Slowing(FakeClock(600))
    decision = decided(search(maker))
    assert maker.clock.spent <= 600
    assert len(decision.confirmed) > 1
    assert decision.is_better


def test_a_budget_without_time_for_the_defaults_has_no_schedule():
    assert make_schedule(100.0, 150.0, 3) is None
    assert make_schedule(100.0, 250.0, 3).seeds == 1
    assert make_schedule(1.0, 250.0, 3).seeds == 3
