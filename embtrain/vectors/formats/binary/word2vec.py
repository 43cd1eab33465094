"""Reads and writes word2vec's binary format: a line "words dim", then word, space and values of each row.

Values are dim float32. word2vec.c and gensim write a newline after each vector, other tools do not. Both are
read; output has the newline.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.vectors.formats.base import (
    Outlook,
    Problem,
    ReadOptions,
    RowBlock,
    Rows,
    VectorInput,
    VectorSource,
    write_all,
)
from embtrain.vectors.formats.text.lines import HEADER, brief, check_count
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vocabulary import Vocabulary

MAX_DIM = 1 << 20
_MAX_HEADER = 100
_MAX_WORD = 1 << 16
_BLOCK_BYTES = 1 << 20


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    n_words, dim, start = _read_header(source)
    scan = None if source.path is None else partial(_scan, source.path, start, n_words, dim)
    blocks = _Rows(source.stream, source.name, start, n_words, dim, options).blocks()
    try:
        yield VectorSource(dim, n_words, blocks, outlook=_outlook(source, start, n_words, dim), scan=scan)
    finally:
        blocks.close()


def _read_header(source: VectorInput) -> tuple[int, int, int]:
    """Number of words, dim, and length of the header line."""
    line = source.stream.readline(_MAX_HEADER)
    found = HEADER.fullmatch(line)
    if found is None or int(found[1]) < 0 or not 1 <= int(found[2]) <= MAX_DIM:
        raise DataError(
            f"{source.name}: byte 0: expected a line of two numbers, words and values per word (1 to "
            f"{MAX_DIM:,}), found {brief(line)}; give a file in word2vec's binary format"
        )
    return int(found[1]), int(found[2]), len(line)


def _outlook(source: VectorInput, start: int, n_words: int, dim: int) -> Outlook | None:
    """Sizes of the vocabulary from header and file length, if all vectors end like the first one."""
    if source.path is None:
        return None
    descriptor = source.stream.fileno()
    first = os.pread(descriptor, _MAX_WORD + 4 * dim + 1, start)
    after = first.find(b" ") + 1 + 4 * dim
    beside = 4 * dim + 1 + (first[after : after + 1] == b"\n")
    n_bytes = os.fstat(descriptor).st_size - start - n_words * beside
    return Outlook(n_words, n_bytes) if 0 <= n_bytes <= n_words * _MAX_WORD else None


def _scan(path: str, start: int, n_words: int, dim: int) -> "Iterator[Vocabulary]":
    """Yields the words of complete rows in pieces; reports no errors, because the reader will."""
    from embtrain.vectors.parallel import read_ahead

    return read_ahead(_words(path, start, n_words, dim))


def _words(path: str, start: int, n_words: int, dim: int) -> "Generator[Vocabulary, None, None]":
    from embtrain.vocabulary import Vocabulary

    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        silent = _Rows(file, path, start, n_words, dim, ReadOptions("skip"))
        for arena, offsets, _, _ in silent.pieces(values=False):
            yield Vocabulary(arena, offsets)


class _Rows:
    """Reads all rows after the header, whatever number the header gives."""

    def __init__(
        self, stream: Any, name: str, start: int, n_words: int, dim: int, options: ReadOptions
    ) -> None:
        self._stream = stream
        self._name = name
        self._position = start
        self._n_words = n_words
        self._dim = dim
        self._options = options

    def blocks(self) -> Generator[RowBlock, None, None]:
        """Yields blocks of rows. Raises DataError if the file ends within a row."""
        from embtrain.vectors.parallel import read_ahead
        from embtrain.vocabulary import Vocabulary

        for arena, offsets, values, starts in read_ahead(self.pieces(values=True)):
            place = partial(_place, starts)
            yield RowBlock(Vocabulary(arena, offsets), values, place)

    def pieces(self, values: bool) -> Generator[tuple[Any, Any, Any, Any], None, None]:
        """Yields arena, offsets, values and places in the file of the rows, block by block."""
        import numpy as np

        from embtrain._native import parse_binary

        size = max(_BLOCK_BYTES, 4 * self._dim + _MAX_WORD)
        buffer = np.empty(2 * size, np.uint8)
        filled = n_rows = 0
        while n_read := self._stream.readinto(buffer[filled : filled + size]):
            block = buffer[: filled + n_read]
            arena, offsets, table, starts, consumed = parse_binary(block, self._dim, len(block), values)
            starts += self._position
            n_rows += len(starts)
            if len(starts):
                yield arena, offsets, table, starts
            # The rest is the beginning of a row, or something else.
            filled = len(block) - consumed
            buffer[:filled] = block[consumed:].copy()
            self._position += consumed
            self._check_word(buffer[: min(filled, _MAX_WORD)].tobytes())
        self._check_end(buffer[:filled].tobytes().strip(b"\n"), n_rows)

    def _check_word(self, rest: bytes) -> None:
        if len(rest) >= _MAX_WORD and b" " not in rest:
            message = f"expected a word of at most {_MAX_WORD} bytes and a space, found {brief(rest[:40])}"
            raise DataError(
                f"{self._name}: byte {self._position}: {message}; the header's "
                f"{counted(self._dim, 'value per word', 'values per word')} "
                "may be wrong, or the file is not in this format"
            )

    def _check_end(self, left: bytes, n_rows: int) -> None:
        where = f"byte {self._position}"
        if left:
            found = f"the end of the file within a row, after {n_rows} of {counted(self._n_words, 'row')}"
            message = f"expected a word, a space and {counted(self._dim, 'value')}, found {found}"
            self._options.report(Problem("truncated", where, message))
            if self._options.on_error == "fail":
                skip = option("on-error", "skip")
                remedy = f"the file is cut short: fetch it again, or take what is there ({skip})"
                raise DataError(f"{self._name}: {where}: {message}; {remedy}")
        elif n_rows != self._n_words:
            found = f"the header says {counted(self._n_words, 'word')}, there are {n_rows}"
            self._options.report(Problem("header", "byte 0", found))
            check_count(self._name, "byte 0", self._n_words, n_rows, self._options)


def _place(starts: Any, row: int) -> str:
    return f"byte {int(starts[row])}"


def write(file: BinaryIO, rows: Rows) -> int:
    import numpy as np

    from embtrain._native import format_binary
    from embtrain.vectors.parallel import read_ahead

    def formatted() -> Generator[bytearray, None, None]:
        for block in rows.blocks:
            vectors = np.ascontiguousarray(block.vectors, "<f4")
            yield format_binary(block.words.arena, block.words.offsets, vectors)

    header = b"%d %d\n" % (rows.total, rows.dim)
    return write_all(file, [header]) + write_all(file, read_ahead(formatted()))
