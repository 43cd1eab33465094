"""Counts the processors that this process may use."""

import os
import sys


def available_processors() -> int:
    """Number of processors: those in the process's affinity mask if the system reports it, else all."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
