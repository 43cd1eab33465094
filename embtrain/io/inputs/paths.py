"""Expands the inputs of a command: directories and globs become files, and no input means stdin."""

import glob
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence

from embtrain.errors import UsageError
from embtrain.io.inputs.open import NO_NAME, is_remote
from embtrain.option_names import Message
from embtrain.wording import counted

Warn = Callable[[str], None]


class FoundPath(str):
    """A path that was found in a folder or by a pattern, not named by the user."""


def log_warning(message: str) -> None:
    """Logs a warning with the logger "embtrain", which prints it on stderr unless configured otherwise."""
    logging.getLogger("embtrain").warning(Message(message))


def expand_inputs(sources: Sequence[str], warn: Warn = log_warning) -> list[str]:
    """Returns the sources to read in order: paths of files, "-" (stdin, at most once) and remote addresses.

    The given order is kept. A directory becomes its regular files (each a `FoundPath`), recursively, in byte
    order. Hidden entries and special files are skipped, as are links to folders and to files that are read
    anyway; `warn` receives their number. A glob (``*``, ``?``, ``[...]``, ``**`` for any folders) that is not
    the name of a file becomes its matches, in byte order: there may be more files than fit on a command line.
    Each file is read once, and ``**`` does not follow links to folders.

    Raises:
        UsageError: a missing file, a glob that matches nothing, a directory without files, "-" twice, no
            source while stdin is a terminal.
    """
    if not sources:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("no input: name a file, or pipe the input in")
        return ["-"]
    if list(sources).count("-") > 1:
        raise UsageError("stdin (-) is named twice, but it can be read only once")
    expanded: list[str] = []
    for source in sources:
        if not source:
            raise UsageError(NO_NAME)
        if source == "-" or is_remote(source):
            expanded.append(source)
        elif os.path.isdir(source):
            expanded += map(FoundPath, _files_below(source, warn))
        elif os.path.exists(source):
            expanded.append(source)
        elif glob.has_magic(source):
            expanded += map(FoundPath, expand_inputs(_matches(source, warn), warn))
        else:
            raise UsageError(f"{source}: no such file or directory; check the name, or use - to read stdin")
    return expanded


def _matches(pattern: str, warn: Warn) -> list[str]:
    found = sorted(set(_glob(pattern)), key=os.fsencode)
    # "**" lists folders beside their files, which would be read twice.
    found = [path for path in found if "**" not in pattern or not os.path.isdir(path)]
    if not found:
        raise UsageError(f"{pattern}: no file matches this pattern; check it, or the directory it is in")
    once = _once(found)
    if len(once) < len(found):
        links = counted(len(found) - len(once), "link to a file that is", "links to files that are")
        warn(f"{pattern}: skipped {links} read already")
    return once


def _glob(pattern: str) -> Iterator[str]:
    """Like glob.iglob, but "**" does not follow links to folders, which could form a cycle."""
    before, stars, after = _split(pattern)
    if not stars:
        yield from glob.iglob(pattern)
        return
    for base in _glob(before) if before else [""]:
        for folder, folders, names in os.walk(base or os.curdir):
            folders[:] = [name for name in folders if not name.startswith(".")]
            place = folder if base else folder[len("./") :]
            if after:
                yield from _glob(os.path.join(glob.escape(place), after))
            else:
                yield from (os.path.join(place, name) for name in names if not name.startswith("."))


def _split(pattern: str) -> tuple[str, str, str]:
    """Splits a pattern at the first "**" between slashes: the part before, "**" or "", and the part after."""
    found = re.search(r"(?:(?<=/)|^)\*\*(?:/+|$)", pattern)
    if found is None:
        return pattern, "", ""
    return pattern[: found.start()], "**", pattern[found.end() :]


def _once(paths: list[str]) -> list[str]:
    """Removes links to files that are among the paths anyway, or that another link leads to."""
    real = {path: os.path.realpath(path) for path in paths}
    # Paths that are not links win, whatever the order of names.
    kept: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (os.path.islink(path), len(path))):
        kept.setdefault(real[path], path)
    chosen = set(kept.values())
    return [path for path in paths if path in chosen]


def _files_below(directory: str, warn: Warn) -> list[str]:
    files: list[str] = []
    skipped = 0
    for folder, folders, names in os.walk(directory, onerror=_unreadable):
        shown = [name for name in folders if not name.startswith(".")]
        # A link to a directory could form a cycle: os.walk lists it but does not follow it.
        links = [name for name in shown if os.path.islink(os.path.join(folder, name))]
        paths = [os.path.join(folder, name) for name in names if not name.startswith(".")]
        regular = [path for path in paths if os.path.isfile(path)]
        skipped += len(folders) - len(shown) + len(links) + len(names) - len(regular)
        folders[:] = shown
        files += regular
    once = _once(files)
    skipped += len(files) - len(once)
    if not once:
        raise UsageError(
            f"{directory}: no files to read in this directory ({skipped} hidden or special ones skipped)"
        )
    if skipped:
        warn(f"{directory}: {skipped} hidden or special entries skipped, files to read: {len(once)}")
    return sorted(once, key=os.fsencode)


def _unreadable(error: OSError) -> None:
    raise UsageError(f"{error.filename}: cannot be listed: {error.strerror}")
