"""Files must stay as they are while they are read: what is read of one that is rewritten is a mixture."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from embtrain.errors import DataError
from embtrain.io.inputs.waiting import status_of
from embtrain.wording import counted

# Entries of a folder that are looked at; a folder of vectors has a dozen.
_MOST_ENTRIES = 10_000
Check = Callable[[], None]
# What readers say of data, and what comes of numbers that have been checked and are now others.
_COMPLAINTS = (DataError, ValueError, ArithmeticError, LookupError)


@contextmanager
def unchanged(stream: Any, name: str, may_grow: bool = False) -> Iterator[Check]:
    """Watches an open regular file while it is read; anything else is not watched.

    The file is looked at when the block ends and, if it ends with a complaint about data, that is the reason
    for it. What is yielded looks at once.

    Args:
        stream: of the file, with a descriptor.
        name: the file's, for messages.
        may_grow: whether more at its end is no change: a log of what is still running.

    Raises:
        DataError: the file has another size or time of change than before.
    """
    before = status_of(stream)
    if before is None or not stat.S_ISREG(before.st_mode):
        yield lambda: None
        return
    sizes = before.st_size

    def check() -> None:
        # A stream that its reader has closed cannot be looked at any more.
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
    """Watches what may be opened by its name: a file and the arrays beside it (NAME.*.npy), or a folder.

    As `unchanged`, but that another file under a name is a change, too, and that the end of the block is no
    time to look: an output may by then have got the name of what was read.
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
    """Size, time of change and identity of regular files, by their paths."""
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
