"""Pipes are made wider where the system allows it, and nothing else is touched."""

import io
import os
import subprocess
import sys

import pytest

from embtrain.io.pipes import widen
from tests.conftest import environment

fcntl = pytest.importorskip("fcntl")
if not hasattr(fcntl, "F_GETPIPE_SZ"):
    pytest.skip("pipes have one size here", allow_module_level=True)

SIZES = """
import fcntl, sys
from embtrain.io.outputs.atomic import open_output
from embtrain.io.inputs.open import open_input

with open_input("-") as source, open_output("-", False) as output:
    output.write(b"%d %d" % tuple(fcntl.fcntl(place, fcntl.F_GETPIPE_SZ) for place in (0, 1)))
"""


def widest() -> int:
    """What a pipe holds that has been widened; no less than before."""
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe, open(writing, "wb"):
        before = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
        widen(pipe)
        after = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    assert after >= before
    return after


def test_stdin_and_stdout_hold_more():
    command = [sys.executable, "-c", SIZES]
    done = subprocess.run(command, input=b"x", env=environment(), capture_output=True, timeout=60, check=True)
    assert done.stdout == b"%d %d" % (widest(), widest())


def test_what_is_no_pipe_is_left_alone(tmp_path):
    with open(tmp_path / "f", "wb") as file:
        widen(file)
    widen(file)  # closed
    widen(io.BytesIO())
    widen(None)
