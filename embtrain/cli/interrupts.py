"""Signals that end a command: each unwinds it once, so that it can clean up, and has its exit code."""

import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from embtrain.errors import Terminated

# SIGHUP comes when the terminal or the connection is closed; nohup has it ignored, as a shell has SIGINT
# ignored in the background of a script, and that is respected.
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_SAID = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
# Seconds after which a signal's exception is raised again if some code has swallowed it.
_LOST_SECONDS = 0.5
# Seconds after which a second signal ends the process without waiting for the clean-up.
_PATIENCE_SECONDS = 5.0


class Interrupts:
    """What this process does when it is told to end.

    The first signal raises KeyboardInterrupt or Terminated. Those that follow while it is obeyed change
    nothing, for they would interrupt the clean-up. Code of others may swallow the exception (a destructor, an
    import in a bare "except"); then it is raised again.
    """

    def __init__(self) -> None:
        self._first: int | None = None
        self._since = 0.0
        self._ended = False

    def install(self) -> None:
        """Takes over the signals that are not ignored."""
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._on_alarm)

    def end(self) -> None:
        """From here on signals change nothing: the process is about to end by itself."""
        self._ended = True

    @property
    def pending(self) -> BaseException | None:
        """What the first signal has raised: whatever fails after it, fails because of it."""
        if self._first is None:
            return None
        return KeyboardInterrupt() if self._first == signal.SIGINT else Terminated(self._first)

    def take_back(self) -> None:
        """The last signal has been answered in another way, and the command goes on."""
        self._first = None
        _alarm_in(0)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._ended:
            return
        if self._first is None:
            self._first, self._since = number, time.monotonic()
            self._raise()
        if time.monotonic() - self._since > _PATIENCE_SECONDS:
            os._exit(128 + number)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        if self._first is not None and not self._ended and cause_of(sys.exception()) is None:
            self._raise()

    def _raise(self) -> None:
        assert self._first is not None
        _alarm_in(_LOST_SECONDS)
        if self._first == signal.SIGINT:
            raise KeyboardInterrupt
        raise Terminated(self._first)


def _alarm_in(seconds: float) -> None:
    """Starts an alarm that rings after `seconds` and repeats; 0 stops it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, _LOST_SECONDS if seconds else 0)


# Of the process, as its signals are.
interrupts = Interrupts()


def cause_of(error: BaseException | None) -> BaseException | None:
    """The interrupt that an exception is, or during whose clean-up it was raised; else None."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, (KeyboardInterrupt, Terminated)):
            return error
        seen.add(id(error))
        error = error.__context__
    return None


def ending(cause: Any) -> tuple[str, int]:
    """What is said of an interrupt, and the exit code: 128 and the number of the signal."""
    number = cause.number if isinstance(cause, Terminated) else signal.SIGINT
    name = ""
    with suppress(ValueError):
        name = signal.Signals(number).name
    return _SAID.get(name, "terminated"), 128 + int(number)
