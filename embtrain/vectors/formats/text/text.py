"""Vectors as text, a word and its values per line: word2vec's and fastText's with a header line "words dim",
GloVe's without, and a table separated by tabs.

A line is split from the right into exactly D numbers; the rest is the word, which may contain any white
space. A header is trusted only if the rows agree with it; if it counts more rows than there are, the file is
truncated. Values are written with the fewest characters that give back the same float32, unless a precision
is given.
"""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError
from embtrain.io.inputs.open import reading_failed
from embtrain.option_names import option
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, Rows, VectorInput, VectorSource
from embtrain.vectors.formats.text.descriptors import WORDS_AND_DIM
from embtrain.vectors.formats.text.line_end import REMEDY, TAIL_BYTES, doubt, doubtful_number
from embtrain.vectors.formats.text.lines import (
    BYTE_ORDER_MARK,
    MAX_LINE,
    LineBlocks,
    brief,
    check_count,
    complaint,
    too_long,
)
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain._native import TextRows

    # Rows, whether the last line lacks a newline, and whether a line is longer than MAX_LINE.
    _Parsed = tuple[TextRows, bool, bool]

MAX_DIM = 1 << 20
# Bytes that a thread takes of a file at a time, and the number of parts in progress right after opening it,
# while numpy is being imported.
_PART_BYTES = 1 << 21
_AHEAD = 32
# Lines examined to find the number of values per row.
_SAMPLE = 20


@dataclass(frozen=True)
class _Head:
    """Values per row, found from the beginning of a text, and count and dim from the header, if any."""

    dim: int
    claimed_words: int | None = None
    claimed_dim: int | None = None

    @property
    def n_lines(self) -> int:
        return 0 if self.claimed_words is None else 1


def _read_head(block: bytes, separator: str, name: str) -> _Head:
    lines = block.split(b"\n", _SAMPLE + 1)[: _SAMPLE + 1]
    if not lines[-1]:
        lines.pop()  # the incomplete last line
    header = WORDS_AND_DIM.fullmatch(lines[0]) if lines else None
    claims = (int(header[1]), int(header[2])) if header else (None, None)
    widths = _widths(lines[1 if header else 0 :], separator)
    if header and widths == 1 and claims[1] != 1:
        return _Head(1)  # rows of one value, the first of a word that is a number
    dim = widths or claims[1] or 0
    if not 1 <= dim <= MAX_DIM:
        shown = brief(lines[0]) if lines else "an empty file"
        raise DataError(
            f"{name}: line 1: expected a header or a word and numbers, separated by "
            f"{'tabs' if separator == chr(9) else 'spaces'}, found {shown}; give a file of vectors"
        )
    return _Head(dim, *claims)


def _widths(lines: list[bytes], separator: str) -> int:
    """The most frequent number of numbers at the end of a line, the larger one in a tie; 0 without lines."""
    from embtrain._native import count_numbers

    found = Counter(count_numbers(line, separator) for line in lines if line.strip())
    return max(found, key=lambda width: (found[width], width), default=0)


def read_spaced(source: VectorInput, options: ReadOptions) -> AbstractContextManager[VectorSource]:
    """Opens a text whose values are separated by spaces, with or without a header; see `Format.read`."""
    return _read(" ", source, options)


def read_tabbed(source: VectorInput, options: ReadOptions) -> AbstractContextManager[VectorSource]:
    """Opens a text whose values are separated by tabs; see `Format.read`."""
    return _read("\t", source, options)


