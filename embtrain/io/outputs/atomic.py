"""Opens outputs that appear complete or not at all; pipes and devices are written directly."""

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from embtrain.errors import ResourceError, UsageError
from embtrain.io.disk_space import Reservation
from embtrain.io.outputs.compress import check_name, compressed, compression_of
from embtrain.io.outputs.replacement import Replacement
from embtrain.io.outputs.unbuffered import BufferedOutput, RawOutput, buffered, failed, open_raw
from embtrain.io.pipes import widen
from embtrain.io.random_access_file import RandomAccessFile
from embtrain.option_names import option


def check_output(path: str, force: bool, lines: bool = False) -> None:
    """Checks that an output can be written, before hours of work.

    Args:
        path: a file, a pipe or device, or "-" for stdout.
        force: whether an existing file may be replaced.
        lines: whether the output is lines of text, which may go to a terminal.

    Raises:
        UsageError: the file exists and `force` is not set, its directory is missing or cannot be written to,
            the path is a directory, empty, or the name of an archive, or binary data would go to a terminal.
        BackendError: a package is missing for the compression that the name's ending asks for.
    """
    check_name(path)
    if _is_stdout(path):
        if sys.stdout is None or (sys.stdout.isatty() and not lines):
            raise UsageError(
                "stdout is a terminal: redirect the binary output (> FILE or | ...), or use -o FILE"
            )
        return
    mode = _mode(path)
    if mode is None and path.endswith(os.sep):
        raise UsageError(f"{path}: names a folder that does not exist; give the name of a file to write")
    if mode is None or stat.S_ISREG(mode):
        if mode is not None and not force:
            raise UsageError(f"{path}: exists already; use {option('force', True)} to replace it")
        _check_parent(path)
    elif stat.S_ISDIR(mode):
        raise UsageError(f"{path}: is a directory; give the name of a file to write")
    elif not os.access(path, os.W_OK):
        raise UsageError(f"{path}: permission denied; it cannot be written to")


@contextmanager
def open_output(path: str, force: bool, lines: bool = False, spare: str | None = None) -> Iterator[BinaryIO]:
    """Opens an output for binary data, after `check_output`.

    A regular file appears under its name, complete and synced to the disk, when the block ends without an
    exception; otherwise no file is left behind and an existing file is unchanged. If the path is a link, the
    file it points to is replaced. An existing file's permissions are kept. If the name ends in .gz, .bz2, .xz
    or .zst, the data is compressed.

    Args:
        path, force, lines: as for `check_output`.
        spare: a folder for the finished file if its own has disappeared; None is the system's folder for
            temporary files.

    Raises:
        UsageError: see `check_output`; also when the file appeared while the output was being written (the
            output is then kept under another name, which the message gives).
        ResourceError: the output could not be written in full, or could not get its name (the message then
            says where it was kept).
        BrokenPipeError: the reader of `lines` has closed the pipe.
    """
    check_output(path, force, lines)
    if _is_stdout(path):
        opened = _open_stdout(lines)
    elif _is_special(path):
        opened = buffered(open_raw(path, os.O_WRONLY, path, lines))
    else:
        opened = _open_replacement(path, force, spare)
    with opened as stream:
        if (compression := compression_of(path)) is None:
            yield stream
        else:
            with compressed(stream, compression) as inner:
                yield inner


def _is_stdout(path: str) -> bool:
    # The shell may have pointed /dev/stdout at a regular file, which must be written to, not replaced.
    return path in {"-", "/dev/stdout"}


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        name = path.rstrip(os.sep)
        while not os.path.exists(name):
            name = os.path.dirname(name)
        raise UsageError(
            f"{path}: {name} is a file, not a folder; give the name of a file to write"
        ) from None
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


class OwnFile(RandomAccessFile):
    """An output file under its temporary name, which can be written and read at any offset."""

    def __init__(self, raw: RawOutput, reservation: Reservation) -> None:
        super().__init__(raw.fileno(), reservation)
        self._raw = raw

    def _full(self, error: OSError) -> ResourceError:
        self._raw.abandoned = True
        return failed(self._raw.label, error)

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        self._raw.abandoned = True
        return ResourceError(f"{self._raw.label}: cannot be read back at byte {offset:,}: {reason}")


def own_file(output: BinaryIO) -> OwnFile | None:
    """Returns the file under an output of `open_output`, to use in its place before anything is written.

    Returns None for pipes, devices, stdout and anything else.
    """
    if not isinstance(output, BufferedOutput) or output.raw.reservation is None:
        return None
    return OwnFile(output.raw, output.raw.reservation)


@contextmanager
def _open_stdout(lines: bool) -> Iterator[BinaryIO]:
    try:
        sys.stdout.flush()
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:
        yield sys.stdout.buffer  # captured in memory by a caller
        return
    if sys.stdout.isatty():
        # sys.stdout escapes control characters for terminals; do not bypass it.
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    widen(sys.stdout)
    with buffered(RawOutput(descriptor, "stdout", closefd=False, lines=lines)) as stream:
        yield stream


@contextmanager
def _open_replacement(path: str, force: bool, spare: str | None) -> Iterator[BinaryIO]:
    file = Replacement(path, force, spare)
    try:
        with buffered(file.raw) as stream:
            yield stream
            stream.flush()
            file.sync()
            file.publish()
    finally:
        file.discard()
