"""Silences the panic messages that Rust libraries print on stderr in addition to raising an exception."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def silent_panics() -> Iterator[None]:
    """Discards what is printed on stderr's descriptor during the block; our exception reports the panic."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a closed stderr stays silent anyway
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
