"""Parses and formats lines "word count", and explains lines that cannot be parsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.scanner import Chunk

MAX_COUNT: Final = 2**63 - 1  # counts are int64 outside

_COUNT_DIGITS: Final = len(str(MAX_COUNT))
_NUMBER: Final = re.compile(rb"0*([0-9]*)")
_SHOWN: Final = 60  # characters of a bad line that the message repeats


@dataclass(frozen=True, slots=True)
class Line:
    """A parsed line "word count"."""

    word: bytes
    count: int


def counts_of_lines(block: Chunk, first: int = 1) -> NDArray[np.uint64]:
    """Reads the counts, uint64, of whole lines "word count" numbered from `first`.

    Raises:
        ValueError: a line cannot be parsed.
    """
    return np.array([line.count for line in parse_lines(block, first)], np.uint64)


def parse_lines(block: Chunk, first: int) -> Iterator[Line]:
    # One by one: split() would need several times the memory of the block.
    text, start, number = bytes(block), 0, first
    while start < len(text):
        stop = text.find(b"\n", start)
        if stop < 0:
            stop = len(text)
        yield _parse(text[start:stop], number)
        start, number = stop + 1, number + 1


def _parse(line: bytes, number: int) -> Line:
    word, space, digits = line.removesuffix(b"\r").rpartition(b" ")
    if not space:
        raise line_error(line, number, "expected a word, one space and its count")
    if not word:
        raise line_error(line, number, "expected a word before the count")
    if b" " in word:
        raise line_error(line, number, "expected one space, between the word and its count")
    value = _NUMBER.match(digits)
    if value is not None and (len(value[1]) > _COUNT_DIGITS or int(value[1] or 0) > MAX_COUNT):
        raise line_error(line, number, "expected a count under 2^63")
    if value is None or not digits.isdigit():
        raise line_error(line, number, "expected a whole number after the last space")
    return Line(word, int(value[1] or 0))


def line_error(found: bytes, number: int, what: str) -> ValueError:
    shown = ""
    for byte in found:
        if len(shown) >= _SHOWN:
            shown += "..."
            break
        shown += chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"
    return ValueError(f"line {number}: {what}; found '{shown}'")


def line_of(word: bytes, count: int) -> bytes:
    return b"%b %d\n" % (word, count)


def array_of(lines: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(lines), np.uint8)
