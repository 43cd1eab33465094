"""Escapes control characters in words, names and metadata that a terminal would obey instead of showing.

A file or a pipe receives every byte unchanged; only a terminal obeys a sequence like "ESC [ 2 J".
"""

import codecs
import io
import re
import sys
from typing import Any, TextIO, cast

# Control characters except tab and newline (C0, DEL, C1), characters that change the direction of text, and
# bytes that are not UTF-8 (as lone surrogates), which some terminals take for control characters.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """Escapes control characters, changes of direction and bytes that are not UTF-8."""
    return _OBEYED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    # \u is valid within JSON lines, where characters below the blank are escaped already.
    return f"\\x{code:02x}" if code < 0x20 else f"\\u{code:04x}"


class _Shown(io.BufferedIOBase):
    """A binary stream that writes to a terminal and escapes what the terminal would obey."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def write(self, data: Any) -> int:
        """Accepts all data; an incomplete character at its end waits for the rest."""
        text = visible(self._decoder.decode(bytes(data)))
        self.terminal.buffer.write(text.encode("utf-8", "backslashreplace"))
        return memoryview(data).nbytes

    def flush(self) -> None:
        """Flushes the terminal."""
        self.terminal.flush()

    def writable(self) -> bool:
        """Always true."""
        return True

    def isatty(self) -> bool:
        """Always true."""
        return True

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self.terminal.fileno()


def shield(stream: TextIO) -> TextIO:
    """Wraps a terminal's stream to escape what the terminal would obey; returns any other stream itself."""
    if not stream.isatty():
        return stream
    # Bytes that are not UTF-8 reach the binary stream as the original bytes, and are shown as escapes.
    return io.TextIOWrapper(
        cast(Any, _Shown(stream)), "utf-8", "surrogateescape", line_buffering=True, write_through=True
    )


def shield_terminals() -> None:
    """Shields stdout and stderr, if they are terminals, from now on."""
    sys.stdout = shield(sys.stdout)
    sys.stderr = shield(sys.stderr)


def commands(stream: TextIO) -> TextIO:
    """Returns the terminal of a shielded stream, for a bar that moves the cursor; any other stream itself."""
    shown = getattr(stream, "buffer", None)
    return shown.terminal if isinstance(shown, _Shown) else stream
