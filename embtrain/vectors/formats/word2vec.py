"""word2vec's binary format: a line "words dim", then per word its bytes, a space and dim float32.

word2vec.c and gensim write a newline after each vector, others none; both are read. What is written has it.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError
from embtrain.vectors.formats.base import Block, Format, Input, Problem, Reading, Rows, Source
from embtrain.vectors.formats.lines import begins_with_row, brief

if TYPE_CHECKING:
    from embtrain.vocabulary import Vocabulary

MAX_DIM = 1 << 20
_MAX_HEADER = 100
_MAX_WORD = 1 << 16
_BLOCK_BYTES = 1 << 20
_HEADER = re.compile(rb"\s*(-?\d{1,20})[ \t]+(-?\d{1,20})[ \t\r]*\n")


@contextmanager
def _open(source: Input, reading: Reading) -> Iterator[Source]:
    n_words, dim, start = _read_header(source)
    scan = None if source.path is None else partial(_scan, source.path, start, n_words, dim)
    blocks = _Rows(source.stream, source.name, start, n_words, dim, reading).blocks()
    try:
        yield Source(dim, n_words, blocks, scan=scan)
    finally:
        blocks.close()


def _read_header(source: Input) -> tuple[int, int, int]:
    """Words, dim and length of the header line."""
    line = source.stream.readline(_MAX_HEADER)
    found = _HEADER.fullmatch(line)
    n_words, dim = (int(found[1]), int(found[2])) if found else (-1, -1)
    if n_words < 0 or not 1 <= dim <= MAX_DIM:
        raise DataError(
            f"{source.name}: byte 0: expected a line of two numbers, words and values per word (1 to "
            f"{MAX_DIM:,}), found {brief(line)}; give a file in word2vec's binary format"
        )
    return n_words, dim, len(line)


def _scan(path: str, start: int, n_words: int, dim: int) -> "Vocabulary":
    """All words of whole rows, reading the file once; the reader after it complains about what is wrong."""
    import numpy as np

    from embtrain.vocabulary import Vocabulary

    arenas, lengths = [], []
    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        silent = _Rows(file, path, start, n_words, dim, Reading("skip"))
        for arena, offsets, _, _ in silent.pieces(values=False):
            arenas.append(arena)
            lengths.append(np.diff(offsets))
    offsets = np.zeros(sum(map(len, lengths)) + 1, np.int64)
    np.cumsum(np.concatenate(lengths or [offsets[:0]]), out=offsets[1:])
    return Vocabulary(np.concatenate(arenas or [np.empty(0, np.uint8)]), offsets)


class _Rows:
    """The rows of a file, from behind its header: all there are, whatever the header's count."""

    def __init__(self, stream: Any, name: str, start: int, n_words: int, dim: int, reading: Reading) -> None:
        self._stream = stream
        self._name = name
        self._position = start
        self._n_words = n_words
        self._dim = dim
        self._reading = reading

    def blocks(self) -> Generator[Block, None, None]:
        """Blocks of rows. Raises DataError where the file ends within a row."""
        from embtrain.vocabulary import Vocabulary

        for arena, offsets, values, starts in self.pieces(values=True):
            place = partial(_place, starts)
            yield Block(Vocabulary(arena, offsets), values, place)

    def pieces(self, values: bool) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Arena, offsets, values and place in the file of each row, block by block."""
        from embtrain._native import parse_binary

        left, n_rows = b"", 0
        size = max(_BLOCK_BYTES, 4 * self._dim + _MAX_WORD)
        while chunk := self._stream.read(size):
            block = left + chunk if left else chunk
            arena, offsets, table, starts, consumed = parse_binary(block, self._dim, len(block), values)
            starts += self._position
            n_rows += len(starts)
            if len(starts):
                yield arena, offsets, table, starts
            left = block[consumed:]
            self._position += consumed
            self._check_word(left)
        self._check_end(left.strip(b"\n"), n_rows)

    def _check_word(self, rest: bytes) -> None:
        if len(rest) >= _MAX_WORD and rest.find(b" ", 0, _MAX_WORD) < 0:
            message = f"expected a word of at most {_MAX_WORD} bytes and a space, found {brief(rest[:40])}"
            raise DataError(
                f"{self._name}: byte {self._position}: {message}; the header's {self._dim} values per word "
                "may be wrong, or the file is not in this format"
            )

    def _check_end(self, left: bytes, n_rows: int) -> None:
        where = f"byte {self._position}"
        if left:
            found = f"the end of the file within a row, after {n_rows} of {self._n_words} rows"
            message = f"expected a word, a space and {self._dim} values, found {found}"
            self._reading.report(Problem("truncated", where, message))
            if self._reading.on_error == "fail":
                remedy = "the file is cut short: fetch it again, or take what is there (--on-error skip)"
                raise DataError(f"{self._name}: {where}: {message}; {remedy}")
        elif n_rows != self._n_words:
            found = f"the header says {self._n_words} words, there are {n_rows}"
            self._reading.report(Problem("header", "byte 0", found))


def _place(starts: Any, row: int) -> str:
    return f"byte {int(starts[row])}"


def _write(file: BinaryIO, rows: Rows) -> int:
    import numpy as np

    from embtrain._native import format_binary

    header = b"%d %d\n" % (rows.n_words, rows.dim)
    file.write(header)
    n_bytes = len(header)
    for block in rows.blocks:
        vectors = np.ascontiguousarray(block.vectors, "<f4")
        content = format_binary(block.words.arena, block.words.offsets, vectors)
        file.write(content)
        n_bytes += len(content)
    return n_bytes


def _recognise(head: bytes, path: str | None) -> bool:
    header = _HEADER.match(head)
    rest = head[header.end() :] if header else b""
    return header is not None and rest != b"" and not begins_with_row(rest, b" ", int(header[2]))


FORMATS = (
    Format(
        "word2vec", (".bin",), "word2vec's binary format", _recognise, _open, _write, "count",
        holds=frozenset({"bytes"}), separators=b" \n",
    ),
)  # fmt: skip
