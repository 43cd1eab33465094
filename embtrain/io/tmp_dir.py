"""Checks of the directory for temporary files that import no heavy module."""

from embtrain.errors import UsageError
from embtrain.option_names import option


def check_tmp_dir(directory: str | None) -> None:
    """Raises UsageError if the directory for temporary files has an empty name, as from an unset variable."""
    if directory == "":
        raise UsageError(f"{option('tmp-dir')} is empty; name a directory, or leave it out")
