"""How many processors this process may use."""

import os
import sys


def available_processors() -> int:
    """Processors that this process may run on: those it was bound to where the system tells, else all."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
