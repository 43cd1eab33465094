"""Makes inputs seekable: opens local files in place and copies everything else to a temporary file."""

import os
from typing import BinaryIO

from embtrain.errors import ResourceError
from embtrain.io.inputs.open import is_remote
from embtrain.io.temporary_files import open_temporary
from embtrain.option_names import option


def seekable(
    source: str | None, stream: BinaryIO, name: str, magic: bytes, tmp_dir: str | None = None
) -> BinaryIO:
    """Returns the file itself, or a temporary copy of the stream, positioned at the beginning.

    Args:
        source: as given by the user; None if it is not a file of its own.
        stream: its bytes, decompressed.
        name: the source's name in messages.
        magic: the first bytes of an uncompressed file.
        tmp_dir: holds the copy; None is the system's choice.

    Raises UsageError or ResourceError if no copy can be made.
    """
    if source is not None and source != "-" and not is_remote(source) and os.path.isfile(source):
        file = open(source, "rb")  # noqa: SIM115
        if file.read(len(magic)) == magic:
            file.seek(0)
            return file
        file.close()
    return temporary_copy(stream, name, tmp_dir)


def temporary_copy(stream: BinaryIO, name: str, tmp_dir: str | None) -> BinaryIO:
    """Copies the rest of a stream to an unnamed temporary file, and returns the file at its beginning.

    Args:
        stream: what to copy.
        name: the stream's name in messages.
        tmp_dir: holds the copy; None is the system's directory for temporary files.

    Raises UsageError if the directory cannot hold files, ResourceError if there is no room for the copy.
    """
    import shutil

    copy = open_temporary(tmp_dir)
    try:
        shutil.copyfileobj(stream, copy, 1 << 20)
    except OSError as error:
        copy.close()
        raise ResourceError(
            f"{name}: cannot make a temporary copy: {error.strerror}; choose a directory on a larger disk "
            f"with {option('tmp-dir')}"
        ) from error
    copy.seek(0)
    return copy
