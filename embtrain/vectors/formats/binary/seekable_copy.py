"""Inputs that must be visited at random: where they lie, or a temporary copy of what arrives."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from embtrain.errors import ResourceError, UsageError
from embtrain.vectors.formats.base import Input

_BLOCK = 1 << 20


@contextmanager
def seekable(source: Input) -> Iterator[BinaryIO]:
    """The input's file, or an unnamed temporary file with its bytes, which goes when the context ends.

    Raises ResourceError where there is no room for a copy, UsageError where the file cannot be opened.
    """
    if source.path is not None:
        try:
            file = open(source.path, "rb")  # noqa: SIM115
        except OSError as error:
            raise UsageError(f"{source.path}: cannot be opened: {error.strerror}") from error
        with file:
            yield file
    else:
        with _temporary(source.name) as copy:
            _fill(copy, source)
            yield copy


def _temporary(name: str) -> BinaryIO:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise ResourceError(
            f"{name}: no place for a temporary copy ({error.strerror}); set TMPDIR"
        ) from error


def _fill(copy: BinaryIO, source: Input) -> None:
    while block := source.stream.read(_BLOCK):
        try:
            copy.write(block)
        except OSError as error:
            remedy = "free disk space, or point TMPDIR to a larger disk"
            raise ResourceError(f"{source.name}: no temporary copy: {error.strerror}; {remedy}") from error
    copy.flush()
    copy.seek(0)