@contextmanager
def _read(separator: str, source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    lines = LineBlocks(source.stream, source.name)
    head = _read_head(lines.first, separator, source.name)
    text = _Text(source, lines, head, separator, options)
    if lines.n_mark:
        options.report(Problem("header", "byte 0", "a byte order mark, which is left out"))
    if head.claimed_dim not in (None, head.dim):
        claimed = counted(head.claimed_dim or 0, "value per row", "values per row")
        found = f"the header says {claimed}, the rows have {head.dim}"
        options.report(Problem("header", "line 1", found))
    with closing(text.parsed()) as parsed:
        yield VectorSource(head.dim, _plausible(head.claimed_words), text.blocks(parsed))


def _plausible(n_words: int | None) -> int | None:
    return n_words if n_words is not None and 0 <= n_words < 1 << 48 else None


class _Text:
    """Reads a text: threads read and parse parts of a file; other inputs are read in blocks."""

    def __init__(
        self, source: VectorInput, lines: LineBlocks, head: _Head, separator: str, options: ReadOptions
    ) -> None:
        self._source = source
        self._lines = lines
        self._head = head
        self._separator = separator
        self._options = options
        self._n_rows = 0
        self._n_lines = head.n_lines
        # The end of the data received from a pipe so far.
        self._tail = b""
        # Bytes of the header, which may be the whole text, without a newline.
        self._n_before = (lines.first.find(b"\n") + 1 or len(lines.first)) if head.n_lines else 0

    def parsed(self) -> "Generator[_Parsed, None, None]":
        """Yields rows parsed by threads, which start before the first result is requested."""
        from embtrain.vectors.parallel import ordered_map

        size = 0 if self._source.path is None else os.fstat(self._source.stream.fileno()).st_size
        if size == 0:
            # A pipe may be slow, so its first rows are passed on at once. Some system files claim size 0.
            return ordered_map(self._parse_block, self._blocks(), 0)
        return ordered_map(self._parse_part, self._parts(size), _AHEAD)

    def _parts(self, size: int) -> Iterator[tuple[int, int, int]]:
        """Yields the parts of a file: its first byte after the header, and where a part begins and ends."""
        first = self._lines.n_mark + self._n_before
        for start in range(first, size, _PART_BYTES):
            yield first, start, min(start + _PART_BYTES, size)

    def _parse_part(self, part: tuple[int, int, int]) -> "_Parsed":
        from embtrain._native import parse_text_file

        descriptor, layout = self._source.stream.fileno(), (self._head.dim, self._separator)
        try:
            return parse_text_file(descriptor, *part, MAX_LINE, *layout, self._options.on_error)
        except OSError as error:
            reason = error.strerror or str(error)
            raise reading_failed(self._source.name, part[1], reason) from error

    def _blocks(self) -> Iterator[bytes]:
        blocks = iter(self._lines)
        first = next(blocks, b"")[self._n_before :]
        for block in chain([first], blocks):
            # The last line of a pipe is its own block if it lacks a newline.
            whole = block.endswith(b"\n")
            self._tail = block[-TAIL_BYTES:] if whole else (self._tail + block)[-TAIL_BYTES:]
            yield block

    def _parse_block(self, block: bytes) -> "_Parsed":
        from embtrain._native import parse_text

        unterminated = block[-1:] not in (b"", b"\n")
        whole = block + b"\n" if unterminated else block
        return parse_text(whole, self._head.dim, self._separator, self._options.on_error), unterminated, False

    def blocks(self, parsed: "Iterator[_Parsed]") -> Iterator[RowBlock]:
        """Yields blocks of rows from the results of `parsed`. Raises DataError if a line is invalid."""
        for rows, unterminated, is_too_long in parsed:
            if is_too_long:
                raise too_long(self._source.name)
            yield from self._rows(rows, unterminated)
        self._check_end()

    def _rows(self, parsed: "TextRows", unterminated: bool) -> Iterator[RowBlock]:
        from embtrain.vocabulary import Vocabulary

        arena, offsets, values, lines, bad, n_lines = parsed.take()
        first = self._n_lines + 1
        for line, fault, text, is_last in bad:
            self._complain(first + line, fault, text, is_last and unterminated)
        self._n_lines += n_lines
        if unterminated and len(values) and lines[-1] == n_lines - 1 and self._is_doubtful():
            arena, offsets, values = arena[: offsets[-2]], offsets[:-1], values[:-1]
        self._n_rows += len(values)
        if len(values):
            yield RowBlock(Vocabulary(arena, offsets), values, partial(_place, first, lines))

    def _complain(self, number: int, fault: str, line: bytes, is_last: bool) -> None:
        message = complaint(line, fault, self._head.dim, self._separator.encode())
        kind: Any = "truncated" if is_last else "width" if fault == "empty" else fault
        self._options.report(Problem(kind, f"line {number}", message))
        if self._options.on_error == "fail" and fault != "empty":
            remedy = "the file is cut short: fetch it again" if is_last else "correct the line"
            raise DataError(
                f"{self._source.name}: line {number}: {message}; {remedy}, or leave it out "
                f"({option('on-error', 'skip')})"
            )

    def _is_doubtful(self) -> bool:
        """Whether to leave out the last row because its last number may be cut. Raises DataError."""
        number = doubtful_number(self._last_bytes(), self._head.dim, self._separator.encode())
        if number is None:
            return False
        where = f"line {self._n_lines}"
        self._options.report(Problem("no-newline", where, doubt(number)))
        if self._options.on_error == "fail":
            raise DataError(f"{self._source.name}: {where}: {doubt(number)}; {REMEDY}")
        return self._options.on_error == "skip"

    def _last_bytes(self) -> bytes:
        if self._tail:
            return self._tail
        descriptor = self._source.stream.fileno()
        return os.pread(descriptor, TAIL_BYTES, max(0, os.fstat(descriptor).st_size - TAIL_BYTES))

    def _check_end(self) -> None:
        claimed = self._head.claimed_words
        if claimed is not None and claimed != self._n_rows:
            found = f"the header says {counted(claimed, 'word')}, there are {self._n_rows}"
            self._options.report(Problem("header", "line 1", found))
            check_count(self._source.name, "line 1", claimed, self._n_rows, self._options)


def _place(first: int, lines: Any, row: int) -> str:
    return f"line {first + int(lines[row])}"


def write_with_header(file: BinaryIO, rows: Rows) -> int:
    """Writes "words dim" and lines of a word and its values, separated by spaces; see `Format.write`."""
    return _write(b"%d %d\n" % (rows.total, rows.dim), " ", file, rows)


def write_spaced(file: BinaryIO, rows: Rows) -> int:
    """Writes lines of a word and its values, separated by spaces; see `Format.write`."""
    return _write(b"", " ", file, rows)


def write_tabbed(file: BinaryIO, rows: Rows) -> int:
    """Writes lines of a word and its values, separated by tabs; see `Format.write`."""
    return _write(b"", "\t", file, rows)


def _write(header: bytes, separator: str, file: BinaryIO, rows: Rows) -> int:
    from embtrain._native import format_text
    from embtrain.vectors.parallel import ordered_map

    def lines(block: RowBlock) -> bytearray:
        words = block.words
        return format_text(words.arena, words.offsets, block.vectors, separator, rows.precision)

    file.write(header)
    n_bytes = len(header)
    for text in ordered_map(lines, map(_kept, rows.blocks)):
        if n_bytes == 0 and text.startswith(BYTE_ORDER_MARK):
            # Readers drop one byte order mark; with another before it, the word keeps its own.
            file.write(BYTE_ORDER_MARK)
            n_bytes += len(BYTE_ORDER_MARK)
        file.write(text)
        n_bytes += len(text)
    return n_bytes


def _kept(block: RowBlock) -> RowBlock:
    """Copies a block, so that it outlives the next one."""
    import numpy as np

    return replace(block, vectors=np.array(block.vectors, "<f4", order="C"))
