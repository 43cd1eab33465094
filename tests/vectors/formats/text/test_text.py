"""Vectors as text: what is read, exactly, and what is said about what cannot be."""

import ctypes
import ctypes.util
import errno
import os
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext, suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain import _native
from embtrain.errors import DataError, ResourceError
from embtrain.vectors.formats.text import lines
from embtrain.vectors.formats.text import text as text_format
from tests.conftest import environment
from tests.vectors.sampled import bits, read, write


@contextmanager
def piped(content):
    """The name of a pipe that another thread writes bytes into."""
    reading, writing = os.pipe()

    def write():
        with suppress(BrokenPipeError), open(writing, "wb") as pipe:
            pipe.write(content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
        writer.join()


@pytest.fixture(params=["file", "pipe"])
def text(tmp_path, request):
    """Reads bytes as text vectors: words, values as lists, problems as (kind, where)."""

    def text(content, name=None, on_error="fail"):
        path = tmp_path / "v.txt"
        path.write_bytes(content)
        with nullcontext(path) if request.param == "file" else piped(content) as source:
            words, vectors, problems = read(source, name, on_error)
        return words, vectors.tolist(), [(problem.kind, problem.where) for problem in problems]

    return text


def strtof(texts):
    function = ctypes.CDLL(ctypes.util.find_library("c")).strtof
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_char_p, ctypes.c_void_p]
    return np.array([function(text, None) for text in texts], np.float32)


def parsed(texts):
    """Numbers read as a column; as a row they must be the same."""
    column, row = b"".join(b"w " + text + b"\n" for text in texts), b"w " + b" ".join(texts) + b"\n"
    _, _, values, _, bad, _ = _native.parse_text(column, 1, " ", "fail").take()
    _, _, wide, _, wide_bad, _ = _native.parse_text(row, len(texts), " ", "fail").take()
    assert bad == wide_bad == []
    assert values.tobytes() == wide.tobytes()
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
    # One digit and decimals are read eight bytes at a time, and four numbers at a time in a row.
    assert parsed(texts).tobytes() == strtof(texts).tobytes()


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"-", b".", b"x", b"1", b"0.5", b"-0.25", b"1.5x", b"0.\x2f5", b"2.:1"])))
def test_a_row_has_the_numbers_that_a_column_has(texts):
    row = b"word 0.1 0.2 0.3 " + b" ".join([*texts, b"0.4"]) + b"\n"
    columns = [_native.parse_text(b"w " + text + b"\n", 1, " ", "skip").take()[2] for text in texts]
    dim = len(texts) + 4
    values, bad = (_native.parse_text(row, dim, " ", "replace").take()[index] for index in (2, 4))
    assert values[0, 3:-1].tolist() == [column[0, 0] if len(column) else 0 for column in columns]
    assert bool(bad) == any(len(column) == 0 for column in columns)


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
        (0, "number" if number else "width", block[:-1], True)
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
    expected = ([b"the"], [[1.0, 2.0]], [("header", "byte 0")])
    assert text(b"\xef\xbb\xbfthe 1 2\n") == expected
    assert text(b"\xef\xbb\xbf1 2\nthe 1 2\n") == expected


@pytest.mark.parametrize("name", ["glove", "tsv", "word2vec-text", "embtrain", "npy"])
def test_a_first_word_that_begins_like_a_byte_order_mark_is_kept(tmp_path, name):
    words = [b"\xef\xbb\xbfthe", b"\xef\xbb\xbf", b"the"]
    path = write(tmp_path / "v", name, words, bits(3, 4))
    assert read(path)[0] == words
    assert read(write(tmp_path / "w", name, words[1:], bits(2, 4)))[0] == words[1:]


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


@pytest.mark.parametrize("count", [b"1", b"0", b"-1"])
def test_a_count_that_is_too_low_is_a_warning(text, count):
    assert text(count + b" 2\na 1 2\nb 3 4\n") == ([b"a", b"b"], [[1, 2], [3, 4]], [("header", "line 1")])


@pytest.mark.parametrize("count", [b"3", b"9223372036854775808", b"99999999999999999999"])
def test_fewer_rows_than_the_header_says_are_a_file_cut_short(text, count):
    content = count + b" 2\na 1 2\nb 3 4\n"
    with pytest.raises(
        DataError, match=rf"line 1: expected {int(count):,} rows, .* found 2; the file is cut"
    ):
        text(content)
    for how in ("skip", "replace"):
        assert text(content, None, how) == ([b"a", b"b"], [[1, 2], [3, 4]], [("header", "line 1")])


FIXED = b"the 0.125 -0.250\nof 0.375 -1.500\nand 2.125 0.625\n"
SHORTEST = b"the 0.1 -0.25\nof 0.37512345 1e-05\nand 2.125 0.62512345\n"


@pytest.mark.parametrize(
    "whole", [FIXED, SHORTEST, b"3 2\n" + FIXED, b"3 2\n" + SHORTEST, FIXED * 99 + SHORTEST]
)
def test_a_text_cut_within_its_last_number_is_refused(text, whole):
    n_cut = len(whole.split()[-1])
    for size in range(len(whole) - n_cut, len(whole) - 1):
        with pytest.raises(DataError, match=r"cut short"):
            text(whole[:size])
        words, _, problems = text(whole[:size], None, "skip")
        assert words == text(whole)[0][:-1]
        assert len([kind for kind, _ in problems if kind in ("no-newline", "truncated")]) == 1


