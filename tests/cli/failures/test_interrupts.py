"""The first signal unwinds a command once; later ones do not interrupt its clean-up, and none is lost."""

import signal
import subprocess
import sys

import pytest

from embtrain.cli.interrupts import cause_of, ending
from embtrain.errors import Terminated
from tests.conftest import environment

# Runs as a command whose clean-up takes a while would.
PROGRAM = """
import os, signal, sys, time
import embtrain.cli.main as main

def run(arguments):
    {body}

main.run = run
main.main()
"""


def outcome(body: str) -> tuple[int, str]:
    script = PROGRAM.format(body="\n    ".join(body.strip().splitlines()))
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_signals_during_the_clean_up_change_nothing():
    code, err = outcome(
        """
try:
    os.kill(os.getpid(), signal.SIGTERM)
finally:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(os.getpid(), number)
    time.sleep(.7)
    print("cleaned", file=sys.stderr)
"""
    )
    assert (code, err) == (143, "cleaned\nembtrain: error: terminated\n")


def test_a_signal_that_is_swallowed_comes_again():
    code, err = outcome(
        """
try:
    os.kill(os.getpid(), signal.SIGHUP)
except BaseException:
    pass
time.sleep(30)
return 0
"""
    )
    assert (code, err) == (129, "embtrain: error: hung up\n")


def test_a_signal_at_the_very_end_changes_nothing():
    code, err = outcome("main.interrupts.end()\nos.kill(os.getpid(), signal.SIGTERM)\nreturn 0")
    assert (code, err) == (0, "")


def hung_up() -> None:
    try:
        raise Terminated(signal.SIGHUP)
    finally:
        raise OSError("the terminal is gone")


def test_what_an_error_comes_from():
    with pytest.raises(OSError, match="the terminal is gone") as caught:
        hung_up()
    assert ending(cause_of(caught.value)) == ("hung up", 129)
    assert cause_of(ValueError()) is None
    assert ending(KeyboardInterrupt()) == ("interrupted", 130)
    assert ending(Terminated()) == ("terminated", 143)
