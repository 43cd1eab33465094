"""Detects files that change while they are read, because the data would be a mixture of old and new."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from embtrain.errors import DataError
from embtrain.io.inputs.waiting import status_of
from embtrain.wording import counted

# Entries of a folder to examine; a folder of vectors has a dozen.
_MOST_ENTRIES = 10_000
Check = Callable[[], None]
# Readers raise DataError; numbers that change after they were checked cause the others.
_COMPLAINTS = (DataError, ValueError, ArithmeticError, LookupError)


@contextmanager
def unchanged(stream: Any, name: str, may_grow: bool = False) -> Iterator[Check]:
    """Watches an open regular file while it is read; anything else is not watched.

    The file is checked when the block ends. If the block ends with an error about the data and the file has
    changed, the error about the change replaces it. The function that is yielded checks immediately.

    Args:
        stream: the open file, with a descriptor.
        name: the file's name in messages.
        may_grow: whether the file may grow at its end, as the log of a running program does.

    Raises:
        DataError: the size or the modification time of the file has changed.
    """
    before = status_of(stream)
    if before is None or not stat.S_ISREG(before.st_mode):
        yield lambda: None
        return
    sizes = before.st_size

    def check() -> None:
        # A stream that its reader has closed cannot be checked any more.
        now = status_of(stream)
        if now is None or (may_grow and now.st_size >= sizes):
            return
        if (now.st_size, now.st_mtime_ns) != (sizes, before.st_mtime_ns):
            raise _changed(name, sizes, now.st_size)

    try:
        yield check
    except _COMPLAINTS:
        check()
        raise
    check()


@contextmanager
def unchanged_path(path: str) -> Iterator[Check]:
    """Watches the files that a path stands for: a file and the arrays beside it (NAME.*.npy), or a folder.

    Unlike `unchanged`, it also counts a different file under the same name as a change, and it does not check
    at the end of the block: by then an output may have replaced the input.
    """
    before = _states(path)

    def check() -> None:
        now = _states(path)
        for name, state in before.items():
            if now.get(name) != state:
                found = now.get(name)
                raise _changed(name, state[0], -1 if found is None else found[0])

    try:
        yield check
    except _COMPLAINTS:
        check()
        raise


def _states(path: str) -> dict[str, tuple[int, int, int, int]]:
    """Size, modification time, device and inode of regular files, by their paths."""
    found: dict[str, tuple[int, int, int, int]] = {}
    for name in _names(path):
        try:
            status = os.stat(name)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[name] = (status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino)
    return found


def _names(path: str) -> Iterator[str]:
    folder, start = (path, "") if os.path.isdir(path) else os.path.split(path)
    if start:
        yield path
    try:
        with os.scandir(folder or ".") as entries:
            for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False):
                name = entry.name
                if name.endswith(".npy") and name.startswith(start) if start else not name.startswith("."):
                    yield os.path.join(folder, entry.name)
    except OSError:
        return


def _changed(name: str, before: int, now: int) -> DataError:
    if now < 0:
        found = "it is gone"
    elif now == before:
        found = f"its {counted(now, 'byte')} were written again"
    else:
        found = f"it had {counted(before, 'byte')} and has {now:,}"
    return DataError(
        f"{name}: the file changed while it was read: {found}; run this again when nothing writes to it"
    )
