"""Finds out how much memory this process may still take."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
