"""Recognises errors of other libraries that mean too little memory or too few threads."""

import errno
import re
import threading
from contextlib import suppress

from embtrain.io.memory import address_space, gib, thread_limit
from embtrain.wording import counted

_THREADS = re.compile(
    r"can't start new thread|Resource temporarily unavailable|pthread_create", re.IGNORECASE
)
_MEMORY = re.compile(
    r"bad_alloc|out of memory|can(no|')t allocate memory|not enough memory|failed to map segment"
    r"|unable to allocate|cannot create shared object descriptor|alloc_cpu|static TLS",
    re.IGNORECASE,
)
_OF_OTHERS = (RuntimeError, ImportError, SystemError, ValueError, AttributeError)


def shortage(error: BaseException | None) -> str | None:
    """Says that memory or threads are lacking, with figures and what to do, or returns None.

    Looks at the exception, then at its causes.
    """
    for _ in range(20):
        if error is None:
            return None
        if isinstance(error, MemoryError) or _is_about(error, _MEMORY):
            return f"out of memory{_what(error)}; {_figures()}"
        if _is_about(error, _THREADS):
            return (
                f"no thread could be started{_what(error)}; {_thread_limit()}raise that limit (ulimit -u, the"
                " container's number of processes), or use fewer threads (--threads 1)"
            )
        error = error.__cause__ or error.__context__
    return None


def can_start(n_threads: int) -> bool:
    """Whether this number of threads can be started now.

    numpy's BLAS writes to stderr and sends this process a SIGINT if it cannot start its threads.
    """
    done = threading.Event()
    started: list[threading.Thread] = []
    try:
        for _ in range(n_threads):
            thread = threading.Thread(target=done.wait, daemon=True)
            thread.start()
            started.append(thread)
    except (RuntimeError, MemoryError):
        return False
    finally:
        done.set()
        for thread in started:
            thread.join()
    return True


def _is_about(error: BaseException, pattern: re.Pattern[str]) -> bool:
    if isinstance(error, OSError):
        return error.errno == (errno.EAGAIN if pattern is _THREADS else errno.ENOMEM)
    return isinstance(error, _OF_OTHERS) and pattern.search(str(error)) is not None


def _what(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f" ({text[:200]})" if text else ""


def _thread_limit() -> str:
    limit = thread_limit()
    return (
        ""
        if limit is None
        else f"this user may have {counted(limit, 'thread or process', 'threads and processes')}; "
    )


def _figures() -> str:
    """Says how much memory there is, and what to do."""
    limit, used = address_space()
    has = f" and has {gib(used)}" if used else ""
    if limit is not None:
        return (
            f"this process may have {gib(limit)} of address space (ulimit -v){has}: raise that limit, or ask "
            "for less (--dim, --min-count, --threads)"
        )
    with (
        suppress(OSError, IndexError, ValueError, KeyError, MemoryError),
        open("/proc/meminfo", "rb") as file,
    ):
        sizes = dict(line.split(b":", 1) for line in file)
        free = int(sizes[b"MemAvailable"].split()[0]) << 10
        return (
            f"the machine has {gib(free)} left{f', this process {gib(used)}' if used else ''}: ask for less "
            "(--dim, --min-count, --threads), or use a machine with more memory"
        )
    return "ask for less (--dim, --min-count, --threads), or use a machine with more memory"
