"""``embtrain phrases`` as a shell would use it."""

import gzip
import subprocess

import pytest

from tests.conftest import command, environment, measured, needs_native, shell

pytestmark = needs_native
TEXT = "he lives in new york\nnew york is large\na bank of america in new york\nthe bank of america\n" * 5


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


def test_text_and_phrases_are_written(call, corpus, tmp_path):
    joined, saved = tmp_path / "joined.txt", tmp_path / "phrases.tsv"
    options = ("--min-count", 6, "--threshold", 0.5, "--connector-words", "en")
    result = call("phrases", corpus, *options, "-o", joined, "--save", saved)
    assert result.code == 0
    assert joined.read_text().startswith(
        "he lives in new_york\nnew_york is large\na bank_of_america in new_york\nthe bank_of_america\n"
    )
    assert saved.read_text().splitlines()[0] == "phrase\tscore\tcount\tpass\twords"
    assert "\nbank_of_america\t" in saved.read_text()
    assert "read 100 words, 20 sentences" in result.err
    assert "pass 1: " in result.err
    again = call("phrases", corpus, "--phrases", saved, "-o", "-")
    assert again.out == joined.read_bytes()
    assert "joined to stdout" in again.err


def test_it_is_a_filter(corpus, tmp_path):
    done = shell("cat corpus.txt | gzip | $EMBTRAIN phrases - --threshold 1 -q -o - | head -1", tmp_path)
    assert (done.code, done.out, done.err) == (0, b"he lives in new_york\n", "")


def test_outputs_are_compressed_by_their_names(call, corpus, tmp_path):
    assert call("phrases", corpus, "--threshold", 1, "--save", tmp_path / "p.tsv.gz", "-q").code == 0
    assert gzip.decompress((tmp_path / "p.tsv.gz").read_bytes()).startswith(b"phrase\t")
    arguments = ("--phrases", tmp_path / "p.tsv.gz", "-o", "-", "-q")
    assert call("phrases", corpus, *arguments).out.startswith(b"he lives in new_york\n")


def test_text_is_tokenised_first(call, tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"text": "New York, new york!"}\n' * 6)
    options = ("--tokenizer", "words", "--lowercase", "--threshold", 0.1)
    assert call("phrases", path, *options, "-o", "-", "-q").out == b"new_york new_york\n" * 6


def test_what_is_left_out_and_cut_is_said(call, tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n" + "a b c " * 10 + "\n\n")
    result = call("phrases", path, "--max-sentence", 20, "-o", "-")
    assert result.out.count(b"\n") == 2
    assert "left out 2 lines without words" in result.err
    assert "split long lines 1 time, every 20 words (--max-sentence)" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "nothing to write: give -o FILE"),
        ("-o - --phrases p --save q", "leave out --save"),
        ("-o - --phrases p --passes 2 --scoring npmi", "leave out --scoring and --passes"),
        ("-o - --phrases missing", "missing"),
        ("-o - --scoring npmi --threshold 10", "--threshold (10) must be between -1 and 1"),
        ("-o - --delimiter=", "--delimiter '' must not be empty or contain white space"),
        ("-o corpus.txt --force", "corpus.txt"),
        ("-o same --save same", "same: is both the output and the file of phrases"),
        ("-o - --connector-words missing", "missing"),
    ],
)
def test_wrong_uses_are_one_line(call, corpus, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    result = call("phrases", "corpus.txt", *arguments.split())
    assert result.code == 2
    assert said in result.error_line
    assert corpus.read_text() == TEXT


def test_an_empty_text_is_an_error_and_leaves_nothing(call, tmp_path):
    (tmp_path / "empty").write_text("")
    result = call("phrases", tmp_path / "empty", "-o", tmp_path / "out")
    assert result.code == 3
    assert not (tmp_path / "out").exists()


def test_without_the_native_module_it_says_so(corpus, tmp_path):
    done = subprocess.run(
        command("phrases", corpus, "-o", tmp_path / "out"),
        env={**environment(), "EMBTRAIN_NATIVE": "0"},
        capture_output=True,
    )
    assert done.returncode == 2
    assert b"joining phrases needs the native module" in done.stderr


def test_memory_does_not_grow_with_the_text(tmp_path):
    """20 MB of text, in which nearly all pairs differ, with 16 MB for pairs."""
    import random

    source = random.Random(1)
    words = [f"word{k}" for k in range(20_000)]
    path = tmp_path / "corpus.txt"
    with path.open("w") as file:
        for _ in range(2500):
            file.write(" ".join(source.choices(words, k=1000)) + "\n")

    def peak(memory):
        done = subprocess.run(
            measured("phrases", path, "--memory", memory, "--threads", 2, "-o", "/dev/null", "--force"),
            env=environment(),
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return int(done.stderr.split()[-1]), done.stderr

    small, said = peak("8M")
    assert b" turns" in said
    assert peak("256M")[0] - small > 30_000
