"""Makes temporary names beside an output, and removes the files that killed runs left under such names."""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from embtrain.io.outputs.rename import rename_new
from embtrain.wording import counted

_ENDING = r"\.[0-9a-f]{12}\.tmp(\.old)?"


def temporary_name(target: str) -> str:
    """Makes a hidden name beside an output, which it has until it is complete."""
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name[:40]}.{os.urandom(6).hex()}.tmp")


def free_names(target: str) -> Iterator[str]:
    """Yields other names for an output that cannot get its own: v.kept-1.safetensors, ..."""
    folder, name = os.path.split(target)
    stem, dot, ending = name.partition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    for number in range(1, 1000):
        yield os.path.join(folder, f"{stem}.kept-{number}{dot}{ending}")


def rename_to_free_name(source: str, target: str) -> str | None:
    """Keeps a finished file or folder beside its output, and returns its new name; None if that failed."""
    return at_free_name(target, lambda name: rename_new(source, name))


def at_free_name(target: str, put: Callable[[str], None]) -> str | None:
    """Puts something under the first of the `free_names` that is free, and returns it; None if that failed.

    Args:
        target: the name of the output.
        put: takes a name, and raises FileExistsError if there is something of that name.
    """
    for name in free_names(target):
        try:
            put(name)
        except FileExistsError:
            continue
        except OSError:
            return None
        return name
    return None


def lock(descriptor: int) -> bool:
    """Takes the lock that marks a temporary file or folder as one of a running process.

    Closing the descriptor releases it. Returns False if another run has it, or locks are not supported.
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock

        flock(descriptor, LOCK_EX | LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def remove_leftovers(target: str, own: Collection[str] = ()) -> None:
    """Removes temporary files and folders of this output whose runs have ended, with a warning.

    A folder whose replacement was interrupted between its two renames gets its name back. Files that another
    process has locked, files of other users, and folders that contain more than the `own` files stay.

    Args:
        target: the output, links followed.
        own: names of the files that are written if the output is a folder.
    """
    found = _leftovers(target)
    if not found:
        return
    from embtrain.io.inputs.paths import log_warning

    removed = n_bytes = 0
    for path in found:
        if path.endswith(".old") and not os.path.lexists(target):
            with suppress(OSError):
                os.rename(path, target)
                log_warning(f"{target}: restored; a run that was to replace it was killed")
            continue
        size = _remove(path, own)
        if size is not None:
            removed, n_bytes = removed + 1, n_bytes + size
    if removed:
        what = f"{removed} unfinished outputs" if removed > 1 else "an unfinished output"
        log_warning(f"{target}: removed {what} of runs that were killed ({counted(n_bytes, 'byte')})")


def _leftovers(target: str) -> list[str]:
    folder, name = os.path.split(target)
    pattern = re.compile(re.escape(f".{name[:40]}") + _ENDING)
    try:
        return sorted(os.path.join(folder, found) for found in os.listdir(folder) if pattern.fullmatch(found))
    except OSError:
        return []


def _remove(path: str, own: Collection[str]) -> int | None:
    """Removes one leftover and returns its size in bytes; None if it stays."""
    try:
        found = os.lstat(path)
        is_folder = stat.S_ISDIR(found.st_mode)
        if found.st_uid != os.geteuid() or not (is_folder or stat.S_ISREG(found.st_mode)):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if not lock(descriptor) or (is_folder and strangers(path, own)):
                return None
            if not is_folder:
                os.unlink(path)
                return found.st_size
            size = sum(entry.stat().st_size for entry in os.scandir(path))
            remove_own(path, own)
            return size
        finally:
            os.close(descriptor)
    except OSError:
        return None


def strangers(folder: str, own: Collection[str]) -> list[str]:
    """Lists what a folder contains, at any depth, besides the files of these names, as paths within it."""
    found = []
    for place, folders, names in os.walk(folder):
        within = os.path.relpath(place, folder)
        for name in names:
            path = os.path.normpath(os.path.join(within, name))
            if path not in own or not stat.S_ISREG(os.lstat(os.path.join(folder, path)).st_mode):
                found.append(path)
        for name in list(folders):
            path = os.path.normpath(os.path.join(within, name))
            if os.path.islink(os.path.join(folder, path)) or not any(
                file.startswith(path + os.sep) for file in own
            ):
                found.append(path + os.sep)
                folders.remove(name)
    return sorted(found)


def remove_own(folder: str, own: Collection[str]) -> bool:
    """Removes files of these names, and the folder if it is then empty. Returns whether it is gone."""
    for name in own:
        with suppress(OSError):
            os.unlink(os.path.join(folder, name))
    for place, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            os.rmdir(place)
    return not os.path.lexists(folder)


def remove_unfinished(folder: str) -> None:
    """Removes a folder of this run with everything in it."""
    from shutil import rmtree

    with suppress(FileNotFoundError):
        rmtree(folder)
