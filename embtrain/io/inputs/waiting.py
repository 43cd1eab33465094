"""Reads of pipes that can be called off: what a pipe sends next may be hours away.

In the main thread a signal ends a read. Another thread would sit in it until the pipe moves, and so would
whoever waits for that thread; therefore it looks now and then whether it is still wanted.
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
# What a buffered stream may hold already is taken with one read that is larger than its buffer.
_FIRST_BYTES = 1 << 18
_unwanted: ContextVar[tuple[threading.Event, ...]] = ContextVar("unwanted", default=())


class CalledOff(BaseException):
    """What is waited for is not wanted any more; not an Exception, so that nothing takes it for a fault."""


def context_until(unwanted: threading.Event) -> Context:
    """A copy of this thread's context, for another thread whose reads end when the event is set."""
    context = copy_context()
    context.run(_unwanted.set, (*_unwanted.get(), unwanted))
    return context


def wait_for(descriptor: int) -> None:
    """Returns when there is something to read, or the end. Raises CalledOff where nobody wants it any more.

    That can happen in threads only, to which `context_until` has given a context.
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
    """What a pipe or device gives, read as it arrives; waiting for it can be called off.

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
    """The stream as a `Pipe` where it has a descriptor of something that may stand still, else as it is."""
    return stream if (status := status_of(stream)) is None or stat.S_ISREG(status.st_mode) else Pipe(stream)


def status_of(stream: Any) -> os.stat_result | None:
    """What the system knows of an open stream; None if it is none of the system's."""
    fileno: Callable[[], int] | None = getattr(stream, "fileno", None)
    try:
        return None if fileno is None else os.fstat(fileno())
    except (OSError, ValueError):
        return None
