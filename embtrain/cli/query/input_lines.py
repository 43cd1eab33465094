"""Lines of a stream, in batches of what has arrived."""

from collections.abc import Iterator
from typing import BinaryIO

from embtrain.cli.notes import warn

# Lines that are answered together: few at first, so that the first answers come soon, then ever more, because
# a pass over the vectors answers hundreds of queries in little more time than one.
BATCHES = (8, 64, 512, 1536)
_READ_BYTES = 1 << 16


def batches(stream: BinaryIO, name: str, most: int) -> Iterator[list[bytes]]:
    """Lines of a stream without their ends (LF or CRLF), in batches of what has arrived, `most` at most.

    A line is handed over as soon as its end is there, so that a reader that waits for an answer gets it. The
    last line needs no end. A byte order mark at the start is left out, and UTF-16 and UTF-32 become UTF-8.
    `name` is what messages call the stream.
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
        # A long line grows in place; only what is new is searched for its end.
        head, end, tail = block.rpartition(b"\n")
        if end:
            yield [line.removesuffix(b"\r") for line in bytes(pending + head).split(b"\n")]
            pending = bytearray(tail)
        else:
            pending += block
    if pending:
        yield [bytes(pending).removesuffix(b"\r")]
