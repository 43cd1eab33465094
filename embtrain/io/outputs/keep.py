"""Saves results that took hours: checks the disk space first, and finds another place if writing fails."""

import os
import stat
import tempfile
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from embtrain.errors import EmbtrainError, ResourceError
from embtrain.io.outputs.atomic import open_output
from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.leftovers import free_names

T = TypeVar("T")


def check_space(path: str, n_bytes: int, freed: int = 0, freed_in: str | None = None) -> None:
    """Checks, before the work, that the result will fit on the disk of its output.

    Args:
        path: the output; not checked for pipes and devices, or for compressed files, whose size is unknown.
        n_bytes: size of the result.
        freed: bytes that this run frees before the result is written, in the folder `freed_in` (None is the
            system's folder for temporary files).

    Raises:
        ResourceError: there is too little space.
    """
    if path == "-" or compression_of(path) is not None:
        return
    try:
        if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            return
        folder = os.path.dirname(os.path.realpath(path))
        system = os.statvfs(folder)
        free = system.f_bavail * system.f_frsize
        if os.stat(folder).st_dev == os.stat(freed_in or tempfile.gettempdir()).st_dev:
            free += freed
    except (OSError, AttributeError):
        return
    if n_bytes > free:
        raise ResourceError(
            f"{path}: the result will have {n_bytes / 1e6:,.1f} MB, but {folder} has only "
            f"{free / 1e6:,.1f} MB left; free some space, or give an output on another disk"
        )


def write_or_keep(
    path: str,
    force: bool,
    spare: str | None,
    write: Callable[[BinaryIO], T],
    keep: Callable[[BinaryIO], object],
    ending: str,
) -> T:
    """Writes a finished result to its output, or if that fails, to another file; returns what `write` does.

    The other file is beside the output, in `spare`, or in the system's folder for temporary files.

    Args:
        path, force, spare: as for `open_output`.
        write: writes the result.
        keep: writes the result in a form that can hold any result.
        ending: the ending of that file's name.

    Raises:
        EmbtrainError: as `open_output`, or as raised by `write`; the message says where the result was kept.
    """
    try:
        with open_output(path, force, spare=spare) as file:
            return write(file)
    except EmbtrainError as error:
        if error.kept is None:
            error.kept = _kept(path, spare, keep, ending)
            where = f"it was kept as {error.kept}" if error.kept else "there was no other place for it"
            error.add(where)
        raise


def _kept(path: str, spare: str | None, keep: Callable[[BinaryIO], object], ending: str) -> str | None:
    target = "stdout" if path == "-" else os.path.realpath(path)
    name = os.path.basename(target).partition(".")[0] + ending
    # Do not put files beside a device or a pipe.
    is_file = path != "-" and (os.path.isfile(target) or os.path.isdir(target) or not os.path.lexists(target))
    beside = [os.path.dirname(target)] if is_file else []
    for folder in (*beside, spare, tempfile.gettempdir()):
        if folder is None or not os.path.isdir(folder):
            continue
        free = next((one for one in free_names(os.path.join(folder, name)) if not os.path.lexists(one)), None)
        try:
            if free is not None:
                with open_output(free, False) as file:
                    keep(file)
                return free
        except EmbtrainError:
            continue
    return None
