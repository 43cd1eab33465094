"""Queries in and answers out, line by line: what all commands that answer queries share."""

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

# Words that are answered together: enough to make matrix products worth it.
BATCH = 256
_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"

Neighbors = Sequence[tuple[bytes, float]]


def batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Lines of a stream without their ends (LF or CRLF), in batches of what has arrived, BATCH at most.

    A line is handed over as soon as its end is there, so that a reader that waits for an answer gets it. The
    last line needs no end. A byte order mark at the start is left out.
    """
    read = getattr(stream, "read1", stream.read)
    pending = bytearray()
    block = read(_CHUNK).removeprefix(_BOM)
    while block:
        # A long line grows in place; only what is new is searched for its end.
        head, end, tail = block.rpartition(b"\n")
        if end:
            lines = [line.removesuffix(b"\r") for line in bytes(pending + head).split(b"\n")]
            pending = bytearray(tail)
            for start in range(0, len(lines), BATCH):
                yield lines[start : start + BATCH]
        else:
            pending += block
        block = read(_CHUNK)
    if pending:
        yield [bytes(pending).removesuffix(b"\r")]


class Answers(Protocol):
    """Writes answers; None stands for a query that has none because its word is unknown."""

    def write(self, query: bytes, neighbors: Neighbors | None) -> None:
        """Writes the answer to one query, best neighbour first."""


class TsvAnswers:
    """Rows of query, rank (from 1), word, score with 6 decimals; an unknown query has a row without more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, query: bytes, neighbors: Neighbors | None) -> None:
        name = _one_field(query)
        if neighbors is None:
            self._file.write(name + b"\t\t\t\n")
            return
        for rank, (word, score) in enumerate(neighbors, 1):
            self._file.write(b"%b\t%d\t%b\t%.6f\n" % (name, rank, _one_field(word), score))


class JsonAnswers:
    """One JSON object per query: {"query": w, "neighbors": [{"word": x, "score": s}, ...] or null}."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, query: bytes, neighbors: Neighbors | None) -> None:
        found = (
            None if neighbors is None else [{"word": _text(w), "score": round(s, 6)} for w, s in neighbors]
        )
        line = json.dumps({"query": _text(query), "neighbors": found}, ensure_ascii=False)
        # Bytes that are not UTF-8 become the escapes \udc80 to \udcff, which is valid JSON and keeps them
        # apart.
        self._file.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _text(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")


def _one_field(word: bytes) -> bytes:
    return word.replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
