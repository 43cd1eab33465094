"""``embtrain neighbors`` as a shell would use it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from tests.conftest import shell as bash

WORDS = ["up", "upper", "right", "zero", "a\tb", "\udcff"]
VECTORS = np.array([[0, 2], [0.6, 0.8], [1, 0], [0, 0], [-1, 1], [-1, 0]], np.float32)
COMMAND = [sys.executable, "-m", "embtrain", "neighbors"]


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "v.safetensors"
    Embeddings(Vocabulary.from_words(WORDS), VECTORS).save(path)
    return str(path)


def shell(*arguments, stdin=b""):
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, timeout=60)


UP = b"up\t1\tupper\t0.800000\nup\t2\ta\\tb\t0.707107\n"
RIGHT = b"right\t1\tupper\t0.600000\nright\t2\tup\t0.000000\n"
NOTE = b"embtrain: 1 vector is zero or not finite and never a neighbour\n"


def test_words_as_arguments(vectors):
    done = shell(vectors, "right", "up", "right", "-k", "2")
    assert (done.returncode, done.stdout, done.stderr) == (0, RIGHT + UP + RIGHT, NOTE)


def test_words_from_stdin_and_files(vectors, tmp_path):
    (tmp_path / "words").write_bytes(b"right\nup")
    for stdin, extra in (
        (b"right\nup\n", []),
        (b"\xef\xbb\xbfright\r\nup", []),
        (b"right\nup", ["--input", "-"]),
    ):
        assert shell(vectors, "-k2", *extra, stdin=stdin).stdout == RIGHT + UP
    assert shell(vectors, "-k2", "--input", str(tmp_path / "words")).stdout == RIGHT + UP


def test_vectors_from_stdin(vectors):
    with open(vectors, "rb") as file:
        assert shell("-", "up", "-k2", stdin=file.read()).stdout == UP


def test_ties_and_all_neighbours(vectors):
    done = shell(vectors, "up")
    assert [line.split(b"\t")[2] for line in done.stdout.splitlines()] == [
        b"upper",
        b"a\\tb",
        b"right",
        b"\xff",
    ]


def test_json(vectors):
    done = shell(vectors, b"\xff", "up", "zero", "-k", "1", "--json")
    assert done.stdout == (
        b'{"query": "\\udcff", "neighbors": [{"word": "a\\tb", "score": 0.707107}]}\n'
        b'{"query": "up", "neighbors": [{"word": "upper", "score": 0.8}]}\n'
        b'{"query": "zero", "neighbors": []}\n'
    )
    assert b"1 word has no neighbours: its vector is zero or not finite ('zero')" in done.stderr


def test_unknown_word_stops_after_the_answers_before_it(vectors):
    done = shell(vectors, "-k2", stdin=b"right\nUpper\nup\n")
    assert (done.returncode, done.stdout) == (1, RIGHT)
    assert done.stderr == (
        b"embtrain: error: 'Upper' is not among the 6 words; did you mean 'upper'? "
        b"--oov skip or --oov null continues without it\n"
    )


def test_unknown_words_skipped(vectors):
    done = shell(vectors, "-k2", "--oov", "skip", stdin=b"right\nx\n\nup\n")
    assert (done.returncode, done.stdout) == (0, RIGHT + UP)
    said = b"embtrain: left out 1 blank line\nembtrain: 1 word has no vector and was skipped\n"
    assert done.stderr == said + NOTE


def test_unknown_words_answered_with_nothing(vectors):
    done = shell(vectors, "-k2", "--oov", "null", stdin=b"right\nx\nup\n")
    assert (done.returncode, done.stdout) == (0, RIGHT + b"x\t\t\t\n" + UP)
    done = shell(vectors, "-k1", "--oov", "null", "--json", "x", "up")
    assert done.stdout.splitlines()[0] == b'{"query": "x", "neighbors": null}'


def test_nothing_found(vectors):
    for mode in ("skip", "null"):
        done = shell(vectors, "x", "y", "--oov", mode)
        assert done.returncode == 1
        assert done.stderr.endswith(b"embtrain: error: none of the words has a vector\n")


def test_no_words_at_all_is_no_failure(vectors):
    assert shell(vectors).returncode == 0
    assert shell(vectors).stdout == b""


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_answers_while_the_input_is_still_open(vectors, flags):
    with subprocess.Popen(
        [*COMMAND, vectors, "-k1", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for word in (b"up", b"right", b"up"):
            process.stdin.write(word + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert (json.loads(line)["query"].encode() if flags else line.split(b"\t")[0]) == word
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_a_reader_that_leaves_is_a_normal_end(vectors):
    with subprocess.Popen(
        [*COMMAND, vectors], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(b"up\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"up\t1\tupper\t0.800000\n"
        process.stdout.close()
        process.stdin.write(b"up\n" * 1000)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_many_words_in_order(tmp_path):
    path = tmp_path / "v.safetensors"
    words = [f"w{row}" for row in range(1000)]
    table = np.random.default_rng(0).standard_normal((1000, 8)).astype(np.float32)
    Embeddings(Vocabulary.from_words(words), table).save(path)
    done = shell(str(path), "-k3", "--json", stdin="\n".join(reversed(words)).encode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["query"] for answer in answers] == words[::-1]
    assert {len(answer["neighbors"]) for answer in answers} == {3}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "stdin cannot hold both"),
        (["-", "--input", "-"], "stdin cannot hold both"),
        (["v", "word", "--input", "f"], "choose one"),
        (["v", "word", "--words", "f"], "choose one"),
        (["missing", "word"], "missing"),
        (["v", "word", "-k", "0"], "0 is not in the range"),
        (["v", "word", "--ovo", "skip"], "--oov"),
    ],
)
def test_usage_errors(arguments, message, capfd):
    assert run(["neighbors", *arguments]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


def test_a_terminal_is_not_waited_for(vectors):
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    with open(leader, "rb", 0), open(follower, "rb", 0) as terminal:
        done = subprocess.run([*COMMAND, vectors], stdin=terminal, capture_output=True, timeout=60)
    assert done.returncode == 2
    assert b"stdin is a terminal" in done.stderr


class Terminal:
    """A process whose stdin and stdout are a terminal."""

    def __init__(self, arguments, folder, name="neighbors"):
        pty = pytest.importorskip("pty")
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND[:-1], name, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            env={**os.environ, "XDG_STATE_HOME": str(folder), "TERM": "dumb"},
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = b""

    def wait_for(self, text):
        """Reads what is shown up to a text, and returns it."""
        while text not in self.shown:
            self.shown += os.read(self._ours, 1 << 12)
        head, _, self.shown = self.shown.partition(text)
        return head

    def type(self, keys):
        os.write(self._ours, keys)

    def end(self):
        """Presses Ctrl-D; the exit code and stderr."""
        self.type(b"\x04")
        _, err = self.process.communicate(timeout=60)
        os.close(self._ours)
        return self.process.returncode, err


def test_a_prompt_on_a_terminal_answers_forgives_and_remembers(vectors, tmp_path):
    terminal = Terminal([vectors, "-k1"], tmp_path)
    terminal.wait_for(b"> ")
    terminal.type(b"up\n")
    terminal.wait_for(b"up\t1\tupper\t0.800000")
    terminal.wait_for(b"> ")
    terminal.type(b"Up\n\n  right \n")
    terminal.wait_for(b"right\t1\tupper\t0.600000")
    terminal.wait_for(b"> ")
    code, err = terminal.end()
    assert code == 0
    assert b"'Up' is not among the 6 words; did you mean 'up'?" in err
    pytest.importorskip("readline")
    assert (tmp_path / "embtrain" / "history").read_text().split() == ["up", "Up", "right"]
    again = Terminal([vectors, "-k1"], tmp_path)
    again.wait_for(b"> ")
    again.type(b"\x10\n")  # Ctrl-P: the line before
    again.wait_for(b"right\t1\tupper\t0.600000")
    again.wait_for(b"> ")
    assert again.end()[0] == 0


def test_answers_in_a_pipe_that_is_left_early(tmp_path):
    path = tmp_path / "v.safetensors"
    table = np.random.default_rng(0).standard_normal((3000, 8)).astype(np.float32)
    Embeddings(Vocabulary.from_words([f"w{row}" for row in range(3000)]), table).save(path)
    (tmp_path / "words.txt").write_text("".join(f"w{row}\n" for row in range(3000)))
    result = bash("$EMBTRAIN neighbors v.safetensors < words.txt | head -3", tmp_path)
    assert (result.code, result.err) == (0, "")
    assert [line.split(b"\t")[0] for line in result.out.splitlines()] == [b"w0"] * 3


def test_answers_that_meet_a_full_disk_are_an_error(vectors, tmp_path):
    result = bash(f"$EMBTRAIN neighbors {vectors} up > /dev/full", tmp_path)
    assert result.code == 4
    assert "No space left" in result.error_line


def test_a_long_list_of_answers_is_cut_into_batches(vectors):
    words = b"up\nright\n" * 1000
    done = shell(vectors, "-k", "3000000", stdin=words)
    assert done.stdout == shell(vectors, "-k", "5", stdin=words).stdout
    assert done.stdout.count(b"\n") == 2000 * 4


def test_an_index_is_made_once_and_its_recall_said(tmp_path):
    pytest.importorskip("usearch")
    path = tmp_path / "v.safetensors"
    table = np.random.default_rng(0).standard_normal((200, 8)).astype(np.float32)
    Embeddings(Vocabulary.from_words([f"w{row}" for row in range(200)]), table).save(path)
    arguments = [str(path), "w5", "w9", "-k", "4", "--index", str(tmp_path / "index")]
    made, used = shell(*arguments), shell(*arguments)
    assert b"building an index of 200 vectors" in made.stderr
    assert b"building" not in used.stderr
    assert used.stderr.count(b"recall@4 ") == made.stderr.count(b"recall@4 ") == 1
    assert made.stdout == used.stdout == shell(*arguments[:-2]).stdout


def test_oov_subword_needs_subwords(vectors):
    done = shell(vectors, "upp", "--oov", "subword")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"hold no subwords" in done.stderr


def test_damaged_words_are_found_before_they_are_used(vectors):
    with open(vectors, "rb") as file:
        data = bytearray(file.read())
    start = 8 + int.from_bytes(data[:8], "little")
    data[start + 8 : start + 16] = (2**62).to_bytes(8, "little")
    done = shell("-", "up", stdin=bytes(data))
    assert done.returncode == 3
    assert b"vocab.offsets" in done.stderr
    assert done.stdout == b""
