"""Cancellable reads of pipes, whose next data may be hours away.

In the main thread a signal ends a read. Any other thread would block until data arrives, and block the
threads that wait for it. It therefore polls, and checks at intervals whether its read has been cancelled.
"""

import io
import os
import select
import stat
import threading
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

Result = TypeVar("Result")

_LOOK_EVERY_MS = 50
# One read larger than a stream's buffer takes everything that the buffer holds.
_FIRST_BYTES = 1 << 18
_unwanted: ContextVar[tuple[threading.Event, ...]] = ContextVar("unwanted", default=())


class CalledOff(BaseException):
    """A read has been cancelled. It is not an Exception, so that handlers of errors let it pass."""


def context_until(unwanted: threading.Event) -> Context:
    """Copies this thread's context for another thread, whose reads are cancelled when the event is set."""
    context = copy_context()
    context.run(_unwanted.set, (*_unwanted.get(), unwanted))
    return context


def wait_for(descriptor: int) -> None:
    """Returns when there is data to read, or the end of it. Raises CalledOff when the read is cancelled.

    Only reads in threads that run in a context of `context_until` can be cancelled.
    """
    events = _unwanted.get()
    if not events or not hasattr(select, "poll"):
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while not poll.poll(_LOOK_EVERY_MS):
        if any(event.is_set() for event in events):
            raise CalledOff


class Pipe(io.RawIOBase):
    """Reads a pipe or device as data arrives; the wait can be cancelled.

    Closing it leaves the stream open.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._descriptor: int = stream.fileno()
        self._ahead = memoryview(b"")
        self._is_buffered = hasattr(stream, "read1")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._is_buffered:
            self._ahead = memoryview(self._stream.read1(_FIRST_BYTES))
            self._is_buffered = False
            if not self._ahead:
                return 0
        if self._ahead:
            size = min(len(self._ahead), len(buffer))
            buffer[:size], self._ahead = self._ahead[:size], self._ahead[size:]
            return size
        wait_for(self._descriptor)
        return os.readv(self._descriptor, [buffer])


def as_pipe(stream: Any) -> Any:
    """Wraps a stream in a `Pipe` if it has a descriptor that is not of a regular file; else returns it."""
    return stream if (status := status_of(stream)) is None or stat.S_ISREG(status.st_mode) else Pipe(stream)


def status_of(stream: Any) -> os.stat_result | None:
    """The `os.fstat` result of an open stream; None if it has no descriptor."""
    fileno: Callable[[], int] | None = getattr(stream, "fileno", None)
    try:
        return None if fileno is None else os.fstat(fileno())
    except (OSError, ValueError):
        return None
