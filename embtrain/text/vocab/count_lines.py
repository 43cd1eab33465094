"""Reads blocks of lines "word count", the format of vocabularies in word2vec, GloVe and embtrain.

A line is split at its last space; the word is any bytes but space and newline. Our own files are in the order
of a vocabulary: highest count first, equal counts in byte order.
"""

from collections.abc import Iterator
from typing import BinaryIO

from embtrain.errors import DataError, ResourceError
from embtrain.io.inputs.open import BUFFER_BYTES
from embtrain.io.spool import Spool

#: Longest line of a vocabulary. Without a limit, a file without newlines would fill the memory.
MAX_LINE_BYTES = 1 << 20

FORM = "lines 'word count', as 'embtrain vocab build', word2vec's -save-vocab and GloVe's vocab_count write"


def line_blocks(stream: BinaryIO, name: str, block_bytes: int = BUFFER_BYTES) -> Iterator[tuple[int, bytes]]:
    """Yields blocks of whole lines, each with the number of its first line; the last line needs no newline.

    Raises:
        DataError: a line is longer than MAX_LINE_BYTES.
    """
    first = 1
    tail = b""
    while data := stream.read(block_bytes):
        head, end, rest = data.rpartition(b"\n")
        if end:
            block = b"".join((tail, head, end))
            yield first, block
            first += block.count(b"\n")
            tail = rest
        else:
            tail += data
        if len(tail) > MAX_LINE_BYTES:
            raise DataError(f"{name}: line {first}: longer than {MAX_LINE_BYTES:,} bytes; expected {FORM}")
    if tail:
        yield first, tail + b"\n"


def spooled_blocks(spool: Spool, start: int, end: int, block_bytes: int) -> Iterator[bytes]:
    """Yields blocks of whole lines from a part of a spool that ends with a newline."""
    size = block_bytes
    while start < end:
        buffer = bytearray(min(size, end - start))
        spool.read_at(start, buffer)
        stop = buffer.rfind(b"\n") + 1
        if stop == 0:
            if len(buffer) == end - start:
                raise ResourceError(
                    f"{spool.directory}: temporary data at byte {start:,} is not what was written"
                )
            size *= 2
            continue
        start += stop
        size = block_bytes
        del buffer[stop:]
        yield bytes(buffer)


def bad_line(name: str, error: ValueError) -> DataError:
    """Builds the error for a line that the native code refused."""
    return DataError(f"{name}: {error}; a vocabulary has {FORM}")
