"""The log of a run: one JSON object per event and line, which can be read while the run goes on."""

import json
import math
import os
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self

from embtrain.errors import UsageError
from embtrain.io.atomic import check_output


class EventLog:
    """Writes events to a file, each as soon as it happens.

    A log that can no longer be written (a full disk, a reader that is gone) ends with a warning; the run
    it tells of goes on.

    Args:
        path: a file, a pipe or device, or "-" for stdout.
        force: whether an existing file may be replaced.
        warn: is told when the log ends early.

    Raises:
        UsageError: the file exists and `force` is not set, or it cannot be written.
    """

    def __init__(self, path: str, force: bool, warn: Callable[[str], None]) -> None:
        self._path = path
        self._warn = warn
        self._started = time.monotonic()
        self._file: BinaryIO | None = self._open(force)

    def _open(self, force: bool) -> BinaryIO:
        if self._path == "-":
            return open(os.dup(sys.stdout.fileno()), "wb", buffering=0)
        check_output(self._path, force)
        try:
            return open(self._path, "wb", buffering=0)
        except OSError as error:
            raise UsageError(f"{self._path}: the log cannot be written: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.write("failed", {"message": str(error) or type(error).__name__})
        self._close()

    def write(self, event: str, fields: Mapping[str, Any]) -> None:
        """Writes one event with the seconds since the start; numbers that are not finite become null."""
        if self._file is None:
            return
        record = {"event": event, "time": round(time.monotonic() - self._started, 3), **fields}
        line = json.dumps(_finite(record), ensure_ascii=False, allow_nan=False)
        try:
            self._file.write(line.encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:
            self._close()
            self._warn(f"{self._path}: the log ends here: {error.strerror}")

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _finite(value: Any) -> Any:
    """The value as JSON can hold it: NaN and infinities become None, also within lists and mappings."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def resident_bytes() -> int:
    """Memory that this process has now, in bytes; its peak where the system does not tell the present."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
