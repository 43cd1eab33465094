"""Outputs that are complete or not there at all; pipes and devices are written directly."""

import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

from embtrain.errors import ResourceError, UsageError
from embtrain.io.anywhere import Anywhere
from embtrain.io.pipes import widen
from embtrain.io.reserve import Reservation

# Larger writes go past the buffer, without a copy.
_BUFFER_BYTES = 1 << 17
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.EACCES}


def check_output(path: str, force: bool) -> None:
    """Finds out, before hours of work, whether an output can be written.

    Args:
        path: a file, a pipe or device, or "-" for stdout.
        force: whether an existing file may be replaced.

    Raises:
        UsageError: the file exists and `force` is not set, its directory is missing or cannot be written to,
            the path is a directory, or binary data would go to a terminal.
    """
    if _is_stdout(path):
        if sys.stdout is None or sys.stdout.isatty():
            raise UsageError(
                "stdout is a terminal: redirect the binary output (> FILE or | ...), or use -o FILE"
            )
        return
    mode = _mode(path)
    if mode is None or stat.S_ISREG(mode):
        if mode is not None and not force:
            raise UsageError(f"{path}: exists already; use --force to replace it")
        _check_parent(path)
    elif stat.S_ISDIR(mode):
        raise UsageError(f"{path}: is a directory; give the name of a file to write")
    elif not os.access(path, os.W_OK):
        raise UsageError(f"{path}: permission denied; it cannot be written to")


@contextmanager
def open_output(path: str, force: bool) -> Iterator[BinaryIO]:
    """Opens an output for binary data, as `check_output` would allow it.

    A regular file appears under its name, complete and synced to the disk, when the block ends without an
    exception; otherwise nothing is left behind and an existing file stays as it was. A link is followed: the
    file it points to is replaced. An existing file's permissions are kept.

    Raises:
        UsageError: see `check_output`; also when the file appeared while the output was being written (the
            output is then kept under its temporary name, which the message gives).
        ResourceError: the output could not be written in full.
    """
    check_output(path, force)
    if _is_stdout(path):
        with _open_stdout() as stream:
            yield stream
    elif _is_special(path):
        with _buffered(_open_raw(path, os.O_WRONLY, path)) as stream:
            yield stream
    else:
        with _open_replacement(path, force) as stream:
            yield stream


def _is_stdout(path: str) -> bool:
    # The shell may have pointed /dev/stdout at a regular file, which must be written to, not replaced.
    return path in {"-", "/dev/stdout"}


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be written: {error}") from error


def _is_special(path: str) -> bool:
    mode = _mode(path)
    return mode is not None and not stat.S_ISREG(mode)


def _check_parent(path: str) -> None:
    parent = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(parent):
        raise UsageError(f"{path}: there is no directory {parent} to write to; make it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: permission denied; the directory {parent} cannot be written to")


class _Raw(io.FileIO):
    """An unbuffered output whose failures are ResourceErrors that name it."""

    def __init__(self, descriptor: int, label: str, closefd: bool = True) -> None:
        super().__init__(descriptor, "wb", closefd)
        self.label = label
        self.abandoned = False
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
            raise _failed(self.label, error) from error


class OwnFile(Anywhere):
    """An output that is a file under its temporary name, which can be written and read at any place."""

    def __init__(self, raw: _Raw, reservation: Reservation) -> None:
        super().__init__(raw.fileno(), reservation)
        self._raw = raw

    def _full(self, error: OSError) -> ResourceError:
        self._raw.abandoned = True
        return _failed(self._raw.label, error)

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        self._raw.abandoned = True
        return ResourceError(f"{self._raw.label}: cannot be read back at byte {offset:,}: {reason}")


def own_file(output: BinaryIO) -> OwnFile | None:
    """The file behind an output of `open_output`, to be used instead of it before anything has been written;
    None for pipes, devices, stdout and all else."""
    raw = getattr(output, "raw", None)
    if not isinstance(raw, _Raw) or raw.reservation is None:
        return None
    return OwnFile(raw, raw.reservation)


def _failed(label: str, error: OSError) -> ResourceError:
    if isinstance(error, BrokenPipeError):
        return ResourceError(f"{label}: the reader closed the pipe before the output was complete")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ResourceError(
            f"{label}: no space left on the device, the output is not complete; free some space"
        )
    return ResourceError(f"{label}: could not be written in full: {error.strerror or error}")


def _open_raw(path: str, flags: int, label: str) -> _Raw:
    try:
        return _Raw(os.open(path, flags | os.O_CLOEXEC, 0o666), label)
    except OSError as error:
        raise _failed(label, error) from error


@contextmanager
def _buffered(raw: _Raw) -> Iterator[BinaryIO]:
    stream = io.BufferedWriter(raw, _BUFFER_BYTES)
    try:
        yield cast(BinaryIO, stream)
        stream.flush()
    except BaseException:
        raw.abandoned = True
        raise
    finally:
        stream.close()


@contextmanager
def _open_stdout() -> Iterator[BinaryIO]:
    try:
        sys.stdout.flush()
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:
        yield sys.stdout.buffer  # captured in memory by a caller
        return
    widen(sys.stdout)
    with _buffered(_Raw(descriptor, "stdout", closefd=False)) as stream:
        yield stream


@contextmanager
def _open_replacement(path: str, force: bool) -> Iterator[BinaryIO]:
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:40]}.{os.urandom(6).hex()}.tmp")
    kept = False
    raw = _open_raw(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, path)
    raw.reservation = Reservation(raw.fileno())
    try:
        with _buffered(raw) as stream:
            yield stream
            stream.flush()
            _sync(raw, target)
        kept = not _publish(temporary, target, path, force)
    finally:
        if not kept:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    if kept:
        raise UsageError(
            f"{path}: appeared while the output was being written and was not replaced; "
            f"the output was kept as {temporary}"
        )
    _sync_folder(folder)


def _sync(raw: _Raw, target: str) -> None:
    try:
        if raw.reservation is not None:
            raw.reservation.give_back()
        with suppress(FileNotFoundError):
            os.fchmod(raw.fileno(), stat.S_IMODE(os.stat(target).st_mode))
        os.fsync(raw.fileno())
    except OSError as error:
        raise _failed(raw.label, error) from error


def _publish(temporary: str, target: str, path: str, force: bool) -> bool:
    """Gives the finished file its name. Returns whether it could: without `force` no file is replaced."""
    try:
        if force:
            os.replace(temporary, target)
        else:
            _publish_new(temporary, target)
    except FileExistsError:
        return False
    except OSError as error:
        raise _failed(path, error) from error
    return True


def _publish_new(temporary: str, target: str) -> None:
    try:
        os.link(temporary, target)  # unlike a rename, this never replaces a file
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists", target) from error
        os.replace(temporary, target)


def _sync_folder(folder: str) -> None:
    """Makes the new name durable, where the file system can do that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
