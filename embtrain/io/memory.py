"""Reads the limits on this process, and how much memory it uses.

Every command imports this module, so it imports little.
"""

import os
import sys
from contextlib import suppress

try:
    # Imported early: when memory runs short and it is needed, the import itself could fail.
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]


def address_space() -> tuple[int | None, int]:
    """Returns the limit on this process's address space in bytes (None without a limit), and the bytes in use
    (0 where the system does not report them)."""
    limit, used = None, 0
    if resource is not None:
        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        limit = None if soft == resource.RLIM_INFINITY else soft
        with suppress(OSError, ValueError, MemoryError), open("/proc/self/statm", "rb") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    return limit, used


def thread_limit() -> int | None:
    """The number of threads and processes that this user may have; None without a limit."""
    if resource is None or not hasattr(resource, "RLIMIT_NPROC"):
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    return None if soft == resource.RLIM_INFINITY else soft


def resident_bytes() -> int:
    """The resident memory of this process in bytes; its peak where the system reports only that."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        if resource is None:
            return 0
        unit = 1 if sys.platform == "darwin" else 1024
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


def file_limit() -> int | None:
    """The number of files that this process may have open; None without a limit."""
    if resource is None:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else int(soft)


def gib(n_bytes: int) -> str:
    """Formats a number of bytes in GiB, or in MiB below 1 GiB."""
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:,.1f} MiB"
