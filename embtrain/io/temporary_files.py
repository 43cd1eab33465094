"""Unnamed temporary files, and the check of their directory. Imports nothing that takes time."""

from typing import BinaryIO

from embtrain.errors import UsageError
from embtrain.io.unnamed import open_unnamed
from embtrain.option_names import option


def check_directory(directory: str | None) -> None:
    """Raises UsageError if the directory for temporary files has an empty name, as from an unset variable."""
    if directory == "":
        raise UsageError(f"{option('tmp-dir')} is empty; name a directory, or leave it out")


def temporary_directory(directory: str | None) -> str:
    """The directory for temporary files: the one given, or the system's if it is None."""
    import tempfile

    check_directory(directory)
    return directory or tempfile.gettempdir()


def open_temporary(directory: str | None, buffering: int = -1) -> BinaryIO:
    """Opens a temporary file without a name, so that a killed process leaves nothing behind.

    Args:
        directory: holds the file; None is the system's directory for temporary files.
        buffering: as for `open`.

    Raises UsageError if the directory cannot hold files.
    """
    import tempfile

    place = temporary_directory(directory)
    if (descriptor := open_unnamed(place, 0o600)) is not None:
        return open(descriptor, "w+b", buffering=buffering)
    try:
        return tempfile.TemporaryFile(dir=place, buffering=buffering)  # type: ignore[return-value]
    except OSError as error:
        raise UsageError(
            f"{place}: cannot hold temporary files ({error.strerror}); choose another {option('tmp-dir')}"
        ) from error
