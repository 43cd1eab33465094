"""Files that are mapped into memory: what is cut off one meanwhile ends the process when it is touched.

The system sends SIGBUS for a page that is not there any more, which cannot be turned into an error. So who
takes a mapped array asks here before each block. What is cut between question and answer is not found.
"""

import mmap
from typing import Any

from embtrain.errors import DataError
from embtrain.wording import counted


def check_whole(array: Any, name: str = "the file of these vectors") -> None:
    """Raises DataError where an array is mapped from a file that has become shorter than the mapping.

    Args:
        array: any array of numpy's, or what stands for one.
        name: the file's, for the message.
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
