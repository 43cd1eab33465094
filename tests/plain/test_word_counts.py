"""Counting, merging and selecting in plain Python against the native code: same lines, same refusals."""

import io
import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embtrain import plain
from embtrain.text.vocab.build import VocabularyResources, count_texts
from embtrain.text.vocab.select import WordChoice
from embtrain.vocabulary import Vocabulary

_native = pytest.importorskip("embtrain._native")

words = st.sampled_from([b"a", b"b", b"\0", b"a\0", b"\xff\xfe", b"x" * 17, b"x" * 16 + b"y"]) | st.binary(
    min_size=1, max_size=9
).map(lambda word: word.translate(None, b" \n\r"))
counts = st.sampled_from([0, 1, 2, 10, 99, 2**63 - 1, 2**62]) | st.integers(0, 10**6)


def lines_with(counts):
    pairs = st.lists(st.tuples(words.filter(bool), counts), max_size=12)
    return pairs.map(lambda pairs: b"".join(b"%b %d\n" % pair for pair in pairs))


good_lines = lines_with(counts)
odd_pieces = [
    b" ",
    b"\n",
    b"\r",
    b"\r\n",
    b"1",
    b"007",
    b"9" * 19,
    b"9" * 20,
    b"9" * 5000,
    b"x",
    b"-",
    b"\x85",
]
odd_lines = st.lists(st.sampled_from(odd_pieces), max_size=8).map(b"".join)


def outcome(work):
    """What a call gives, arrays as lists, or the error it raises."""
    try:
        result = work()
    except (ValueError, RuntimeError) as error:
        return type(error), str(error)
    return result.tolist() if isinstance(result, np.ndarray) else result


def both(work):
    """Does the same with both; returns the two, equal, outcomes' value."""
    native, ours = (outcome(lambda code=code: work(code)) for code in (_native, plain))
    assert ours == native
    return ours


def handed_out(tally):
    lines = []
    while len(block := tally.take(30)):
        lines.append(block.tobytes())
    return lines


@given(
    st.lists(
        st.lists(words | st.sampled_from([b" ", b"\n", b"\t", b"\xef\xbb\xbf"]), max_size=20), max_size=3
    ),
    st.integers(1, 9),
    st.integers(1, 20),
)
def test_text_is_counted_alike(inputs, cut, max_token):
    def count(code):
        tally = code.Tally(max_token)
        for parts in inputs:
            text = b"".join(parts)
            for start in range(0, len(text), cut):
                tally.feed(text[start : start + cut])
            tally.end_input()
        read = tally.counters(), tally.types()
        tally.sort()
        return read, handed_out(tally), tally.types()

    both(count)


@given(st.lists(good_lines | odd_lines, max_size=4), st.booleans())
@example([b"a 1\n", b"a 1\n"], True)
@example([b"a %d\n" % (2**63 - 1), b"a 1\n"], False)
def test_lines_are_added_or_refused_alike(blocks, once):
    def add(code):
        tally = code.Tally()
        numbers = [tally.add_lines(block, 7, once) for block in blocks]
        return numbers, [array.tolist() for array in tally.finish()]

    both(add)
    both(lambda code: code.counts_of_lines(b"".join(blocks), 3))


@given(good_lines, st.integers(0, 7))
def test_partitions_hold_what_they_say(lines, level):
    try:
        tally, whole = plain.Tally(), plain.Tally()
        for each in (tally, whole):
            each.add_lines(lines)
    except ValueError:
        return
    sizes, numbers = tally.partition(level)
    assert sizes.shape == numbers.shape == (256,)
    text = b"".join(handed_out(tally))
    stops = np.cumsum(sizes)
    assert [text[stop - size : stop].count(b"\n") for stop, size in zip(stops, sizes, strict=True)] == list(
        numbers
    )
    whole.sort()
    assert sorted(text.splitlines(True)) == sorted(b"".join(handed_out(whole)).splitlines(True))
    assert len(text) == sizes.sum()


def test_a_word_is_in_one_partition_and_all_bits_of_the_hash_are_used():
    def partitions(level, text):
        tally = plain.Tally()
        tally.feed(text)
        numbers = tally.partition(level)[1]
        return numbers

    many = b" ".join(b"%d" % number for number in range(4000)) + b" "
    assert all(np.count_nonzero(partitions(level, many)) == 256 for level in range(7))
    assert np.array_equal(partitions(0, b"one "), partitions(0, b"one "))
    with pytest.raises(ValueError, match="levels are 0 to 7"):
        plain.Tally().partition(8)


@given(st.lists(st.sets(words.filter(bool), max_size=8), min_size=1, max_size=4), st.integers(1, 40))
def test_runs_are_merged_alike(runs, max_bytes):
    source, seen, blocks = random.Random(1), set(), []
    for run in runs:
        pairs = sorted((-source.randint(0, 3), word) for word in run - seen)
        seen |= run
        blocks.append([b"%b %d\n" % (word, -minus) for minus, word in pairs])

    def merge(code):
        merger, left, taken = code.Merger(len(blocks)), [iter(lines) for lines in blocks], []
        while True:
            while (run := merger.hungry()) >= 0:
                merger.feed(run, next(left[run], b""))
            lines = merger.take(max_bytes)
            if not len(lines):
                return b"".join(taken)
            taken.append(lines.tobytes())

    merged = both(merge)
    assert sorted(merged.splitlines(True)) == sorted(line for lines in blocks for line in lines)


@given(
    lines_with(st.integers(0, 9)),
    st.sets(words, max_size=4),
    st.sets(words, max_size=4),
    st.integers(0, 5),
    st.integers(0, 6),
)
def test_words_are_selected_alike(lines, listed, stopped, min_count, max_words):
    def select(code):
        selection = code.Selection(min_count, max_words)
        for load, chosen in ((selection.keep, listed), (selection.stop, stopped)):
            vocabulary = Vocabulary.from_words(sorted(chosen))
            load(vocabulary.arena, vocabulary.offsets)
        return selection.filter(lines).tolist(), selection.counters()

    both(select)


def test_the_wrong_order_of_calls_is_refused_alike():
    def wrong(code):
        tally, merger, said = code.Tally(), code.Merger(2), []
        tally.feed(b"a ")
        said.append(outcome(lambda: tally.take(9)))
        tally.sort()
        for call in (lambda: tally.feed(b"b "), tally.end_input, tally.sort, tally.finish,
                     lambda: tally.partition(0), lambda: tally.add_lines(b"b 1\n")):  # fmt: skip
            said.append(outcome(call))
        return [*said, outcome(lambda: merger.feed(1, b"a 1\n"))]

    assert len(both(wrong)) == 8


@pytest.mark.parametrize("limit", [1 << 30, 400_000, 100_000])
def test_whole_vocabularies_are_the_same_bytes(limit, monkeypatch):
    source = random.Random(3)
    text = b" ".join(b"%x" % int(source.paretovariate(0.4)) for _ in range(4000))
    choice = WordChoice(
        min_count=2, max_words=500, words=frozenset([b"new", b"1"]), stop_words=frozenset([b"2"])
    )

    def build():
        file = io.BytesIO()
        stats = count_texts([("text", [text])], file, choice, VocabularyResources(limit=limit))
        return file.getvalue(), stats.kept, stats.rare, stats.crowded_out, stats.spills > 0

    native = build()
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    assert build()[:4] == native[:4]
    assert build()[4] == (limit < 1 << 30)
