"""Checks that no output is an input of the same run and no two outputs are one file, whatever their names."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from embtrain.errors import UsageError
from embtrain.io.inputs.open import is_remote

Identity = tuple[int, int]

#: Kinds of files that keep what is written to them; a terminal or /dev/null may be both input and output.
_HOLDING: Final = (stat.S_ISREG, stat.S_ISFIFO, stat.S_ISBLK, stat.S_ISDIR)


def check_apart(outputs: Sequence[str | None], inputs: Iterable[str | None], second: str = "log") -> None:
    """Checks, before any file is opened, that a run will not overwrite its inputs.

    Args:
        outputs: the file or folder to write, and the log if there is one; "-" is stdout, None is ignored.
        inputs: files, folders (with everything in them), globs and file:// addresses to read; "-" is stdin.
            Other addresses, None and missing files are ignored.
        second: what messages call an output after the first one.

    Raises:
        UsageError: two outputs are one file; an output is an input, also by another name, through a symbolic
            or a hard link; an output is in a folder that is read, or is a folder that contains an input.
    """
    named = [path for path in outputs if path is not None]
    _check_different(named, second)
    existing = {path: found for path in named if (found := _identity(path, 1)) is not None}
    if existing:
        for source in inputs:
            if source is not None and (local := _local(source)) is not None:
                _check_source(local, existing)


def check_outside(output: str | None, sources: Iterable[str]) -> None:
    """Like `check_apart`, for a new output that already exists while input folders are listed.

    Raises UsageError if it is in a folder that is read.
    """
    if output is None or output == "-":
        return
    for source in sources:
        if source != "-" and os.path.isdir(source) and _identity(source, 0) in _folders_above(output):
            raise UsageError(f"{output}: is in {source}, which is read; give an output outside of it")


def _check_different(outputs: list[str], second: str) -> None:
    seen: set[object] = set()
    for path in outputs:
        keys = {"-" if path == "-" else os.path.realpath(path), _identity(path, 1)} - {None}
        if keys & seen:
            raise UsageError(f"{path}: is both the output and the {second}; give the {second} another name")
        seen |= keys


def _check_source(source: str, outputs: dict[str, Identity]) -> None:
    around = [] if source == "-" else _folders_above(source)
    for output, identity in outputs.items():
        check_outside(output, [source])
        if identity in around:
            raise UsageError(
                f"{output}: holds {source}, which is read: the folder would be replaced as a whole; "
                "give another output"
            )
    for file in _files(source):
        found = _identity(file, 0)
        for output, identity in outputs.items():
            if identity == found:
                raise UsageError(_same(output, file))


def _same(output: str, source: str) -> str:
    shown, read = "stdout" if output == "-" else output, "stdin" if source == "-" else source
    known = "is read" if shown == read else f"is the same file as {read}, which is read"
    return f"{shown}: {known}: an output must not be an input; give another output"


def _files(source: str) -> Iterator[str]:
    """Yields the files of a source: for a folder all of them, also those that a reader might skip."""
    if source == "-" or (os.path.exists(source) and not os.path.isdir(source)):
        yield source
    elif os.path.isdir(source):
        yield source
        for folder, _, names in os.walk(source):
            yield from (os.path.join(folder, name) for name in names)
    elif _is_glob(source):
        from embtrain.io.inputs.paths import expand_inputs

        for path in expand_inputs([source], lambda message: None):
            yield from _files(path)


def _is_glob(source: str) -> bool:
    from glob import has_magic

    return has_magic(source)


def _local(source: str) -> str | None:
    """The local path of a source; None if it is remote."""
    if not is_remote(source):
        return source
    from urllib.parse import unquote, urlsplit

    address = urlsplit(source)
    return unquote(address.path) if address.scheme.lower() == "file" else None


def _identity(path: str, descriptor: int) -> Identity | None:
    """Device and inode of a file that exists; `descriptor` is the one that "-" stands for."""
    try:
        found = os.fstat(descriptor) if path == "-" else os.stat(path)
    except (OSError, ValueError):
        return None
    if not any(is_kind(found.st_mode) for is_kind in _HOLDING):
        return None
    return found.st_dev, found.st_ino


def _folders_above(path: str) -> list[Identity]:
    """The folders that contain a file or folder, without the folder itself."""
    found = []
    # If the name leads through a link, replacing a folder that contains the link would also lose the file.
    for place in (os.path.abspath(path), os.path.realpath(path)):
        while (parent := os.path.dirname(place)) != place:
            place = parent
            if (identity := _identity(place, 0)) is not None:
                found.append(identity)
    return found
