"""Outputs that are folders: complete or not there at all, like the files of `embtrain.io.atomic`."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from embtrain.errors import ResourceError, UsageError


def check_output_folder(path: str, force: bool) -> None:
    """Raises UsageError where a folder cannot be written: it exists and `force` is not set, is a file, or its
    parent is missing or not writable.
    """
    if path == "-":
        raise UsageError("this format is a folder of files, which cannot go to stdout: give a name")
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path}: exists already; use --force to replace it")
    if os.path.lexists(path) and not os.path.isdir(path):
        raise UsageError(f"{path}: is a file, and this format is a folder; remove it or choose another name")
    parent = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(parent) or not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: the folder {parent} is missing or cannot be written to")


@contextmanager
def open_output_folder(path: str, force: bool) -> Iterator[str]:
    """The path of an empty folder to write files into, which gets its name when the block ends well.

    An existing folder is replaced as a whole if `force` is set.

    Raises:
        UsageError: see `check_output_folder`.
        ResourceError: the files could not be written in full.
    """
    check_output_folder(path, force)
    target = os.path.realpath(path)
    parent, name = os.path.split(target)
    temporary = os.path.join(parent, f".{name[:40]}.{secrets.token_hex(6)}.tmp")
    old = f"{temporary}.old"
    try:
        os.mkdir(temporary)
        yield temporary
        _sync(temporary)
        if os.path.lexists(target):
            os.rename(target, old)
        os.rename(temporary, target)
    except OSError as error:
        raise ResourceError(f"{path}: could not be written in full: {error.strerror or error}") from error
    finally:
        if os.path.isdir(old) and not os.path.lexists(target):
            os.rename(old, target)
        for leftover in (temporary, old):
            with suppress(FileNotFoundError):
                shutil.rmtree(leftover)


def _sync(folder: str) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
