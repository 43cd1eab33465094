"""What a terminal would obey is shown on it, and passed on as it is to pipes and files."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.io.reporting.terminal import commands, shield, visible
from tests.conftest import command, environment

EVIL = "red\x1b[31m\x9b1m\u202eback\x07\x7f"
SHOWN = "red\\x1b[31m\\u009b1m\\u202eback\\x07\\u007f"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (EVIL, SHOWN),
        ("a\tb\nc \\x1b", "a\tb\nc \\x1b"),
        ("\r\x00\udcff\udc9b", "\\x0d\\x00\\xff\\x9b"),
        ("\u2066x\u2069\x85", "\\u2066x\\u2069\\u0085"),
        ("n\u00e4\u00efve \u4e2d \u05e9\u05dc \u0645\u06cc\u200c\u062e \U0001f469\u200d\U0001f467", None),
    ],
)
def test_what_a_terminal_obeys_is_visible(text, shown):
    assert visible(text) == (text if shown is None else shown)


class Screen:
    """A terminal that keeps what it gets."""

    def __init__(self):
        self._ours, self.theirs = pty.openpty()

    def text(self):
        os.close(self.theirs)
        parts = []
        try:
            while part := os.read(self._ours, 1 << 16):
                parts.append(part)
        except OSError:  # Linux says so at the end
            pass
        os.close(self._ours)
        return b"".join(parts).decode().replace("\r\n", "\n")


def test_characters_cut_between_two_writes_are_whole():
    screen = Screen()
    stream = shield(os.fdopen(screen.theirs, "w", closefd=False))
    assert stream.isatty()
    for byte in "\u4e2d\u202e\x9b.\n".encode():
        stream.buffer.write(bytes([byte]))
        stream.flush()
    print("\u05d0", EVIL, file=stream)
    commands(stream).write("\x1b[A")
    commands(stream).flush()
    stream.detach()
    assert screen.text() == f"\u4e2d\\u202e\\u009b.\n\u05d0 {SHOWN}\n\x1b[A"


def test_pipes_are_left_alone(tmp_path):
    with open(tmp_path / "f", "w") as file:
        assert shield(file) is file
        assert commands(file) is file


@pytest.fixture
def vectors(tmp_path):
    table = np.array([[1, 0], [1, 0.1], [0, 1]], np.float32)
    Embeddings(Vocabulary.from_words([EVIL, "b", b"\xff\x9b"]), table, metadata={"k": EVIL}).save(
        tmp_path / "v"
    )
    return tmp_path


def on_a_terminal(folder, *arguments):
    screen = Screen()
    done = subprocess.run(
        command(*arguments), cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=screen.theirs,
        stderr=screen.theirs, timeout=120,
    )  # fmt: skip
    return done.returncode, screen.text()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("neighbors", "v", "b", "-k2"), 0, f"b\t1\t{SHOWN}\t"),
        (("neighbors", "v", "b", "-k2"), 0, "b\t2\t\\xff\\x9b\t"),
        (("neighbors", "v", f"{EVIL}?"), 1, "did you mean"),
        (("info", "v"), 0, f"k: {SHOWN}"),
        (("info", EVIL), 2, f"{SHOWN}: "),
        (("vectors", "v", EVIL), 0, f"{SHOWN} 1 0"),
        (("check", EVIL), 2, SHOWN),
        ((EVIL,), 2, SHOWN),
    ],
)
def test_commands_show_what_they_print(vectors, arguments, code, expected):
    found, screen = on_a_terminal(vectors, *arguments)
    assert found == code
    assert expected in screen
    assert not set(screen) & set("\x1b\x9b\u202e\x07\x7f")


def test_a_pipe_gets_the_words_as_they_are(vectors):
    done = subprocess.run(
        command("neighbors", "v", "b"), cwd=vectors, env=environment(), capture_output=True, timeout=120
    )
    assert EVIL.encode() in done.stdout
    assert b"\xff\x9b" in done.stdout


def test_a_bar_still_moves_the_cursor():
    screen = Screen()
    fcntl.ioctl(screen.theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 200, 0, 0))
    script = (
        "from embtrain.io.reporting.terminal import shield_terminals\n"
        "from embtrain.io.reporting.progress import Reporter\n"
        f"shield_terminals(); evil = {EVIL!a}\n"
        "with Reporter('bar') as reporter:\n"
        "    reporter.update('phase ' + evil, 1, 2, 'words', {'name': evil})\n"
        "    reporter.note(evil)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], env=environment(), stderr=screen.theirs, timeout=120, check=True
    )
    text = screen.text()
    assert f"\rphase {SHOWN}" in text
    assert f"embtrain: {SHOWN}\n" in text
    assert not set(text) & set("\x9b\u202e\x07\x7f")
