"""word2vec's binary format read: both dialects, cut anywhere, with headers that lie."""

import gzip
import struct

import pytest

from embtrain.errors import DataError
from embtrain.vectors.formats.base import ReadOptions
from embtrain.vectors.formats.binary import word2vec
from embtrain.vectors.formats.opening import open_source
from tests.vectors.sampled import read

ROWS = [(b"the", [1.0, -0.5]), (b"\xff\xa0", [1e-45, 3e38]), (b"a\tb", [0.0, 2.0])]


def content(header=b"3 2\n", newline=b"\n", rows=ROWS):
    return header + b"".join(word + b" " + struct.pack("<2f", *values) + newline for word, values in rows)


@pytest.mark.parametrize("newline", [b"\n", b""])
@pytest.mark.parametrize("header", [b"3 2\n", b"3 2 \r\n", b"3\t2\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_both_dialects(tmp_path, newline, header, packed):
    path = tmp_path / "v"
    whole = content(header, newline)
    path.write_bytes(gzip.compress(whole) if packed else whole)
    words, vectors, problems = read(path)
    assert words == [word for word, _ in ROWS]
    assert vectors.tobytes() == b"".join(struct.pack("<2f", *values) for _, values in ROWS)
    assert problems == []


@pytest.mark.parametrize("newline", [b"\n", b""])
def test_every_cut_is_found(tmp_path, newline):
    path = tmp_path / "v"
    whole = content(newline=newline)
    boundaries = {len(content(newline=newline, rows=ROWS[:n])) for n in range(4)}
    boundaries |= {place - 1 for place in boundaries if newline}
    for size in range(len(b"3 2\n") + 1, len(whole)):
        path.write_bytes(whole[:size])
        if size in boundaries:
            n_rows = len(read(path, "word2vec", "skip")[0])
            if n_rows == 3:
                assert read(path, "word2vec")[2] == []
                continue
            with pytest.raises(
                DataError, match=rf"v: byte 0: expected 3 rows, .* found {n_rows}; .* cut short"
            ):
                read(path, "word2vec")
            assert [problem.kind for problem in read(path, "word2vec", "skip")[2]] == ["header"]
            continue
        with pytest.raises(DataError, match=r"v: byte \d+: expected .* within a row"):
            read(path, "word2vec")
        words, vectors, problems = read(path, "word2vec", "skip")
        assert words == [word for word, _ in ROWS][: len(words)]
        assert len(vectors) == len(words) < 3
        assert [problem.kind for problem in problems] == ["truncated"]


@pytest.mark.parametrize("count", [b"2", b"0"])
def test_a_count_that_is_too_low_is_a_warning(tmp_path, count):
    path = tmp_path / "v"
    path.write_bytes(content(count + b" 2\n"))
    words, _, problems = read(path, "word2vec")
    assert words == [word for word, _ in ROWS]
    assert [(problem.kind, problem.where) for problem in problems] == [("header", "byte 0")]


@pytest.mark.parametrize("count", [b"4", b"9223372036854775808"])
def test_a_count_that_is_too_high_is_a_file_cut_short(tmp_path, count):
    path = tmp_path / "v"
    path.write_bytes(content(count + b" 2\n"))
    with pytest.raises(DataError, match=rf"expected {int(count):,} rows, as the header says, found 3"):
        read(path, "word2vec")
    words, _, problems = read(path, "word2vec", "skip")
    assert words == [word for word, _ in ROWS]
    assert [(problem.kind, problem.where) for problem in problems] == [("header", "byte 0")]


@pytest.mark.parametrize(
    "header", [b"-1 2\n", b"3 0\n", b"3 -2\n", b"3 99999999\n", b"3 2", b"", b"x 2\n", b"3 2 1\n", b"3" * 200]
)
def test_impossible_headers_are_refused(tmp_path, header):
    path = tmp_path / "v"
    path.write_bytes(content(header))
    with pytest.raises(DataError, match="byte 0: expected a line of two numbers"):
        read(path, "word2vec")


def test_a_word_without_end_is_refused(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"3 2\n" + b"x" * 1_000_000)
    with pytest.raises(DataError, match="byte 4: expected a word of at most 65536 bytes"):
        read(path, "word2vec")


def test_blocks_end_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(word2vec, "_BLOCK_BYTES", 7)
    monkeypatch.setattr(word2vec, "_MAX_WORD", 8)
    rows = [(b"w%d" % row, [row, -row]) for row in range(100)]
    path = tmp_path / "v"
    path.write_bytes(content(b"100 2\n", rows=rows))
    words, vectors, problems = read(path, "word2vec")
    assert words == [word for word, _ in rows]
    assert vectors.tolist() == [values for _, values in rows]
    assert problems == []


def test_words_can_be_had_before_the_vectors(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(content())
    with open_source(str(path), "word2vec", ReadOptions()) as opened:
        assert [word for part in opened.source.scan() for word in part.iter_bytes()] == [
            word for word, _ in ROWS
        ]
        assert sum(len(block.words) for block in opened.source.blocks) == 3


def test_rows_know_their_place(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(content())
    with open_source(str(path), None, ReadOptions()) as opened:
        block = next(opened.source.blocks)
        assert [block.where(row) for row in range(3)] == ["byte 4", "byte 17", "byte 29"]
