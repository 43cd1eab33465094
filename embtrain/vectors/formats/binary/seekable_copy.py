"""Gives random access to an input: the file itself, or a temporary copy of a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from embtrain.errors import UsageError
from embtrain.io.inputs.seekable import temporary_copy
from embtrain.vectors.formats.base import VectorInput


@contextmanager
def seekable(source: VectorInput, tmp_dir: str | None) -> Iterator[BinaryIO]:
    """Opens the input's file, or an unnamed temporary copy, which is removed when the context ends.

    Raises UsageError if the file cannot be opened or `tmp_dir` cannot hold files, ResourceError if there is
    no room for a copy.
    """
    if source.path is None:
        with temporary_copy(source.stream, source.name, tmp_dir) as copy:
            yield copy
        return
    try:
        file = open(source.path, "rb")  # noqa: SIM115
    except OSError as error:
        raise UsageError(f"{source.path}: cannot be opened: {error.strerror}") from error
    with file:
        yield file
