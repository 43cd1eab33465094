"""``embtrain cooccur`` as a shell would use it."""

import gzip
import json
import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from embtrain.cli.main import run
from embtrain.counts.stanford import RECORD
from tests.conftest import needs_native

pytestmark = needs_native
TEXT = "the king rules the land\nthe queen rules\nthe king sleeps\n" * 5
COMMAND = [sys.executable, "-m", "embtrain"]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def counts(corpus, tmp_path):
    assert embtrain("cooccur", "build", corpus, "-o", tmp_path / "counts", "-q") == 0
    return tmp_path / "counts"


def embtrain(*arguments):
    return run([str(argument) for argument in arguments])


def shell(*arguments, stdin=b"", **options):
    words = [*COMMAND, *map(str, arguments)]
    return subprocess.run(words, input=stdin, capture_output=True, timeout=300, **options)


def test_build_says_what_it_reads_needs_and_writes(corpus, tmp_path, capfd):
    assert embtrain("cooccur", "build", corpus, "-o", tmp_path / "c", "--min-count", "6") == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    said = captured.err
    assert "read 55 words, 15 sentences" in said
    assert "left out 3 words seen fewer than 6 times, 15 tokens; 3 words remain" in said
    assert "pairs of words: 0 MB of temporary files, and 0 MB of output" in said
    assert "wrote counts of 3 words, both sides within 10 words, weighted by distance, to " in said
    assert sorted(os.listdir(tmp_path)) == ["c", "corpus.txt"]


def test_show_prints_rows_and_what_the_file_holds(counts, capfdbinary):
    assert embtrain("cooccur", "show", counts, "king", "sleeps", "-k", "2") == 0
    assert capfdbinary.readouterr().out == (
        b"king\t1\tthe\t12.500000\nking\t2\trules\t5.000000\n"
        b"sleeps\t1\tking\t5.000000\nsleeps\t2\tthe\t2.500000\n"
    )
    assert embtrain("cooccur", "show", counts, "king", "-k", "1", "--json") == 0
    assert json.loads(capfdbinary.readouterr().out) == {
        "query": "king",
        "contexts": [{"word": "the", "count": 12.5}],
    }
    assert embtrain("cooccur", "show", counts) == 0
    assert b"words: 6\ntokens: 55\nwindow: 10\nsymmetric: true\n" in capfdbinary.readouterr().out
    assert embtrain("cooccur", "show", counts, "--json") == 0
    shown = json.loads(capfdbinary.readouterr().out)
    assert (shown["pairs"], shown["bytes"]) == (21, os.path.getsize(counts) - shown_start(counts))


