"""Writes the log of a run: one JSON object per event and line, readable while the run goes on."""

import errno
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, BinaryIO, Self

from embtrain.errors import UsageError
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.deferred_signals import deferred_signals
from embtrain.io.outputs.leftovers import free_names, lock, temporary_name
from embtrain.io.reporting.json_numbers import finite
from embtrain.option_names import Place, neutral, spell

_BLOCK = 1 << 16


class EventLog:
    """Writes events to a file, each as soon as it happens.

    An existing log is replaced when `begin` is called, and events are buffered until then: a run that fails
    before leaves the old log unchanged. If the log can no longer be written (a full disk, a closed pipe), it
    ends with a warning and the run goes on.

    Args:
        path: a file, a pipe or device, or "-" for stdout.
        force: whether an existing file may be replaced.
        warn: receives a warning when the log ends early or could not get its name.
        place: how the error that ends a run spells options.
        goes_on: whether to append to an existing log, of an earlier part of the same run.

    Raises:
        UsageError: the file exists and `force` is not set, it cannot be written, or its name is that of a
            compressed file.
    """

    def __init__(
        self,
        path: str,
        force: bool,
        warn: Callable[[str], None],
        place: Place = "python",
        goes_on: bool = False,
    ) -> None:
        self._path = path
        self._goes_on = goes_on
        self._force = force
        self._warn = warn
        self._place = place
        self._started = time.monotonic()
        self._file: BinaryIO | None = None
        self._kept: list[bytes] | None = []
        if path != "-":
            check_output(path, force or goes_on, lines=True)
            if compression_of(path) is not None:
                raise UsageError(
                    f"{path}: a log can be read while the run goes on, and is not compressed; give a name "
                    "without that ending"
                )
        if path == "-" or not os.path.isfile(path):
            self.begin()

    def begin(self) -> None:
        """Opens the file, unless it is open already, and writes the events so far."""
        if self._kept is None:
            return
        kept, self._kept = self._kept, None
        try:
            self._file = self._open()
        except OSError as error:
            raise UsageError(f"{self._path}: the log cannot be written: {error.strerror}") from error
        for line in kept:
            self._write(line)

    def _open(self) -> BinaryIO:
        if self._path == "-":
            return open(os.dup(sys.stdout.fileno()), "wb", buffering=0)
        if os.path.exists(self._path) and not os.path.isfile(self._path):
            return open(self._path, "wb", buffering=0)
        target = os.path.realpath(self._path)
        if self._goes_on and os.path.exists(target):
            return _continued(target)
        if self._force and os.path.exists(target):
            return _replaced(target)
        try:
            return open(target, "xb", buffering=0)
        except FileExistsError:
            name, file = _under_free_name(target)
            self._warn(f"{self._path}: appeared meanwhile and was not replaced; the log is {name}")
            return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.begin()
        else:
            said = spell(neutral(error), self._place)
            self.write("failed", {"message": said or type(error).__name__})
        self._close()

    def write(self, event: str, fields: Mapping[str, Any]) -> None:
        """Writes one event with the seconds since the start. NaN and infinities become null."""
        record = {"event": event, "time": round(time.monotonic() - self._started, 3), **fields}
        line = json.dumps(finite(record), ensure_ascii=False, allow_nan=False)
        self._write(line.encode("utf-8", "backslashreplace") + b"\n")

    def _write(self, line: bytes) -> None:
        if self._kept is not None:
            self._kept.append(line)
        elif self._file is not None:
            try:
                # A nearly full disk accepts part of the line, and fails only at the write of the rest.
                while line and (n_written := self._file.write(line)):
                    line = line[n_written:]
            except OSError as error:
                self._close()
                self._warn(f"{self._path}: the log ends here: {error.strerror}")

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _continued(target: str) -> BinaryIO:
    """Opens a log to append to it, without a last line that a killed run has cut short. Raises OSError."""
    file = open(target, "r+b", buffering=0)  # noqa: SIM115 - the log closes it
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    file.truncate(end)
    file.seek(end)
    return file


def _replaced(target: str) -> BinaryIO:
    """Replaces a file by an empty one with the same permissions, and opens it. Raises OSError."""
    temporary = temporary_name(target)
    with deferred_signals():
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            lock(descriptor)
            os.fchmod(descriptor, stat.S_IMODE(os.stat(target).st_mode))
            os.replace(temporary, target)
        except OSError:
            os.close(descriptor)
            os.unlink(temporary)
            raise
    return open(descriptor, "wb", buffering=0)


def _under_free_name(target: str) -> tuple[str, BinaryIO]:
    for name in free_names(target):
        with suppress(FileExistsError):
            return name, open(name, "xb", buffering=0)
    raise FileExistsError(errno.EEXIST, "exists", target)
