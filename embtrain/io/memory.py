"""Reads the limits on this process, its memory above all, and how much it uses."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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


_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")
_MEMORY_INFO = Path("/proc/meminfo")
#: Files of a control group with its limit and its use, in versions 2 and 1, and the names in its statistics
#: of the pages of files, which the system drops when memory runs short.
_CGROUP_FILES = (
    ("memory.max", "memory.current", ("inactive_file", "active_file")),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_inactive_file", "total_active_file")),
)


@dataclass(frozen=True)
class FreeMemory:
    """Memory that this process may still take.

    Attributes:
        n_bytes: how much.
        of: whose memory it is, for messages: "the machine".
        most: bytes that it has in all.
        is_strict: whether a process that takes more is killed. The machine may still free some of what others
            use.
    """

    n_bytes: int
    of: str
    most: int
    is_strict: bool = False


def free_memory() -> FreeMemory | None:
    """The memory that this process may still take: that of the machine or, if it is less, of the control
    groups (containers) around this process. None if the system does not report it."""
    found = [*_of_machine(), *_of_cgroups()]
    return min(found, key=lambda free: free.n_bytes, default=None)


def _of_machine() -> Iterator[FreeMemory]:
    with suppress(OSError, IndexError, ValueError, KeyError):
        lines = (line.partition(":") for line in _MEMORY_INFO.read_text().splitlines())
        sizes = {name: int(size.split()[0]) << 10 for name, _, size in lines}
        free = sizes["MemAvailable"] + sizes.get("SwapFree", 0)
        yield FreeMemory(free, "the machine", sizes["MemTotal"] + sizes.get("SwapTotal", 0))


def _of_cgroups() -> Iterator[FreeMemory]:
    for folder in _own_cgroups():
        for limit_file, use_file, of_files in _CGROUP_FILES:
            with suppress(OSError, ValueError):
                limit, used = (int((folder / name).read_text()) for name in (limit_file, use_file))
                free = max(0, limit - used + _droppable(folder, of_files))
                yield FreeMemory(free, "the container (cgroup)", limit, True)


def _own_cgroups() -> Iterator[Path]:
    """The folders of the control groups around this process: its own, and those above it."""
    with suppress(OSError):
        for line in _OWN_CGROUPS.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in ("", "memory"):
                root = _CGROUPS / controllers
                inside = root / path.lstrip("/")
                yield from (folder for folder in (inside, *inside.parents) if folder.is_relative_to(root))


def _droppable(folder: Path, names: tuple[str, ...]) -> int:
    """Bytes of files that count as memory of a control group until others need it."""
    with suppress(OSError, ValueError):
        lines = (line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return sum(int(size) for name, size in lines if name in names)
    return 0


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
