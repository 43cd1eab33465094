"""Recognises Git LFS pointers: three lines of text in place of a large file that `git lfs pull` fetches."""

import os
from collections.abc import Iterator

from embtrain.errors import DataError

BEGINNING = b"version https://git-lfs.github.com/spec/v"
REMEDY = "run `git lfs pull` where it was cloned, or download the file itself"
_MAX_BYTES = 1024  # a pointer is smaller
_MAX_FILES = 10_000  # files of a folder to examine


class PointerError(DataError):
    """A file is only a pointer to its content."""


def pointer_error(name: str) -> PointerError:
    """Builds the error for a file that is only a pointer."""
    return PointerError(f"{name}: expected the file itself, found a Git LFS pointer to it; {REMEDY}")


def is_pointer(path: str) -> bool:
    """Whether a file is a pointer; False if it cannot be read."""
    try:
        if os.stat(path).st_size >= _MAX_BYTES:
            return False
        with open(path, "rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except (OSError, ValueError):
        return False


def find_pointer(path: str) -> str | None:
    """Finds a pointer among the files of a model: in its folder, or beside its file under a similar name."""
    for number, candidate in enumerate(_files(path)):
        if number >= _MAX_FILES:
            return None
        if is_pointer(candidate):
            return candidate
    return None


def _files(path: str) -> Iterator[str]:
    if os.path.isdir(path):
        for folder, _, names in os.walk(path):
            yield from (os.path.join(folder, name) for name in sorted(names))
        return
    folder, name = os.path.split(path)
    stem = name.split(".")[0]
    for entry in sorted(os.listdir(folder or ".")):
        if entry.startswith(stem) or entry in ("words.txt", "vocab.txt", "metadata.tsv"):
            yield os.path.join(folder, entry)
