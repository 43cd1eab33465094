"""Reads the lines of a stream in batches, without waiting for more than has arrived."""

from collections.abc import Iterator
from typing import BinaryIO

from embtrain.cli.notes import warn

# Lines in each batch: few at first, so that the first answers come soon, then more, because a pass over the
# vectors answers hundreds of queries in little more time than one.
BATCHES = (8, 64, 512, 1536)
_READ_BYTES = 1 << 16


def batches(stream: BinaryIO, name: str, most: int) -> Iterator[list[bytes]]:
    """Yields the lines of a stream without their ends (LF or CRLF), in batches of at most `most`.

    A line is yielded as soon as its end has arrived, because the writer may wait for its answer. The last
    line needs no end. A byte order mark at the start is left out, and UTF-16 and UTF-32 become UTF-8.
    Messages call the stream `name`.
    """
    sizes = iter(BATCHES)
    size = next(sizes)
    for lines in _arriving(stream, name):
        start = 0
        while start < len(lines):
            taken = lines[start : start + min(size, most)]
            yield taken
            start += len(taken)
            size = next(sizes, size)


def _arriving(stream: BinaryIO, name: str) -> Iterator[list[bytes]]:
    from embtrain.io.documents.text_form import ArrivingText

    read = getattr(stream, "read1", stream.read)
    pending = bytearray()
    as_utf8 = ArrivingText(name, warn)
    ended = False
    while not ended:
        data = read(_READ_BYTES)
        ended = not data
        block = as_utf8(data)
        # A long line grows in place; only new data is searched for its end.
        head, end, tail = block.rpartition(b"\n")
        if end:
            yield [line.removesuffix(b"\r") for line in bytes(pending + head).split(b"\n")]
            pending = bytearray(tail)
        else:
            pending += block
    if pending:
        yield [bytes(pending).removesuffix(b"\r")]
