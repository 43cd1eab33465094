"""What a terminal would obey instead of showing it: escapes in words, names and metadata are shown as text.

A file or a pipe gets every byte as it is; only a terminal takes "ESC [ 2 J" for an order.
"""

import codecs
import io
import re
import sys
from typing import Any, TextIO, cast

# Control characters but tab and newline (C0, DEL, C1), what turns the direction of the text after it, and
# bytes that are not UTF-8 (as lone surrogates), which some terminals take for control characters.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """A text whose control characters, changes of direction and bytes that are not UTF-8 are escapes."""
    return _OBEYED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    # As in JSON, whose lines stay valid: it has itself escaped what is below a blank.
    return f"\\x{code:02x}" if code < 0x20 else f"\\u{code:04x}"


class _Shown(io.BufferedIOBase):
    """A binary stream that shows on a terminal what is written to it."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def write(self, data: Any) -> int:
        """Takes all of it; what may be the start of a character waits for the rest."""
        text = visible(self._decoder.decode(bytes(data)))
        self.terminal.buffer.write(text.encode("utf-8", "backslashreplace"))
        return memoryview(data).nbytes

    def flush(self) -> None:
        """Passes on what was written."""
        self.terminal.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """It is one."""
        return True

    def fileno(self) -> int:
        """That of the terminal."""
        return self.terminal.fileno()


def shield(stream: TextIO) -> TextIO:
    """The stream itself, or one that shows the same on its terminal without anything the terminal obeys."""
    if not stream.isatty():
        return stream
    # What is no UTF-8 reaches the binary stream as the bytes it came from, and is shown as these.
    return io.TextIOWrapper(
        cast(Any, _Shown(stream)), "utf-8", "surrogateescape", line_buffering=True, write_through=True
    )


def shield_terminals() -> None:
    """From here on stdout and stderr show what they get, where they are terminals."""
    sys.stdout = shield(sys.stdout)
    sys.stderr = shield(sys.stderr)


def commands(stream: TextIO) -> TextIO:
    """The terminal behind a shielded stream, for a bar that moves the cursor; any other stream as it is."""
    shown = getattr(stream, "buffer", None)
    return shown.terminal if isinstance(shown, _Shown) else stream
