"""Signals end a command at once, also while it waits for a pipe that stands still."""

import array
import fcntl
import gzip
import os
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import SMALL, command, environment, needs_native, shell

SAID = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated", signal.SIGHUP: "hung up"}


@pytest.fixture(scope="module")
def vectors(tmp_path_factory) -> dict[str, bytes]:
    """300,000 bytes and more of vectors in many formats."""
    from embtrain.cli.main import run

    folder = tmp_path_factory.mktemp("vectors")
    text = folder / "text"
    row = " ".join(f"{number / 7:.4f}" for number in range(40))
    text.write_text("".join(f"w{number} {row}\n" for number in range(4000)))
    for name in ("word2vec", "embtrain", "finalfusion", "fasttext"):
        assert run(["convert", str(text), str(folder / name), "--to", name, "-q"]) == 0
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {**content, "gz": gzip.compress(content["text"])}


@contextmanager
def waiting(
    folder: Path, arguments: tuple[object, ...], content: bytes, name: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that has read all of its stdin, or of a fifo of that name, and waits for more."""
    (folder / "o").mkdir(exist_ok=True)
    if name is not None:
        os.mkfifo(folder / name)
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        command(*arguments),
        env=environment(),
        cwd=folder,
        stdin=subprocess.DEVNULL if name else read_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(read_end)
    if name is not None:
        os.close(write_end)
        write_end = os.open(folder / name, os.O_WRONLY)
    writer = threading.Thread(target=_write, args=(write_end, content), daemon=True)
    writer.start()
    try:
        writer.join(timeout=120)
        while _unread(write_end) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)  # parses, and waits in the next read
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        os.close(write_end)
        process.communicate()


def _write(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb", closefd=False) as pipe:
        pipe.write(content)


def _unread(descriptor: int) -> int:
    count = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, count)
    return count[0]


def check_ended(process: subprocess.Popen[bytes], number: int, folder: Path, times: int = 1) -> None:
    sent = time.perf_counter()
    for _ in range(times):
        process.send_signal(number)
    # Not communicate(): the pipe must stand still until the end.
    code = process.wait(timeout=20)
    seconds = time.perf_counter() - sent
    err = process.stderr.read().decode()
    assert code == 128 + number, err
    assert err.splitlines()[-1] == f"embtrain: error: {SAID[signal.Signals(number)]}"
    assert "Traceback" not in err
    assert seconds < 5  # some hundredths, but on a busy machine
    assert list((folder / "o").iterdir()) == []


@needs_native
@pytest.mark.parametrize(
    ("source", "target"),
    # Those that are read by another thread, and by one of its own that belongs to the writer.
    [
        ("word2vec", "word2vec"), ("word2vec", "npy"), ("embtrain", "word2vec"), ("finalfusion", "word2vec"),
        ("fasttext", "embtrain"), ("text", "word2vec"), ("gz", "glove"),
    ],
)  # fmt: skip
def test_a_conversion_of_a_pipe_that_stands_still(vectors, tmp_path, source, target):
    number = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP][len(source + target) % 3]
    given = source if source in ("word2vec", "embtrain", "finalfusion", "fasttext") else "glove"
    arguments = ("convert", "-", "o/v", "--from", given, "--to", target, "-q")
    with waiting(tmp_path, arguments, vectors[source][:-100]) as process:
        check_ended(process, number, tmp_path, times=1 + len(source) % 3)


OTHERS = {
    "import": (("import", "-", "-o", "o/v", "--from", "word2vec", "-q"), "word2vec"),
    "export": (("export", "-", "-o", "o/v", "--to", "word2vec", "-q"), "embtrain"),
    "check": (("check", "-"), "word2vec"),
    "neighbors": (("neighbors", "-", "w1"), "embtrain"),
    "vocab build": (("vocab", "build", "-", "-o", "o/v", "-q"), "text"),
    "vocab build words": (("vocab", "build", "-", "-o", "o/v", "-q", "--tokenizer", "words"), "text"),
    "jsonl": (("vocab", "build", "-", "-o", "o/v", "-q", "--format", "jsonl", "--on-error", "skip"), "text"),
    "plot": (("plot", "-", "-o", "o/v.html", "-q"), "embtrain"),
}


@needs_native
@pytest.mark.parametrize("name", OTHERS)
def test_other_commands_that_read_a_pipe_that_stands_still(vectors, tmp_path, name):
    arguments, source = OTHERS[name]
    with waiting(tmp_path, arguments, vectors[source][:-100]) as process:
        check_ended(process, signal.SIGTERM, tmp_path)


@needs_native
def test_a_fifo_that_stands_still(vectors, tmp_path):
    arguments = ("convert", "fifo", "o/v", "--from", "word2vec", "--to", "word2vec", "-q")
    with waiting(tmp_path, arguments, vectors["word2vec"][:-100], "fifo") as process:
        check_ended(process, signal.SIGINT, tmp_path, times=3)


@needs_native
def test_words_that_are_waited_for(vectors, tmp_path):
    (tmp_path / "v").write_bytes(vectors["embtrain"])
    with waiting(tmp_path, ("neighbors", "v", "-k", "1"), b"w1\nw2\n") as process:
        check_ended(process, signal.SIGHUP, tmp_path)


def test_training_on_a_pipe_that_stands_still(corpus, tmp_path):
    with waiting(tmp_path, ("train", "-", "-o", "o/v", *SMALL, "-q"), corpus.read_bytes()) as process:
        check_ended(process, signal.SIGHUP, tmp_path, times=3)


def test_what_nohup_ignores_stays_ignored(corpus, tmp_path):
    script = f"trap '' HUP; cat {corpus} - < <(sleep 1.5) | $EMBTRAIN vocab build - -o v -q & sleep .7; "
    result = shell(f"{script} kill -HUP $!; wait $!", tmp_path)
    assert result.code == 0
    assert (tmp_path / "v").exists()


@pytest.fixture(scope="module")
def many_vectors(tmp_path_factory) -> Path:
    """Vectors whose index takes seconds to build."""
    import numpy as np

    from embtrain import Embeddings, Vocabulary

    path = tmp_path_factory.mktemp("many") / "v"
    vectors = np.random.default_rng(1).standard_normal((30_000, 64), np.float32)
    Embeddings(Vocabulary.from_words([f"w{row}" for row in range(30_000)]), vectors).save(path)
    return path


@needs_native
@pytest.mark.parametrize("number", SAID)
def test_an_index_that_is_being_built(many_vectors, tmp_path, number):
    pytest.importorskip("usearch")
    (tmp_path / "o").mkdir()
    index = tmp_path / "o" / "index"
    arguments = command("neighbors", many_vectors, "w1", "--index", index)
    process = subprocess.Popen(
        arguments, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert b"building an index" in process.stderr.readline()
        time.sleep(0.1 * number / signal.SIGTERM)
        check_ended(process, number, tmp_path, times=3)
    finally:
        process.kill()
        process.communicate()
