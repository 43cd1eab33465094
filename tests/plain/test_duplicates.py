"""The filters of duplicate lines, native and plain, against a set of lines, for any bytes cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import _native, plain

BOTH = pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])

pieces = st.sampled_from(
    [b"\n", b"\n", b" ", b"\t", b"\r\n", b"a", b"b", b"the", b"\xff", b"w" * 15, b"v" * 70]
)
texts = st.lists(pieces, max_size=80).map(b"".join)


def left_of(inputs: list[bytes], longest: int) -> tuple[bytes, int]:
    """What is left of inputs, and how many lines are not."""
    seen, out, left_out = set(), b"", 0
    for text in inputs:
        for line in text.splitlines(keepends=True) if b"\r" not in text else cut_at_newlines(text):
            words = tuple(line.split())
            if words and len(line.removesuffix(b"\n")) < longest:
                if words in seen:
                    left_out += 1
                    continue
                seen.add(words)
            out += line
    return out, left_out


def cut_at_newlines(text: bytes) -> list[bytes]:
    *lines, last = text.split(b"\n")
    return [line + b"\n" for line in lines] + [last] * bool(last)


def run(filter, inputs: list[bytes], cuts: list[int]) -> bytes:
    out, turn = b"", 0
    for text in inputs:
        start = 0
        while start < len(text):
            size = cuts[turn % len(cuts)] if cuts else len(text)
            turn += 1
            out += filter.feed(text[start : start + size]).tobytes()
            start += size
        out += filter.end_input().tobytes()
    return out


@BOTH
@given(
    st.lists(texts, max_size=3), st.lists(st.integers(1, 90), max_size=4), st.sampled_from([1 << 24, 40, 3])
)
def test_a_line_with_the_words_of_an_earlier_one_is_left_out(code, inputs, cuts, longest):
    filter = code.DuplicateFilter(1 << 24, longest)
    expected, left_out = left_of([text.replace(b"\v", b"") for text in inputs], longest)
    assert run(filter, inputs, cuts) == expected
    assert filter.counters()["duplicate_lines"] == left_out


@BOTH
def test_counters(code):
    filter = code.DuplicateFilter(1 << 24, 10)
    assert run(filter, [b"a b\n\na  b\r\n" + b"x" * 12 + b"\n", b"a b"], []) == b"a b\n\n" + b"x" * 12 + b"\n"
    assert filter.counters() == {
        "lines": 3,
        "words": 6,
        "duplicate_lines": 2,
        "duplicate_words": 4,
        "long_lines": 1,
    }


@BOTH
def test_more_lines_than_memory_are_refused(code):
    filter = code.DuplicateFilter(256 * 16 * 16)
    with pytest.raises(ValueError, match="memory for different lines is used up"):
        filter.feed(b"".join(b"%d\n" % k for k in range(10_000)))


def test_memory_is_20_to_30_bytes_a_line():
    filter = _native.DuplicateFilter(1 << 30)
    for start in range(0, 400_000, 50_000):
        filter.feed(b"".join(b"line %d\n" % k for k in range(start, start + 50_000)))
        different = filter.counters()["lines"]
        assert 20 * different <= filter.memory() <= 31 * different
    assert filter.counters()["duplicate_lines"] == 0
