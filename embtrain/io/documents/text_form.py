"""Detects how a text is stored (encoding, byte order mark, line ends) and converts it to UTF-8."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from embtrain.io.encodings import (
    AUTO,
    UTF8,
    WIDE_BYTES,
    codec_name,
    find_mark,
    find_wide,
    is_utf8,
    may_become_mark,
)

_BUFFER_BYTES = 1 << 20


@dataclass
class Form:
    """How a text is stored.

    Attributes:
        encoding: Python's name for it; "utf-8" also for bytes that are left as they are.
        mark: the size of its byte order mark, in bytes.
        mac: whether lines end with carriage returns alone.
        replaced: the number of characters that could not be decoded so far.
    """

    encoding: str = UTF8
    mark: int = 0
    mac: bool = False
    replaced: int = 0
    _decoder: Any = field(default=None, repr=False)

    @property
    def idle(self) -> bool:
        """Whether the bytes need no conversion, except for a mark at the beginning."""
        return self.encoding == UTF8 and not self.mac

    def open(self, sample: bytes, rest: BinaryIO) -> io.BufferedReader:
        """Returns the sample and the rest of the stream as UTF-8 with newlines as line ends."""
        return io.BufferedReader(_Recoded(self, sample, rest), _BUFFER_BYTES)

    def recode(self, data: bytes, final: bool = False) -> bytes:
        """Converts the next bytes after the mark to UTF-8; `final` ends a character that was cut."""
        if self.encoding != UTF8:
            self._decoder = self._decoder or codecs.getincrementaldecoder(self.encoding)("replace")
            text: str = self._decoder.decode(data, final)
            self.replaced += text.count("\ufffd")
            data = text.encode("utf-8", "replace")
        return data.replace(b"\r", b"\n") if self.mac else data


def recognise(sample: bytes, encoding: str = AUTO) -> Form:
    """Detects how a text is stored from its beginning (SAMPLE_BYTES, or all of it).

    A byte order mark decides. Without one, text that is UTF-8 beyond ASCII is UTF-8. Otherwise `encoding`
    decides; if that is "auto", UTF-16 and UTF-32 are recognised and all other bytes are left as they are.

    Raises UsageError if there is no such encoding.
    """
    encoding = codec_name(encoding)
    mark = find_mark(sample)
    size = mark.size if mark else 0
    if mark is not None:
        found = mark.encoding
    elif encoding != AUTO and (sample.isascii() or not is_utf8(sample)):
        found = encoding
    else:
        found = find_wide(sample) or UTF8
    form = Form(found, size)
    text = form.recode(sample[size:])
    # The last character may be half of a line end.
    form = Form(found, size, b"\r" in text[:-1] and b"\n" not in text)
    return form


class _Recoded(io.RawIOBase):
    """A raw stream of a text converted to UTF-8."""

    def __init__(self, form: Form, sample: bytes, rest: BinaryIO) -> None:
        self._form = form
        self._rest = rest
        self._ready = memoryview(form.recode(sample[form.mark :]))
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            read = getattr(self._rest, "read1", self._rest.read)
            data = read(len(buffer))
            self._ended = not data
            self._ready = memoryview(self._form.recode(data, final=self._ended))
        size = min(len(self._ready), len(buffer))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


class ArrivingText:
    """Converts text that arrives in pieces, holding back only the bytes needed to detect its encoding.

    UTF-16 and UTF-32 without a mark are recognised by the NUL bytes in the first piece.

    Args:
        name: the text's name in messages.
        warn: receives a warning when text is converted without a mark.
    """

    def __init__(self, name: str, warn: Callable[[str], None]) -> None:
        self._name = name
        self._warn = warn
        self._held = b""
        self._form: Form | None = None

    def __call__(self, data: bytes) -> bytes:
        """Converts the next bytes (b"" at the end) to UTF-8, as soon as the encoding is known."""
        if self._form is None:
            self._held += data
            if data and (may_become_mark(self._held) or _may_be_wide(self._held)):
                return b""
            self._form = self._found()
            beginning, self._held = self._held[self._form.mark :], b""
            return self._form.recode(beginning, final=not data)
        return self._form.recode(data, final=not data)

    def _found(self) -> Form:
        mark = find_mark(self._held)
        if mark is not None:
            return Form(mark.encoding, mark.size)
        wide = find_wide(self._held)
        if wide is not None:
            self._warn(f"{self._name}: read as {wide}")
        return Form(wide or UTF8)


def _may_be_wide(head: bytes) -> bool:
    """Whether a beginning is too short to rule out UTF-16; a line end without NUL bytes rules it out."""
    return len(head) < WIDE_BYTES and (0 in head or b"\n" not in head)
