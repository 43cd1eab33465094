"""Inputs that are read from their end: in place where they lie on disk, else through a temporary copy."""

import os
import shutil
import tempfile
from typing import BinaryIO

from embtrain.errors import ResourceError, UsageError
from embtrain.io.inputs.open import is_remote
from embtrain.option_names import option


def seekable(
    source: str | None, stream: BinaryIO, name: str, magic: bytes, tmp_dir: str | None = None
) -> BinaryIO:
    """The source itself, or a temporary copy of what the stream holds; at its beginning.

    Args:
        source: as given by the user; None where it is no file of its own.
        stream: its bytes, decompressed.
        name: what messages call it.
        magic: what it begins with where it is stored as it is, not compressed.
        tmp_dir: where the copy goes; None is the system's choice.

    Raises UsageError, ResourceError where there can be no copy.
    """
    if source is not None and source != "-" and not is_remote(source) and os.path.isfile(source):
        file = open(source, "rb")  # noqa: SIM115
        if file.read(len(magic)) == magic:
            file.seek(0)
            return file
        file.close()
    return temporary_copy(stream, name, tmp_dir)


def temporary_copy(stream: BinaryIO, name: str, tmp_dir: str | None) -> BinaryIO:
    """An unnamed temporary file with the rest of a stream, at its beginning.

    Args:
        stream: what to copy.
        name: what messages call it.
        tmp_dir: where the copy goes; None is the system's directory for temporary files.

    Raises UsageError where the directory cannot hold files, ResourceError where there is no room for a copy.
    """
    try:
        copy = tempfile.TemporaryFile(dir=tmp_dir)  # noqa: SIM115
    except OSError as error:
        where = tmp_dir or tempfile.gettempdir()
        raise UsageError(
            f"{where}: cannot hold temporary files ({error.strerror}); choose another {option('tmp-dir')}"
        ) from error
    try:
        shutil.copyfileobj(stream, copy, 1 << 20)
    except OSError as error:
        copy.close()
        raise ResourceError(
            f"{name}: no temporary copy: {error.strerror}; choose a directory on a larger disk with "
            f"{option('tmp-dir')}"
        ) from error
    copy.seek(0)
    return copy
