"""Measures the share of the inputs that has been read, for the percentage shown while reading."""

import io
import os
import stat
from collections.abc import Sequence
from contextlib import suppress

from embtrain.io.file_range import FileRange

_PARQUET = b"PAR1"  # read in any order, so its file position says nothing

_current: "Meter | None" = None


class Meter:
    """Counts the bytes of regular files, as stored on disk, while they are read forward."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._total: int | None = None
        self._before = 0
        self._file: io.FileIO | None = None
        self._path = ""
        self._start = 0

    def expect(self, inputs: Sequence[str]) -> None:
        """Sets the inputs that will be read. If the size of one is not known, there is no share."""
        sizes = [size_of(path) for path in inputs]
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._sizes = {path: size or 0 for path, size in zip(inputs, sizes, strict=True)}

    def opened(self, path: str, file: io.FileIO) -> None:
        """Starts counting the next input; the previous one counts as read."""
        if self._total is None or path not in self._sizes:
            return
        self._before += self._sizes.get(self._path, 0)
        self._path, self._file = path, file
        self._start = path.start if isinstance(path, FileRange) else 0
        with suppress(OSError):
            if os.pread(file.fileno(), len(_PARQUET), 0) == _PARQUET:
                self._total = None

    @property
    def share(self) -> float | None:
        """The share of all bytes that has been read, from 0 to 1; None if it is not known."""
        if not self._total:
            return None
        done = self._before
        if self._file is not None:
            try:
                done += max(0, os.lseek(self._file.fileno(), 0, os.SEEK_CUR) - self._start)
            except (OSError, ValueError):  # it is closed: its end was reached
                done += self._sizes[self._path]
        return min(1.0, done / self._total)


def measure() -> Meter:
    """Returns a new meter, which measures all inputs from now on and replaces the previous meter."""
    global _current
    _current = Meter()
    return _current


def expect(inputs: Sequence[str]) -> None:
    """Tells the current meter, if there is one, which inputs will be read."""
    if _current is not None:
        _current.expect(inputs)


def opened(path: str, file: io.FileIO) -> None:
    """Tells the current meter, if there is one, which input is read from now on."""
    if _current is not None:
        _current.opened(path, file)


def size_of(path: str) -> int | None:
    """Bytes of a regular file, or of its range if the input is one; None for what has no size."""
    if isinstance(path, FileRange):
        return path.end - path.start
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return None
    return info.st_size if stat.S_ISREG(info.st_mode) else None
