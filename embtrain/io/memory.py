"""How much address space and how many threads this process may have."""

from contextlib import suppress

try:
    # Imported early: where memory is short it could not be, when it is needed.
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]


def address_space() -> tuple[int | None, int]:
    """Bytes of address space that this process may have (None without a limit), and that it has (0 where the
    system does not tell)."""
    limit, used = None, 0
    if resource is not None:
        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        limit = None if soft == resource.RLIM_INFINITY else soft
        with suppress(OSError, ValueError, MemoryError), open("/proc/self/statm", "rb") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    return limit, used


def thread_limit() -> int | None:
    """How many threads and processes this user may have; None without a limit."""
    if resource is None or not hasattr(resource, "RLIMIT_NPROC"):
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    return None if soft == resource.RLIM_INFINITY else soft


def gib(n_bytes: int) -> str:
    """A number of bytes in the unit that gives a figure other than zero."""
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:,.1f} MiB"
