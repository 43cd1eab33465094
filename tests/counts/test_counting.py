"""Counting in parts and threads against a plain count of every pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.counts import build
from embtrain.counts.build import CountingResources, count_cooccurrences
from embtrain.counts.counting import MAX_WINDOW, Counting
from embtrain.counts.plan import make_plan
from embtrain.errors import UsageError
from embtrain.vocabulary import Vocabulary
from tests.counts.plain import counts_of, encoded, plain_counts, stored

_native = pytest.importorskip("embtrain._native")

TEXTS = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=12), min_size=1, max_size=8)
COUNTINGS = st.builds(Counting, st.integers(1, 25), st.booleans(), st.booleans())
GB = 1 << 30


@settings(max_examples=60, deadline=None)
@given(TEXTS, COUNTINGS, st.integers(1, 3))
def test_counts_are_those_of_every_pair(sentences, counting, threads):
    with encoded(sentences) as corpus:
        matrix = count_cooccurrences(corpus, counting, CountingResources(threads=threads))
        expected = plain_counts(corpus, counting)
    found = counts_of(matrix)
    assert found.keys() == expected.keys()
    for pair, count in found.items():
        assert count == pytest.approx(float(expected[pair]), rel=1e-9)
    assert matrix.count_pairs() == len(expected)
    matrix.close()


@pytest.mark.parametrize("window", range(1, 21))
def test_up_to_window_20_counts_are_exact(window):
    counting = Counting(window)
    assert counting.weights() == [counting.units // distance for distance in range(1, window + 1)]
    assert all(counting.units % distance == 0 for distance in range(1, window + 1))


def test_weights_of_wide_windows_are_nearly_exact():
    for distance, weight in enumerate(Counting(MAX_WINDOW).weights(), 1):
        assert weight / 2**32 == pytest.approx(1 / distance, rel=1.2e-7)


@pytest.fixture
def sentences():
    generator = np.random.default_rng(3)
    words = [f"w{int(k)}" for k in generator.zipf(1.3, 6000) % 500]
    return [words[start : start + 30] for start in range(0, len(words), 30)]


def planned(monkeypatch, **changes):
    """Changes the plans of the next counts."""

    def changed(*arguments):
        plan = make_plan(*arguments)
        return plan.__class__(**{**vars(plan), **changes})

    monkeypatch.setattr(build, "make_plan", changed)


@pytest.mark.parametrize("window", [5, 30])
def test_parts_blocks_and_threads_change_no_byte(sentences, window, monkeypatch):
    with encoded(sentences) as corpus:
        whole = stored(count_cooccurrences(corpus, Counting(window), CountingResources()))
        monkeypatch.setattr(build, "READ_TOKENS", 100)
        planned(monkeypatch, part_cells=400, block_entries=100)
        for threads in (1, 3):
            assert (
                stored(count_cooccurrences(corpus, Counting(window), CountingResources(threads=threads)))
                == whole
            )
        # A row too large for memory in all parts is summed a few parts at a time.
        monkeypatch.setattr("embtrain.counts.parts.RANGE_BYTES", 16)
        assert stored(count_cooccurrences(corpus, Counting(window), CountingResources())) == whole


def test_a_sentence_longer_than_a_part_is_counted_whole(monkeypatch):
    with encoded([["a", "b"] * 500, ["c", "a"]]) as corpus:
        whole = stored(count_cooccurrences(corpus, Counting(5), CountingResources()))
        planned(monkeypatch, part_cells=10)
        assert stored(count_cooccurrences(corpus, Counting(5), CountingResources())) == whole


def test_one_word_and_sentences_of_one_word():
    with encoded([["a"], ["a"], ["b"]]) as corpus:
        matrix = count_cooccurrences(corpus, Counting(5), CountingResources(threads=2))
    assert matrix.count_pairs() == 0
    assert matrix.n_bytes == 2
    matrix.close()


def test_sums_cannot_overflow():
    counter = _native.CooccurrenceCounter(1, [2**61], True)
    ids, sentences = np.zeros(3, np.uint32), np.array([0, 3])
    counter.add(ids, sentences)
    with pytest.raises(ValueError, match="too many tokens"):
        counter.add(ids, sentences)
    with pytest.raises(ValueError, match="weights are too large"):
        _native.CooccurrenceCounter(1, [2**63, 1], True)


def vocabulary_of(n_words):
    counts = (1e6 / np.arange(1, n_words + 1)).astype(np.int64) + 1
    return Vocabulary.from_words([f"w{k}" for k in range(n_words)], counts.tolist())


def test_little_memory_means_fewer_threads_then_an_error():
    words = vocabulary_of(100_000)
    plans = [make_plan(words, 10**9, 10**6, Counting(), mb << 20, 64) for mb in (60, 100, 8000)]
    assert plans[0].threads < plans[1].threads < plans[2].threads == 64
    assert plans[0].parts > plans[2].parts
    with pytest.raises(UsageError, match=r"counting 100,000 words needs \d+ MB of memory more"):
        make_plan(words, 10**9, 10**6, Counting(), 20 << 20, 1)


@settings(max_examples=20, deadline=None)
@given(COUNTINGS, st.integers(2, 400))
def test_the_expected_pairs_are_those_of_a_random_text(counting, n_words):
    generator = np.random.default_rng(n_words)
    shares = 1 / np.arange(1, n_words + 1)
    words = generator.choice(n_words, 4000, p=shares / shares.sum())
    with encoded([[f"w{k}" for k in words]]) as corpus:
        plan = make_plan(corpus.vocabulary, corpus.tokens, 1, counting, GB, 1)
        matrix = count_cooccurrences(corpus, counting, CountingResources())
    assert matrix.count_pairs() == pytest.approx(plan.pairs, rel=0.1, abs=20)
    assert matrix.n_bytes <= plan.rows_bytes * 1.05 + 20
    matrix.close()


def test_counts_of_words_that_are_unknown_count_as_equal():
    words = [f"w{k}" for k in range(100)]
    unknown, zero = Vocabulary.from_words(words), Vocabulary.from_words(words, [0] * 100)
    plans = [make_plan(some, 1000, 10, Counting(), GB, 1) for some in (unknown, zero)]
    assert plans[0] == plans[1]
    assert 8000 < plans[0].pairs <= 10_000


def test_progress_reaches_the_end(sentences, monkeypatch):
    monkeypatch.setattr(build, "READ_TOKENS", 500)
    planned(monkeypatch, part_cells=2000, block_entries=1000)
    seen: list[tuple[str, int, int]] = []
    with encoded(sentences) as corpus:
        working = CountingResources(on_progress=lambda *now: seen.append(now))
        count_cooccurrences(corpus, Counting(5), working).close()
        n_words, tokens = len(corpus.vocabulary), corpus.tokens
    assert seen[-1] == ("merging", n_words, n_words)
    counted = [done for phase, done, _ in seen if phase == "counting"]
    assert counted == sorted(counted)
    assert counted[-1] == tokens