def shown_start(path):
    """Where the rows begin."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return 8 + length + json.loads(content[8 : 8 + length])["rows"]["data_offsets"][0]


def test_an_unknown_word_ends_after_the_answers_before_it(counts, capfd):
    assert embtrain("cooccur", "show", counts, "sleeps", "kingg") == 1
    captured = capfd.readouterr()
    assert captured.out.startswith("sleeps\t1\tking")
    assert captured.err == "embtrain: error: 'kingg' is not among the 6 words; did you mean 'king'?\n"


def test_pipes_on_both_ends(corpus, counts):
    built = shell("cooccur", "build", "-", "-o", "-", "-q", stdin=TEXT.encode())
    assert (built.returncode, built.stderr) == (0, b"")
    assert built.stdout == counts.read_bytes()
    twice = shell("cooccur", "merge", "-", counts, "-o", "-", "-q", stdin=built.stdout)
    assert (twice.returncode, twice.stderr) == (0, b"")
    shown = shell("cooccur", "show", "-", "king", "-k", "1", stdin=gzip.compress(twice.stdout))
    assert shown.stdout == b"king\t1\tthe\t25.000000\n"


def test_shards_merge_to_the_bytes_of_the_whole(corpus, tmp_path, capfd):
    vocab = tmp_path / "vocab"
    assert embtrain("vocab", "build", corpus, "-o", vocab, "-q") == 0
    assert embtrain("cooccur", "build", corpus, "--vocab", vocab, "-o", tmp_path / "whole", "-q") == 0
    folder = tmp_path / "shards"
    folder.mkdir()
    for first in range(3):
        part = tmp_path / f"part{first}"
        part.write_text("".join(TEXT.splitlines(keepends=True)[first::3]))
        assert embtrain("cooccur", "build", part, "--vocab", vocab, "-o", folder / f"{first}.gz", "-q") == 0
    assert embtrain("cooccur", "merge", folder, "-o", tmp_path / "sum") == 0
    assert (tmp_path / "sum").read_bytes() == (tmp_path / "whole").read_bytes()
    assert "adding up 3 counts" in capfd.readouterr().err


def test_more_shards_than_files_may_be_open(counts, tmp_path):
    sources = [tmp_path / f"{number}" for number in range(200)]
    for source in sources:
        source.write_bytes(counts.read_bytes())
    limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))}
    done = shell("cooccur", "merge", *sources, "-o", tmp_path / "sum", "-q", **limits)
    assert (done.returncode, done.stderr) == (0, b"")
    shown = shell("cooccur", "show", tmp_path / "sum", "king", "-k", "1")
    assert shown.stdout == b"king\t1\tthe\t2500.000000\n"


def test_counts_of_stanfords_glove_are_written_and_read(corpus, counts, tmp_path, capfd):
    vocab, stanford = tmp_path / "vocab", tmp_path / "cooccurrence.bin"
    assert embtrain("vocab", "build", corpus, "--min-count", "5", "-o", vocab, "-q") == 0
    assert embtrain("cooccur", "build", corpus, "--to", "stanford", "-o", stanford, "-q") == 0
    records = np.fromfile(stanford, RECORD)
    assert len(records) == 21
    assert records[0].tolist() == (1, 1, pytest.approx(10 / 3))
    how = ("--vocab", vocab, "--window", "10")
    assert embtrain("cooccur", "merge", stanford, *how, "-o", tmp_path / "again", "-q") == 0
    capfd.readouterr()
    for file in (counts, tmp_path / "again"):
        assert embtrain("cooccur", "show", file, "king", "the") == 0
    first, again = np.array_split(capfd.readouterr().out.splitlines(), 2)
    assert first.tolist() == again.tolist()
    assert embtrain("cooccur", "show", stanford, *how) == 0
    assert "tokens: unknown\n" in capfd.readouterr().out
    assert embtrain("cooccur", "merge", stanford, counts, *how, "-o", tmp_path / "both", "-q") == 0


def test_the_order_of_a_stanford_vocabulary_is_kept(tmp_path, capfd):
    # Words of equal counts are sorted by signed bytes there.
    (tmp_path / "vocab").write_text("the 9\né 2\na 2\n", encoding="utf-8")
    np.array([(1, 2, 1.0), (2, 1, 1.0)], RECORD).tofile(tmp_path / "x")
    how = ("--vocab", tmp_path / "vocab", "--window", "15")
    assert embtrain("cooccur", "show", tmp_path / "x", "the", *how) == 0
    assert capfd.readouterr().out == "the\t1\té\t1.000000\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("merge", "counts", "--window", "5", "-o", "out"), 2, "name its vocabulary with --vocab, too"),
        (("merge", "counts", "--vocab", "vocab", "-o", "out"), 2, "add their --window"),
        (("merge", "counts", "-o", "counts", "--force"), 2, "an output must not be an input"),
        (("merge", "counts", "-o", "vocab"), 2, "exists"),
        (("merge", "-", "-", "-o", "out"), 2, "stdin (-) is named twice"),
        (("merge", "missing", "-o", "out"), 2, "missing: no such file"),
        (("merge", "corpus.txt", "-o", "out"), 3, "corpus.txt: is not a file of co-occurrence counts"),
        (("show", "corpus.txt"), 3, "corpus.txt: is not a file of co-occurrence counts"),
        (("show", "missing"), 2, "missing: no such file"),
        (("build", "empty", "-o", "out"), 3, "no words in 0 bytes"),
        (("build", "corpus.txt", "--min-count", "99", "-o", "out"), 3, "no word occurs 99 times"),
        (("build", "corpus.txt", "--vocab", "other", "-o", "out"), 3, "none of the 55 words of text"),
        (("build", "corpus.txt", "--vocab", "empty", "-o", "out"), 3, "holds no words"),
        (("build", "corpus.txt", "--window", "0", "-o", "out"), 2, "window"),
        (("build", "corpus.txt", "--window", "1001", "-o", "out"), 2, "window"),
        (("build", "corpus.txt", "-o", "corpus.txt", "--force"), 2, "an output must not be an input"),
        (("build", "corpus.txt", "-o", "vocab", "--vocab", "vocab", "--force"), 2, "must not be an input"),
        (("build", "corpus.txt", "-o", "missing/out"), 2, "missing"),
        (("build", "corpus.txt", "-o", "out", "--tmp-dir", "missing"), 2, "cannot hold temporary files"),
        (("build", "corpus.txt", "-o", "out", "--memory", "1M"), 2, "MB of memory more; allow more"),
        (("build", "corpus.txt", "-o", "/dev/full"), 4, "no space left"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(counts, tmp_path, monkeypatch, capfd, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "other").write_text("nothing 3\n")
    (tmp_path / "vocab").write_text("the 3\n")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert embtrain("cooccur", *arguments) == code
    captured = capfd.readouterr()
    errors = [line for line in captured.err.splitlines() if line.startswith("embtrain: error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    assert captured.out == ""
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_words_of_a_vocabulary_without_counts_of_the_text(corpus, tmp_path, capfd):
    (tmp_path / "vocab").write_text("king 0\nnever 0\nthe 0\n")
    assert embtrain("cooccur", "build", corpus, "--vocab", tmp_path / "vocab", "-o", tmp_path / "c") == 0
    assert "left out 25 words that are not in the vocabulary" in capfd.readouterr().err
    assert embtrain("cooccur", "show", tmp_path / "c", "king", "never") == 0
    assert capfd.readouterr().out == "king\t1\tthe\t15.000000\n"


def test_long_lines_are_split_and_the_cuts_reported(tmp_path, capfd):
    (tmp_path / "text").write_text("a b " * 50)
    assert embtrain("cooccur", "build", tmp_path / "text", "--max-sentence", "60", "-o", tmp_path / "c") == 0
    assert (
        "split long lines 1 time, every 60 words (--max-sentence); pairs across a cut"
        in capfd.readouterr().err
    )


def test_a_disk_that_is_too_small_is_a_warning(corpus, tmp_path, monkeypatch, capfd):
    from embtrain.io.disk_space import Shortage

    monkeypatch.setattr(
        "embtrain.cli.cooccur.writing.find_shortage", lambda needs: Shortage("/x", 3_000_000, 1_000_000)
    )
    assert embtrain("cooccur", "build", corpus, "-o", tmp_path / "c") == 0
    assert "warning: /x: up to 3 MB may be needed, but only 1 MB are left" in capfd.readouterr().err


def test_info_names_a_file_of_counts(counts, tmp_path, capfd):
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(counts.read_bytes()))
    for source in (counts, packed):
        assert embtrain("info", source, "--json") == 0
        told = json.loads(capfd.readouterr().out)
        assert told["format"] == "embtrain co-occurrences"
        assert (told["words"], told["tokens"], told["window"]) == (6, 55, 10)
    counts.write_bytes(counts.read_bytes()[:-1])
    assert embtrain("info", counts) == 3


@pytest.mark.parametrize(
    "command", [("neighbors", "king"), ("convert", "out.txt"), ("evaluate",), ("check",)]
)
def test_counts_are_no_vectors(counts, tmp_path, monkeypatch, capfd, command):
    monkeypatch.chdir(tmp_path)
    assert embtrain(command[0], counts, *command[1:]) == 3
    assert (
        "holds co-occurrence counts, not vectors; embtrain cooccur show prints them" in capfd.readouterr().err
    )


def test_the_formats_name_is_the_same_in_both_rooms():
    from embtrain.counts import header
    from embtrain.vectors.shared import layout

    assert header.FORMAT == layout.COUNTS_FORMAT
