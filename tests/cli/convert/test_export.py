"""``embtrain export`` as a shell would use it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from tests.conftest import measured

WORDS = ["the", "naïve", "\udcff"]
VECTORS = np.array([[1, -0.1], [0.25, 2], [3, 4]], np.float32)
GLOVE = b"the 1 -0.1\nna\xc3\xafve 0.25 2\n\xff 3 4\n"
COMMAND = [sys.executable, "-m", "embtrain"]


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "v.safetensors"
    Embeddings(Vocabulary.from_words(WORDS, [3, 2, 1]), VECTORS, VECTORS, {"config": "{}"}).save(path)
    return path


def shell(*arguments, stdin=b"", **options):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=60, **options
    )


def test_file_to_file(vectors, tmp_path, capfd):
    assert run(["export", str(vectors), "--to", "word2vec-text", "-o", str(tmp_path / "out.x")]) == 0
    assert (tmp_path / "out.x").read_bytes() == b"3 2\n" + GLOVE
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"embtrain: wrote 3 words x 2 as word2vec-text, {len(GLOVE) + 4} bytes, to {tmp_path / 'out.x'}\n"
        "embtrain: left out what the format word2vec-text cannot hold: counts, context, metadata 'config'\n"
    )


def test_the_ending_names_the_format(vectors, tmp_path, capfd):
    assert run(["export", str(vectors), "-o", str(tmp_path / "out.bin"), "--quiet"]) == 0
    assert (tmp_path / "out.bin").read_bytes().startswith(b"3 2\nthe \x00\x00\x80\x3f")
    assert capfd.readouterr().err == ""
    assert run(["export", str(vectors), "-o", str(tmp_path / "out.what")]) == 2
    assert "give --to with one of embtrain, " in capfd.readouterr().err


def test_pipes_on_both_sides(vectors):
    done = shell("export", "-", "--to", "glove", stdin=vectors.read_bytes())
    assert (done.returncode, done.stdout) == (0, GLOVE)
    assert b"wrote 3 words x 2 as glove" in done.stderr
    assert shell("export", vectors, "--to", "glove", "-o", "-").stdout == GLOVE


def test_an_existing_file_is_replaced_only_by_force(vectors, tmp_path, capfd):
    out = tmp_path / "out.vec"
    out.write_bytes(b"precious")
    assert run(["export", str(vectors), "-o", str(out)]) == 2
    assert "--force" in capfd.readouterr().err
    assert out.read_bytes() == b"precious"
    assert run(["export", str(vectors), "-o", str(out), "--force"]) == 0
    assert out.read_bytes() == b"3 2\n" + GLOVE


def test_words_the_format_cannot_hold(tmp_path, capfd):
    path = tmp_path / "v.safetensors"
    Embeddings(Vocabulary.from_words(["fine", "a b"]), VECTORS[:2]).save(path)
    assert run(["export", str(path), "-o", str(tmp_path / "out.bin")]) == 3
    assert capfd.readouterr().err.startswith("embtrain: error: 1 word is empty or with a newline or space")
    assert sorted(os.listdir(tmp_path)) == ["v.safetensors"]


@pytest.mark.parametrize("n_missing", [1, 8, 20, 24, 300, 580])
def test_a_truncated_pipe_leaves_no_file(vectors, tmp_path, n_missing):
    whole = vectors.read_bytes()
    done = shell("export", "-", "-o", tmp_path / "out.bin", stdin=whole[:-n_missing])
    assert done.returncode == 3
    assert done.stdout == b""
    assert done.stderr.startswith(b"embtrain: error: standard input: byte ")
    assert done.stderr.count(b"\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["v.safetensors"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["missing", "--to", "glove"], 2, b"missing"),
        ([".", "--to", "glove"], 2, b"directory"),
        (["-", "--to", "glove"], 3, b"this looks like an empty file"),
        (["-", "--to", "golve"], 2, b"did you mean glove?"),
        (["-"], 2, b"which format?"),
        ([], 2, b"Missing argument"),
    ],
)
def test_errors_are_one_line(arguments, code, message):
    done = shell("export", *arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.startswith(b"embtrain: error: ")
    assert message in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_a_failure(vectors):
    with open("/dev/full", "wb") as full:
        command = [*COMMAND, "export", str(vectors), "--to", "glove"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 4
    assert done.stderr.startswith(b"embtrain: error: stdout: no space left")


@pytest.mark.parametrize(("to", "code"), [("glove", 0), ("word2vec-text", 0), ("word2vec", 4)])
def test_a_reader_that_leaves_has_seen_enough_lines_but_not_all_of_a_binary_file(tmp_path, to, code):
    path = tmp_path / "v.safetensors"
    # More than a pipe holds.
    Embeddings(Vocabulary.from_words(map(str, range(90_000))), np.ones((90_000, 20), np.float32)).save(path)
    with subprocess.Popen(
        [*COMMAND, "export", str(path), "--to", to], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() in (b"0" + b" 1" * 20 + b"\n", b"90000 20\n")
        process.stdout.close()
        assert process.wait(60) == code
        said = process.stderr.read()
        assert (b"reader closed the pipe" in said) == (code == 4)
        assert b"Traceback" not in said


def test_terminal_output_must_be_asked_for(vectors):
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    command = [*COMMAND, "export", str(vectors), "--to", "glove"]
    done = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, timeout=60)
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"stdout is a terminal" in done.stderr


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = {}
    # With 16 MB all buffers are in use already; 140,000 more words take some megabytes.
    for n_words in (20_000, 160_000):
        path = tmp_path / f"{n_words}.safetensors"
        Embeddings(Vocabulary.from_words(map(str, range(n_words))), np.ones((n_words, 200), np.float32)).save(
            path
        )
        for source in (str(path), "-"):
            command = measured("export", source, "--to", "word2vec", "--quiet")
            with open(path, "rb") as file:
                done = subprocess.run(
                    command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60
                )
            assert done.returncode == 0
            peaks[n_words, source == "-"] = int(done.stderr)
        path.unlink()
    for piped in (False, True):
        assert peaks[160_000, piped] - peaks[20_000, piped] < 16_000, f"peak KB for 16 MB and 128 MB: {peaks}"
