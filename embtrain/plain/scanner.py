"""Splits a stream of bytes into words and lines, the base of counting and encoding."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

Chunk = bytes | bytearray | memoryview | NDArray[np.uint8]

#: The word at the end of a sentence.
EOS: Final = b"</s>"
_BOM: Final = b"\xef\xbb\xbf"
_WHITE: Final = re.compile(rb"[ \t\n\v\f\r]")


class Scanner:
    """Splits a stream of bytes into words and lines, without byte order marks; subclasses process the words.

    ASCII white space separates words. The result does not depend on how the text is cut into pieces.

    Args:
        max_token: longer words, in bytes, are dropped and counted.
    """

    def __init__(self, max_token: int) -> None:
        self._max_token = max(1, max_token)
        self._held = b""  # the word that the last piece left open, cut after max_token + 1 bytes
        self._held_size = 0
        self._bom: bytes | None = b""  # the part of a byte order mark seen so far, None once it is settled
        self._line_open = False
        self._counters = dict.fromkeys(("bytes", "lines", "tokens", "long_tokens", "boms"), 0)

    def feed(self, chunk: bytes | bytearray | memoryview | NDArray[np.uint8]) -> None:
        """Takes the next bytes of the current input.

        Raises:
            TypeError: the piece is not bytes.
            ValueError: there are more different words than allowed.
        """
        view: memoryview[int] = memoryview(chunk)  # type: ignore[arg-type]
        if view.format != "B" or view.ndim != 1:
            raise TypeError(f"text must be bytes, found items of format {view.format!r}")
        self._counters["bytes"] += len(view)
        text = self._skip_bom(bytes(view))
        if not text:
            return
        self._line_open = not text.endswith(b"\n")
        start = 0
        if self._held_size:
            match = _WHITE.search(text)
            start = match.start() if match else len(text)
            self._hold(text[:start])
            if match:
                self._end_token()
        stop = max(start, *(text.rfind(white) + 1 for white in (b" ", b"\n", b"\t", b"\v", b"\f", b"\r")))
        self._scan(text[start:stop])
        self._hold(text[stop:])

    def end_input(self) -> None:
        """Ends the current input, and with it its last word and line."""
        if self._bom:
            self._hold(self._bom)
            self._line_open = True
        if self._held_size:
            self._end_token()
        self._end_line()
        self._counters["lines"] += self._line_open
        self._line_open, self._bom = False, b""

    def counters(self) -> dict[str, int]:
        """Counts of the text read so far, by name."""
        return dict(self._counters)

    def _take(self, words: list[bytes]) -> None:
        """Processes the next words of a line."""
        raise NotImplementedError

    def _end_line(self) -> None:
        """Processes the end of a line or input."""

    def _skip_bom(self, text: bytes) -> bytes:
        """Removes a byte order mark at the start of an input; the mark may arrive in pieces."""
        if self._bom is None:
            return text
        text = self._bom + text
        if text.startswith(_BOM):
            self._counters["boms"] += 1
            self._bom = None
            return text[len(_BOM) :]
        if _BOM.startswith(text):
            self._bom = text
            return b""
        self._bom = None
        return text

    def _scan(self, text: bytes) -> None:
        """Splits text that ends with white space."""
        *lines, last = text.split(b"\n")
        for line in lines:
            self._split(line)
            self._counters["lines"] += 1
            self._end_line()
        self._split(last)

    def _split(self, line: bytes) -> None:
        words = line.split()
        if len(line) > self._max_token:
            short = [word for word in words if len(word) <= self._max_token]
            self._counters["long_tokens"] += len(words) - len(short)
            words = short
        self._take_counted(words)

    def _take_counted(self, words: list[bytes]) -> None:
        self._counters["tokens"] += len(words)
        self._take(words)

    def _hold(self, part: bytes) -> None:
        self._held_size += len(part)
        self._held += part[: max(0, self._max_token + 1 - len(self._held))]

    def _end_token(self) -> None:
        if self._held_size > self._max_token:
            self._counters["long_tokens"] += 1
        else:
            self._take_counted([self._held])
        self._held, self._held_size = b"", 0
