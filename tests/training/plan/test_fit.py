"""The choice of options with which a training fits, with a planner whose memory is a simple sum."""

from types import SimpleNamespace

import pytest

from embtrain.errors import UsageError
from embtrain.option_names import on_command_line
from embtrain.training.job import Job
from embtrain.training.objectives.options import train_config
from embtrain.training.plan.fit import fit
from embtrain.training.plan.plan import Phase

MB = 1 << 20


class Planner:
    """100 MB for the program, 1 MB for 10 words, and those of n-grams and of counting.

    A minimum count of n leaves 20,000 / n words.
    """

    is_exact = True
    is_given = False

    def __init__(self, counts_first=False, reading=0):
        self.counts_first = counts_first
        self.reading = reading
        self.bytes_before_counting = 150 * MB

    def words(self, min_count):
        return 20_000 // min_count

    def highest_min_count(self, words):
        return 20_000 // words

    def plan(self, config, memory):
        words = self.words(config.min_count)
        buckets = 0
        if getattr(config, "subwords", None):
            buckets = int(config.buckets or 1 << 21)
        counting = (150 + (1024 if memory is None else memory // MB)) * MB if self.counts_first else 0
        if memory is not None and memory < 40 * MB:
            raise UsageError("too little for counting")
        phases = [
            Phase("reading", {"all": self.reading * MB}),
            Phase("preparing", {"all": counting}),
            Phase("training", {"all": (100 + words // 10 + buckets // 8192) * MB}),
        ]
        peak = max(phases, key=lambda phase: phase.n_bytes)
        return SimpleNamespace(phases=phases, peak=peak)


def chosen(limit, planner=None, given=(), memory=None, **options):
    """The options that fit, the memory for counting, and what was said."""
    said = []
    config = train_config({name.replace("_", "-"): value for name, value in options.items()})
    job = Job(config=config, given=frozenset(given), memory=memory, max_memory=limit * MB)
    job, found = fit(planner or Planner(), job, config, said.append)
    return found, job.memory, [on_command_line(one) for one in said]


def test_what_fits_is_left_alone():
    found, memory, said = chosen(500)
    assert (found.min_count, memory, said) == (5, None, [])


def test_the_lowest_minimum_count_that_fits_is_chosen_and_said():
    found, _, said = chosen(300)
    # 20,000 / 10 / n <= 200
    assert found.min_count == 10
    assert said == [
        "--max-memory 300M: chose --min-count 10 (2,000 words), with which the run takes 300M; without, the "
        "run needs 500M"
    ]


def test_buckets_are_lowered_before_words_are_left_out():
    found, _, said = chosen(570, subwords="3-6")
    assert (found.min_count, found.buckets) == (5, str(1 << 19))
    assert "--buckets 524288" in said[0]
    found, _, said = chosen(300, subwords="3-6")
    assert (found.min_count, found.buckets) == (11, str(1 << 17))
    assert "--buckets 131072 and --min-count 11" in said[0]


def test_memory_for_counting_is_lowered_first():
    found, memory, said = chosen(600, Planner(counts_first=True), model="glove")
    assert (found.min_count, memory) == (5, 450 * MB)
    assert said[0].startswith("--max-memory 600M: chose --memory 450M, with which the run takes 600M")


@pytest.mark.parametrize(
    ("given", "options", "hint"),
    [
        (
            {"min-count"},
            {"min_count": 5},
            "--min-count as given (training); leave it out to have it chosen",
        ),
        (
            {"min-count", "buckets"},
            {"min_count": 5, "buckets": "2000000", "subwords": "3-6"},
            "leave them out",
        ),
    ],
)
def test_what_the_user_gave_is_never_changed(given, options, hint):
    with pytest.raises(UsageError) as error:
        chosen(300, given=given, **options)
    assert hint in on_command_line(error.value)


def test_the_least_need_is_named():
    with pytest.raises(UsageError) as error:
        chosen(150)
    # The 1000 words that are left at least need 100 MB.
    assert (
        on_command_line(error.value)
        == "--max-memory 150M is too little: the run needs at least 200M (training)"
    )
    with pytest.raises(UsageError) as error:
        chosen(300, Planner(reading=400))
    assert "at least 400M (reading)" in str(error.value)
    assert "embtrain vocab build" in str(error.value)


def test_memory_for_counting_that_was_given_stays():
    with pytest.raises(UsageError) as error:
        chosen(600, Planner(counts_first=True), memory=700 * MB, model="glove")
    assert "with --memory as given" in on_command_line(error.value)
