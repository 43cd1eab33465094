"""Checks that files mapped into memory have not been truncated.

Touching a page past the end of a truncated file raises SIGBUS, which ends the process and cannot be turned
into an error. Code that reads a mapped array therefore checks it before each block. The check misses a
truncation between the check and the read.
"""

import mmap
from typing import Any

from embtrain.errors import DataError
from embtrain.wording import counted


def check_whole(array: Any, name: str = "the file of these vectors") -> None:
    """Raises DataError if an array is mapped from a file that has become shorter than the mapping.

    Args:
        array: any numpy array, or an object like one.
        name: the file's name in the message.
    """
    base = array
    while (under := getattr(base, "base", None)) is not None:
        base = under
    if isinstance(base, memoryview):
        base = base.obj
    if not isinstance(base, mmap.mmap):
        return
    expected, found = len(base), base.size()
    if found < expected:
        raise DataError(
            f"{name}: the file changed while it was open: it had {counted(expected, 'byte')} and has "
            f"{found:,}; replace files by renaming a new one, as embtrain does, and run this again"
        )
