"""Vectors as text: what is read, exactly, and what is said about what cannot be."""

import ctypes
import ctypes.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain import _native
from embtrain.errors import DataError
from embtrain.vectors.formats import lines
from tests.vectors.sampled import read


@pytest.fixture
def text(tmp_path):
    """Reads bytes as a file of text vectors: words, values as lists, problems as (kind, where)."""

    def text(content, name=None, on_error="fail"):
        path = tmp_path / "v.txt"
        path.write_bytes(content)
        words, vectors, problems = read(path, name, on_error)
        return words, vectors.tolist(), [(problem.kind, problem.where) for problem in problems]

    return text


def strtof(texts):
    function = ctypes.CDLL(ctypes.util.find_library("c")).strtof
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_char_p, ctypes.c_void_p]
    return np.array([function(text, None) for text in texts], np.float32)


def parsed(texts):
    block = b"".join(b"w " + text + b"\n" for text in texts)
    _, _, values, _, bad, _ = _native.parse_text(block, 1, " ", "fail").take()
    assert bad == []
    return values[:, 0]


decimals = st.from_regex(rb"-?(\d{1,25}\.?\d{0,25}|\.\d{1,25})([eE][-+]?\d{1,3})?", fullmatch=True)


@settings(deadline=None)
@given(st.lists(decimals, min_size=1, max_size=50))
def test_numbers_are_what_strtof_says(texts):
    assert parsed(texts).tobytes() == strtof(texts).tobytes()


@settings(deadline=None)
@given(st.lists(st.integers(0, 0x7F7FFFFE), min_size=1, max_size=50), st.integers(17, 60))
def test_numbers_half_way_between_two_floats_are_what_strtof_says(bits, digits):
    low = np.array(bits, np.uint32).view(np.float32).astype(np.float64)
    high = (np.array(bits, np.uint32) + 1).view(np.float32).astype(np.float64)
    texts = [f"{value:.{digits}g}".encode() for value in (low + high) / 2]
    assert parsed(texts).tobytes() == strtof(texts).tobytes()


@settings(deadline=None)
@given(st.lists(st.from_regex(rb"-?\d\.\d{1,20}(e-?\d)?", fullmatch=True), min_size=20, max_size=60))
def test_numbers_as_most_files_write_them_are_what_strtof_says(texts):
    # One digit and decimals are read eight bytes at a time, unless the block ends too soon.
    assert parsed(texts).tobytes() == strtof(texts).tobytes()


def test_numbers_of_every_kind():
    texts = [
        b"inf", b"-inf", b"Infinity", b"1e400", b"-1e400", b"1e-400", b"-1e-400", b"1e50", b"-1e-50", b"-0",
        b"5.", b".5", b"+1.5", b"0e99999999999999999999", b"1e99999999999999999999", b"0" * 400 + b".5",
        b"0." + b"0" * 400 + b"1", b"1" + b"0" * 400, b"0." + b"0" * 400 + b"1e400", b"7e-46", b"8e-46",
    ]  # fmt: skip
    assert parsed(texts).tobytes() == strtof(texts).tobytes()
    assert np.isnan(parsed([b"nan", b"-nan", b"NaN"])).all()


@pytest.mark.parametrize(
    "number", [b"", b"x", b"1,5", b"0x10", b"1e", b"--1", b"+-1", b"1.2.3", b"\xa01", b"."]
)
def test_what_is_no_number(number):
    block = b"w " + number + b" 2\n"
    assert _native.parse_text(block, 2, " ", "fail").take()[4] == [
        (0, "number" if number else "width", 0, len(block) - 1)
    ]


def test_with_and_without_header(text):
    rows = b"the 1 -0.5\nof 2 3\n"
    expected = ([b"the", b"of"], [[1, -0.5], [2, 3]], [])
    assert text(rows) == expected
    assert text(b"2 2\n" + rows) == expected
    assert text(b"2\t2 \r\n" + rows, "word2vec-text") == expected
    assert text(rows, "fasttext-vec") == expected
    assert text(rows.replace(b"\n", b" \n")) == expected
    assert text(rows.replace(b"\n", b"\r\n")) == expected
    assert text(rows[:-1]) == expected
    assert text(rows.replace(b" ", b"\t")) == expected


def test_a_byte_order_mark_is_left_out_and_said(text):
    expected = ([b"the"], [[1.0, 2.0]], [("white-space", "byte 0")])
    assert text(b"\xef\xbb\xbfthe 1 2\n") == expected
    assert text(b"\xef\xbb\xbf1 2\nthe 1 2\n") == expected


