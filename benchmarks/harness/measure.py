"""Runs a program as a whole process; returns its cost, and what it printed when."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from harness.disk import DiskWatch

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes per unit of ru_maxrss


@dataclass(frozen=True)
class Line:
    """One line of output (ended by a line feed or a carriage return).

    Attributes:
        seconds: when its first byte arrived, since the start of the process.
        text: the line, without its end.
    """

    seconds: float
    text: str


@dataclass(frozen=True)
class Finished:
    """A process that has ended.

    Attributes:
        returncode: exit status, negative for a signal.
        wall, user, system: seconds; user and system include the process's own children.
        peak_mb: peak resident memory in 1e6 bytes, or None if this process was larger and hides it.
        lines: stdout and stderr together, in order of arrival.
        disk_mb: peak size of the watched folder's files in 1e6 bytes, or None if none was watched.
    """

    returncode: int
    wall: float
    user: float
    system: float
    peak_mb: float | None
    lines: list[Line]
    disk_mb: float | None = None


def run(command: Sequence[str], folder: Path | None = None) -> Finished:
    """Runs a command to its end, without a terminal or input, and watches what files take in a folder.

    Raises OSError if the program cannot start. Kills the child if this process is interrupted.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    watch = nullcontext() if folder is None else DiskWatch(process.pid, folder)
    try:
        with watch:
            lines = _stamped_lines(process.stdout.fileno(), began)
            _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        process.stdout.close()
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
    peak_mb, disk_mb = _peak_mb(usage), watch.peak / 1e6 if isinstance(watch, DiskWatch) else None
    return Finished(process.returncode, wall, usage.ru_utime, usage.ru_stime, peak_mb, lines, disk_mb)


def _peak_mb(usage: resource.struct_rusage) -> float | None:
    """Peak memory of a child. Linux starts its count at the parent's size, so a smaller peak is unknown."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return None if usage.ru_maxrss <= own else usage.ru_maxrss * _RSS_UNIT / 1e6


def _stamped_lines(descriptor: int, began: float) -> list[Line]:
    """Reads a pipe to its end; lines have the time of their first byte, as progress bars end lines late."""
    lines: list[Line] = []
    pending, since = b"", 0.0
    while chunk := os.read(descriptor, 1 << 16):
        now = time.perf_counter() - began
        *complete, rest = re.split(rb"[\r\n]", chunk)
        for text in complete:
            lines.append(_line(since if pending else now, pending + text))
            pending = b""
        if rest and not pending:
            since = now
        pending += rest
    if pending:
        lines.append(_line(since, pending))
    return [line for line in lines if line.text]


def _line(seconds: float, text: bytes) -> Line:
    return Line(seconds, text.decode("utf-8", "replace").strip())
