"""Pipes that hold more than the 64 KB that Linux gives them."""

from contextlib import suppress
from typing import Any

# What a user may have without further rights.
_PIPE_BYTES = 1 << 20


def widen(stream: Any) -> None:
    """Lets a pipe hold a megabyte, so that reader and writer wait for each other less often.

    Twice as much can go through. Nothing happens where that is not possible, and to what is no pipe.
    """
    try:
        from fcntl import F_SETPIPE_SZ, fcntl
    except ImportError:
        return
    # What stands in for a stream may have no descriptor, or no method to ask for one.
    with suppress(OSError, ValueError, AttributeError):
        fcntl(stream.fileno(), F_SETPIPE_SZ, _PIPE_BYTES)