def test_words_keep_their_white_space(text):
    words = [b"a b", b". . .", b"\xc2\xa0", b"x\ty", b" lead", b"tail ", b"1 2", b"", b"\r"]
    content = b"".join(word + b" 0.5 -1\n" for word in words)
    assert text(b"9 2\n" + content) == (words, [[0.5, -1]] * 9, [])


def test_more_than_one_space_between_numbers_is_one(text):
    assert text(b"the  0.5   1\nof 2 3\n") == ([b"the ", b"of"], [[0.5, 1], [2, 3]], [])


def test_numbers_may_be_words(text):
    assert text(b"3 1\n5 2\n7 8\n9 10\n") == ([b"5", b"7", b"9"], [[2], [8], [10]], [])
    assert text(b"2003 1 2 3\n7 1 2 3\n") == ([b"2003", b"7"], [[1, 2, 3]] * 2, [])
    # No header: its 3 values per row are not those of the rows.
    assert text(b"5 3\n7 2\n", "glove") == ([b"5", b"7"], [[3], [2]], [])


@pytest.mark.parametrize("count", [b"1", b"3", b"0", b"-1", b"9223372036854775808", b"99999999999999999999"])
def test_a_wrong_count_is_a_warning(text, count):
    assert text(count + b" 2\na 1 2\nb 3 4\n") == ([b"a", b"b"], [[1, 2], [3, 4]], [("header", "line 1")])


@pytest.mark.parametrize("dim", [b"3", b"0", b"-7", b"9223372036854775807"])
def test_a_wrong_dim_is_a_warning(text, dim):
    assert text(b"2 " + dim + b"\na 1 2\nb 3 4\n") == ([b"a", b"b"], [[1, 2], [3, 4]], [("header", "line 1")])


def test_no_words(text):
    assert text(b"0 7\n") == ([], [], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: expected a header or a word and numbers"),
        (b"0 0\n", "line 1"),
        (b"0 99999999\n", "line 1"),
        (b"only words here\nand more of them\n", "found 'only words here'"),
        (b"a 1 2\nb 3\nc 4 5\n", r"line 2: expected a word and 2 numbers, found 2 fields: 'b 3'"),
        (b"a 1 2\nb 3 x\nc 4 5\n", "line 2: expected a word and 2 numbers, found 'x' where a number"),
        (b"2 2\na 1 2\nb 3", "line 3: .* cut short"),
    ],
)
def test_errors_say_line_expected_and_found(text, content, message):
    with pytest.raises(DataError, match=message):
        text(content, "word2vec-text")


def test_bad_rows_can_be_left_out_or_repaired(text):
    content = b"a 1 2\nb 3\nc 4 x\n\nd 5 6\ne 7"
    bad = [("width", "line 2"), ("number", "line 3"), ("width", "line 4"), ("truncated", "line 6")]
    assert text(content, "glove", "skip") == ([b"a", b"d"], [[1, 2], [5, 6]], bad)
    assert text(content, "glove", "replace") == ([b"a", b"c", b"d"], [[1, 2], [4, 0], [5, 6]], bad)


def test_empty_fields_between_tabs_are_no_numbers(text):
    content = b"a\t1\t2\nb\t\t7\nc\t1\t2\n"
    assert text(content, "tsv", "replace") == (
        [b"a", b"b", b"c"],
        [[1, 2], [0, 7], [1, 2]],
        [("number", "line 2")],
    )


def test_lines_longer_than_a_block(text, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 16)
    rows = [b"w%d " % row + b" ".join(b"%d.5" % (row * value) for value in range(20)) for row in range(50)]
    words, vectors, problems = text(b"\n".join(rows))
    assert words == [b"w%d" % row for row in range(50)]
    assert vectors == [[row * value + 0.5 for value in range(20)] for row in range(50)]
    assert problems == []
    with pytest.raises(DataError, match="line 51: "):
        text(b"\n".join([*rows, b"x 1 y"]))


def test_a_line_without_end_is_refused(text, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 100)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 16)
    with pytest.raises(DataError, match="more than 100 bytes"):
        text(b"x" * 1000, "glove")


def test_many_threads_keep_the_order(text):
    rows = [b"w%d %d %d" % (row, row, -row) for row in range(80_000)]
    words, vectors, problems = text(b"\n".join(rows) + b"\n")
    assert words == [b"w%d" % row for row in range(80_000)]
    assert vectors == [[row, -row] for row in range(80_000)]
    assert problems == []
