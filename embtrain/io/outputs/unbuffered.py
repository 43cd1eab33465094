"""Unbuffered outputs whose errors name the output."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from embtrain.errors import ResourceError
from embtrain.io.disk_space import Reservation

# Larger writes bypass the buffer, without a copy.
_BUFFER_BYTES = 1 << 17


class RawOutput(io.FileIO):
    """An unbuffered output that raises a ResourceError with its name when a write fails.

    Args:
        descriptor: where to write.
        label: the output's name in messages.
        lines: whether the output is lines of text, of which the reader may take only the first: a closed pipe
            is then a normal end (BrokenPipeError), not a failure.
    """

    def __init__(self, descriptor: int, label: str, closefd: bool = True, lines: bool = False) -> None:
        super().__init__(descriptor, "wb", closefd)
        self.label = label
        self.abandoned = False
        self._lines = lines
        # Only for a file that no other process writes to.
        self.reservation: Reservation | None = None
        self._n_written = 0

    def write(self, data: Any) -> int:
        # Closing the buffer above writes the rest of its data, which is useless once the output has failed.
        if self.abandoned:
            return memoryview(data).nbytes
        if self.reservation is not None:
            self.reservation.cover(self._n_written, self._n_written + memoryview(data).nbytes)
        try:
            n_bytes = super().write(data)
            self._n_written += n_bytes
            return n_bytes
        except OSError as error:
            self.abandoned = True
            if self._lines and isinstance(error, BrokenPipeError):
                raise
            raise failed(self.label, error) from error


def open_raw(path: str, flags: int, label: str, lines: bool = False) -> RawOutput:
    """Opens a path for writing; a new file gets the permissions of the umask. Raises ResourceError."""
    try:
        return RawOutput(os.open(path, flags | os.O_CLOEXEC, 0o666), label, lines=lines)
    except OSError as error:
        raise failed(label, error) from error


def failed(label: str, error: OSError) -> ResourceError:
    """Builds the error for an output that cannot be written."""
    if isinstance(error, BrokenPipeError):
        return ResourceError(f"{label}: the reader closed the pipe before the output was complete")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ResourceError(
            f"{label}: no space left on the device, the output is not complete; free some space"
        )
    return ResourceError(f"{label}: could not be written in full: {error.strerror or error}")


class BufferedOutput(io.BufferedWriter):
    """A buffer around an unbuffered output, whose `raw` may be used instead before anything is written."""

    raw: RawOutput


@contextmanager
def buffered(raw: RawOutput) -> Iterator[BinaryIO]:
    """Buffers an output. Closes both at the end; after an exception it writes nothing more."""
    stream = BufferedOutput(raw, _BUFFER_BYTES)
    try:
        yield cast(BinaryIO, stream)
        stream.flush()
    except BaseException:
        raw.abandoned = True
        raise
    finally:
        stream.close()