def test_a_last_number_that_may_be_cut_can_be_kept(text):
    words, vectors, problems = text(SHORTEST[:-1], None, "replace")
    assert (words[-1], vectors[-1]) == (b"and", [2.125, float(np.float32(0.62512345))])
    assert problems == [("no-newline", "line 3")]


@pytest.mark.parametrize(
    "end",
    [b"0.125", b"0.625 ", b"0.5\r", b"1 \r", b"nan", b"-inf"],
    ids=["fixed", "space", "cr", "both", "nan", "inf"],
)
def test_a_whole_last_number_needs_no_newline(text, end):
    assert text(FIXED + b"for 0.125 " + end)[2] == []


@pytest.mark.parametrize("content", [b"a 1 2\nb 30 4", b"1 1\na 5", b"a 0.5\nb 0.7", b"a\t1\t2\nb\t3\t4"])
def test_small_texts_without_a_last_newline(text, content):
    assert text(content)[2] == []


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


def test_many_lines_where_rows_of_a_million_values_were_claimed(text):
    """Looking for the ends of a row must not cost more where there are none."""
    assert text(b"1 1048576\n" + b"\n" * 200_000, "word2vec-text", "skip")[0] == []
    assert text(b"1 1048576\n" + b"x\n" * 200_000, "word2vec-text", "skip")[0] == []


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
    monkeypatch.setattr(text_format, "_PART_BYTES", 16)
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
    monkeypatch.setattr(text_format, "MAX_LINE", 100)
    monkeypatch.setattr(text_format, "_PART_BYTES", 16)
    with pytest.raises(DataError, match="more than 100 bytes"):
        text(b"a 1\n" + b"x" * 20_000, "glove")


@pytest.mark.parametrize(
    "content", [b"h\na 1\nbb 2\n\nccc 3", b"h\na 1\n", b"h\n", b"h\n\n\nd 4\n\n", b"h\na 1"]
)
def test_parts_of_a_file_hold_each_line_once(content, tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(content)
    whole = content[2:] + (b"" if content.endswith(b"\n") else b"\n")
    expected = _native.parse_text(whole, 1, " ", "skip").take()
    with open(path, "rb") as file:
        for size in range(1, len(content) + 1):
            n_lines, words, values, ends = 0, b"", [], []
            for start in range(2, len(content), size):
                part = (2, start, min(start + size, len(content)))
                rows, unterminated, too_long = _native.parse_text_file(
                    file.fileno(), *part, 50, 1, " ", "skip"
                )
                assert not too_long
                arena, _, numbers, _, _, n_more = rows.take()
                n_lines, words = n_lines + n_more, words + arena.tobytes()
                values += numbers.tolist()
                ends.append(unterminated)
            assert (n_lines, words, values) == (expected[5], expected[0].tobytes(), expected[2].tolist())
            assert sum(ends) == (not content.endswith(b"\n"))


def test_a_failure_of_reading_names_the_file_and_the_place(tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "v.txt").write_bytes(b"2 2\na 1 2\nb 3 4\n")
    monkeypatch.setattr(_native, "parse_text_file", fail)
    with pytest.raises(ResourceError, match=r"v\.txt: reading failed after 4 bytes: Input/output error"):
        read(tmp_path / "v.txt")


def test_a_file_that_cannot_be_read_is_an_os_error():
    with pytest.raises(OSError, match="Bad file descriptor"):
        _native.parse_text_file(1 << 20, 0, 0, 10, 50, 1, " ", "skip")


def test_many_threads_keep_the_order(text):
    rows = [b"w%d %d %d" % (row, row, -row) for row in range(80_000)]
    words, vectors, problems = text(b"\n".join(rows) + b"\n")
    assert words == [b"w%d" % row for row in range(80_000)]
    assert vectors == [[row, -row] for row in range(80_000)]
    assert problems == []


ROWS_AS_BYTES = """
import sys
import numpy as np
from embtrain import _native

rng = np.random.default_rng(1)
values = rng.integers(-9_000_000, 9_000_000, (100, 51)).astype(np.float32) / np.float32(1e6)
values[::7, ::5] = rng.normal(0, 1e-3, values[::7, ::5].shape)
words, offsets = np.full(100, 119, np.uint8), np.arange(101)
for precision in (0, 6):
    text = _native.format_text(words, offsets, values, " ", precision)
    sys.stdout.buffer.write(text + _native.parse_text(text, 51, " ", "fail").take()[2].tobytes())
"""


def test_every_instruction_set_gives_the_same():
    sets = ["", "baseline"]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", ROWS_AS_BYTES], env={**environment(), "EMBTRAIN_ISA": name},
            capture_output=True, check=True, timeout=60,
        ).stdout
        for name in sets
    ]  # fmt: skip
    assert len(outputs[0]) > 50_000
    assert outputs[0] == outputs[1]
