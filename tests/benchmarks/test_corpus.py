import bz2
import gzip
import hashlib
import lzma
import tracemalloc

import click
import pytest
from harness import corpus as corpora
from harness.corpus import prepare, repeat, scan


def test_scan_counts_words_lines_and_the_longest_line(tmp_path):
    text = b"one two\n\nthree\tfour  five\r\nsix"
    path = tmp_path / "text"
    path.write_bytes(text)
    found = scan(path)
    assert (found.words, found.lines, found.longest) == (6, 4, 3)
    assert found.sha256 == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 64])
def test_scan_and_cut_do_not_depend_on_the_block(tmp_path, monkeypatch, block):
    monkeypatch.setattr(corpora, "_BLOCK", block)
    monkeypatch.setattr(corpora, "LINE_WORDS", 3)
    source = tmp_path / "text.txt"
    source.write_bytes(b"a bb ccc d e\nf g h\n\ni\tj k l\nlast words of it all")
    found = prepare(source, tmp_path / "work")
    assert found.cut
    assert found.path.read_bytes() == b"a bb ccc\nd e\nf g h\n\ni j k\nl\nlast words of\nit all\n"
    assert (found.words, found.lines, found.longest) == (17, 8, 3)


def test_short_lines_are_used_in_place(tmp_path):
    source = tmp_path / "text.txt"
    source.write_bytes(b"word " * 1000 + b"\nanother line\n")
    found = prepare(source, tmp_path / "work")
    assert found.path == source.resolve()
    assert not found.cut


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_packed_corpora_are_recognised_by_content(tmp_path, pack):
    text = b"some words\nof text\n" * 100
    source = tmp_path / "corpus.packed"
    source.write_bytes(pack(text))
    found = prepare(source, tmp_path / "work")
    assert found.path.read_bytes() == text
    assert found.words == 400


def test_one_huge_line_is_cut_without_being_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(corpora, "_BLOCK", 1 << 14)
    source = tmp_path / "line.txt"
    source.write_bytes(b"word " * 400_000)
    tracemalloc.start()
    try:
        found = prepare(source, tmp_path / "work")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.words, found.lines, found.longest) == (400_000, 400, 1000)
    # The line is 2 MB of text, 18 MB as a list of words; a block is 16 KiB and 150 kB.
    assert peak < 1e6


def test_damaged_and_empty_corpora_are_refused(tmp_path):
    source = tmp_path / "text.gz"
    source.write_bytes(gzip.compress(b"words " * 1000)[:-20])
    with pytest.raises(click.ClickException, match="cannot be unpacked"):
        prepare(source, tmp_path / "work")
    source.write_bytes(b" \n\n")
    with pytest.raises(click.ClickException, match="holds no words"):
        prepare(source, tmp_path / "work")


def test_repeat_keeps_copies_on_lines_of_their_own(tmp_path):
    source = tmp_path / "text.txt"
    source.write_bytes(b"one two\nthree")
    repeat(scan(source), 3, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"one two\nthree\n" * 3
