"""Unbuffered outputs whose failures are errors that name them."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from embtrain.errors import ResourceError
from embtrain.io.disk_space import Reservation

# Larger writes go past the buffer, without a copy.
_BUFFER_BYTES = 1 << 17


class RawOutput(io.FileIO):
    """An unbuffered output whose failures are ResourceErrors that name it.

    Args:
        descriptor: where to write.
        label: what messages call it.
        lines: what is written are lines: a reader that has seen enough of them is a normal end
            (BrokenPipeError), not a failure.
    """

    def __init__(self, descriptor: int, label: str, closefd: bool = True, lines: bool = False) -> None:
        super().__init__(descriptor, "wb", closefd)
        self.label = label
        self.abandoned = False
        self._lines = lines
        # For a file of our own, which nobody else writes to.
        self.reservation: Reservation | None = None
        self._n_written = 0

    def write(self, data: Any) -> int:
        # Closing the buffer above writes what is left in it; of an output that has failed, nobody wants it.
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
    """What to raise where an output cannot be written."""
    if isinstance(error, BrokenPipeError):
        return ResourceError(f"{label}: the reader closed the pipe before the output was complete")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ResourceError(
            f"{label}: no space left on the device, the output is not complete; free some space"
        )
    return ResourceError(f"{label}: could not be written in full: {error.strerror or error}")


class BufferedOutput(io.BufferedWriter):
    """A buffer before an unbuffered output, which can be used instead before anything has been written."""

    raw: RawOutput


@contextmanager
def buffered(raw: RawOutput) -> Iterator[BinaryIO]:
    """A buffer before an output; after an exception nothing more is written. Both are closed at the end."""
    stream = BufferedOutput(raw, _BUFFER_BYTES)
    try:
        yield cast(BinaryIO, stream)
        stream.flush()
    except BaseException:
        raw.abandoned = True
        raise
    finally:
        stream.close()
