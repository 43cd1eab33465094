"""Files without a name, which a killed process cannot leave behind, and which get a name when complete."""

import os
import stat
from contextlib import suppress
from typing import Final

_COPY_BYTES: Final = 1 << 20


def open_unnamed(folder: str, mode: int) -> int | None:
    """Opens a new file without a name; None if that is not supported or it could not be named later."""
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag:
        return None
    try:
        descriptor = os.open(folder, flag | os.O_RDWR | os.O_CLOEXEC, mode)
    except OSError:
        return None
    if os.path.exists(_open_file(descriptor)):
        return descriptor
    os.close(descriptor)
    return None


def give_name(descriptor: int, path: str) -> None:
    """Gives an unnamed file a name that is free, or copies it there if the system cannot. Raises OSError."""
    folder = os.path.dirname(path) or "."
    try:
        place = os.open(folder, getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC)
        try:
            # Only with a folder's descriptor does the call follow /proc's link to an open file.
            os.link(_open_file(descriptor), path, src_dir_fd=place)
        finally:
            os.close(place)
    except OSError:
        if not os.path.isdir(folder):
            raise
        copy_to(descriptor, path)


def copy_to(descriptor: int, path: str) -> None:
    """Copies an open file to a new one, readable by this user only until it is complete. Raises OSError."""
    copy = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        offset = 0
        while block := os.pread(descriptor, _COPY_BYTES, offset):
            view = memoryview(block)
            while view:
                view = view[os.write(copy, view) :]
            offset += len(block)
        os.fchmod(copy, stat.S_IMODE(os.fstat(descriptor).st_mode))
        os.fsync(copy)
    except BaseException:
        os.unlink(path)
        raise
    finally:
        os.close(copy)


def sync_folder(folder: str) -> None:
    """Syncs the names in a folder to the disk, where the file system can do that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _open_file(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"
