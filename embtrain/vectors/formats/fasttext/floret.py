"""Reads and writes floret's text format: a table of n-grams, which give a vector for any word.

The first line holds the number of buckets, the dimension, the lengths of n-grams, the number of hashes per
n-gram, the hash's seed and the marks at the ends of a word. Each other line holds a bucket's number and its
row (FastText::saveFloretVectors).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.ngrams import MAX_N
from embtrain.subwords import Composer, Subwords
from embtrain.vectors.formats.base import Problem, ReadOptions, Rows, VectorInput, VectorSource
from embtrain.vectors.formats.binary.reading import BLOCK, check_width, table_of
from embtrain.vectors.formats.fasttext.descriptors import FLORET_HEADER
from embtrain.vectors.formats.text.line_end import REMEDY, doubt, shortened_number
from embtrain.vocabulary import Vocabulary, encode_word
from embtrain.wording import counted

_MAX_HEADER = 1024
_TOLERANCE = 1e-5


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Reads a table, which has no words; arguments, result and errors as in ``Format.read``."""
    line = source.stream.readline(_MAX_HEADER)
    header = FLORET_HEADER.fullmatch(line)
    if header is None:
        expected = "'buckets dim minn maxn hashes seed begin end'"
        remedy = "give a file that floret has written"
        raise DataError(f"{source.name}: line 1: expected {expected}, found {line[:60]!r}; {remedy}")
    n_buckets, dim, min_n, max_n, n_hashes, seed = (int(number) for number in header.groups()[:6])
    if n_buckets < 1 or dim < 1 or not min_n <= max_n <= MAX_N or seed >= 1 << 32:
        expected = f"buckets, a dimension, n-grams of up to {MAX_N} characters and a seed of 32 bits"
        raise DataError(
            f"{source.name}: line 1: expected {expected}, found {line[:60]!r}; fetch the file again"
        )
    begin, end = (mark.decode("utf-8", "surrogateescape") for mark in header.groups()[6:])
    table = table_of(_read_rows(source, n_buckets, dim, options), dim, options.tmp_dir)
    settings = {"n_hashes": n_hashes, "seed": seed, "begin": begin, "end": end}
    subwords = Subwords("floret", min_n, max_n, n_buckets, table, settings)
    nothing = Vocabulary.from_words([])
    yield VectorSource(dim=dim, n_words=0, blocks=iter(()), subwords=subwords, scan=lambda: (nothing,))


def _read_rows(
    source: VectorInput, n_rows: int, dim: int, options: ReadOptions
) -> Iterator[NDArray[np.float32]]:
    n_read, left, ended = 0, b"", False
    while n_read < n_rows:
        if ended:
            raise _wrong_line(source.name, n_read, n_rows, dim, b"")
        more = source.stream.read(max(BLOCK, len(left)))
        ended = not more
        if ended and left:
            _check_last(source.name, left, n_rows, dim, options)
        left += more if more or left[-1:] in (b"", b"\n") else b"\n"
        lines, left = left[: left.rfind(b"\n") + 1], left[left.rfind(b"\n") + 1 :]
        lines, after = _head(lines, n_rows - n_read)
        values = _parse(source.name, lines, n_read, n_rows, dim)
        n_read += len(values)
        yield values
        left = after + left
    if (left + source.stream.read(1)).strip():
        raise DataError(
            f"{source.name}: line {n_rows + 2:,}: expected the end after {counted(n_rows, 'row')}, found "
            "more; the first line is wrong, or two files were put together"
        )


def _check_last(name: str, line: bytes, n_rows: int, dim: int, options: ReadOptions) -> None:
    """Raises DataError if the last number may be cut, unless on_error keeps such rows."""
    number = shortened_number(line, dim, b" ")
    if number is not None:
        options.report(Problem("no-newline", f"line {n_rows + 1:,}", doubt(number)))
        if options.on_error == "fail":
            raise DataError(f"{name}: line {n_rows + 1:,}: {doubt(number)}; {REMEDY}")


def _head(lines: bytes, n_lines: int) -> tuple[bytes, bytes]:
    """Splits off at most n_lines whole lines; returns them and the rest."""
    if lines.count(b"\n") <= n_lines:
        return lines, b""
    ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n"))
    stop = int(ends[n_lines - 1]) + 1
    return lines[:stop], lines[stop:]


def _parse(name: str, lines: bytes, n_read: int, n_rows: int, dim: int) -> NDArray[np.float32]:
    from embtrain._native import parse_text

    # A value takes two bytes or more. Rows of a length for which the line has no room are not allocated.
    line = lines.partition(b"\n")[0]
    if lines and 2 * dim >= len(line):
        raise _wrong_line(name, n_read, n_rows, dim, line or b" ")
    arena, offsets, values, _, bad, _ = parse_text(lines, dim, " ", "fail").take()
    n_good = len(values)
    numbers = Vocabulary.from_words(str(n_read + index) for index in range(n_good))
    if arena.tobytes() != numbers.arena.tobytes() or (offsets != numbers.offsets).any():
        words = Vocabulary(arena, offsets).iter_bytes()
        n_good = next(row for row, word in enumerate(words) if word != b"%d" % (n_read + row))
        bad = [(n_good, "", b"", False)]
    if bad or n_good < lines.count(b"\n"):
        wrong = lines.split(b"\n", n_good + 1)[n_good]
        raise _wrong_line(name, n_read + n_good, n_rows, dim, wrong or b" ")
    return values


def _wrong_line(name: str, n_read: int, n_rows: int, dim: int, line: bytes) -> DataError:
    found = f"{counted(len(line.split()), 'field')}: {line[:60]!r}" if line else "the end of the file"
    expected = f"the number {n_read} and {counted(dim, 'value')} (row {n_read + 1:,} of {n_rows:,})"
    return DataError(
        f"{name}: line {n_read + 2:,}: expected {expected}, found {found}; fetch or write the file again"
    )


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes a table; arguments, result and errors as in ``Format.write``.

    Raises DataError if there are no n-grams of floret's kind, or if a word's vector differs from the one its
    n-grams give, because the format holds no words.
    """
    subwords = rows.subwords
    if subwords is None or subwords.kind != "floret" or subwords.is_pruned:
        kind = "no n-grams" if subwords is None else f"n-grams of {subwords.kind}'s kind"
        raise DataError(f"floret's format holds only floret's n-grams, found {kind}; write another format")
    check_width(rows)
    _check_words(rows, subwords)
    cutting = subwords.cutting
    sizes = (subwords.n_all_rows, rows.dim, cutting.min_n, cutting.max_n, cutting.n_hashes, cutting.seed)
    head = " ".join(map(str, sizes)).encode()
    marks = [encode_word(cutting.begin), encode_word(cutting.end)]
    line = b" ".join([head, *marks]) + b"\n"
    file.write(line)
    return len(line) + sum(_write_rows(file, subwords, rows.precision))


def _check_words(rows: Rows, subwords: Subwords) -> None:
    composer = Composer(subwords)
    n_wrong, first = 0, ""
    for block in rows.blocks:
        made = composer.unseen(block.words)[0]
        wrong = ~np.isclose(made, block.vectors, _TOLERANCE, _TOLERANCE).all(1)
        if wrong.any() and not n_wrong:
            first = block.words[int(wrong.argmax())]
        n_wrong += int(wrong.sum())
    if n_wrong:
        count = counted(n_wrong, "word has a vector", "words have vectors")
        raise DataError(
            f"floret's format holds no words, and {count} that the n-grams do not give, the first {first!r}; "
            "write another format, or leave the words out"
        )


def _write_rows(file: BinaryIO, subwords: Subwords, precision: int) -> Iterator[int]:
    from embtrain._native import format_text

    first = 0
    for rows in subwords.all_rows(max(1, BLOCK // (4 * subwords.vectors.shape[1]))):
        block = np.require(rows, np.float32, ["C", "A"])
        numbers = Vocabulary.from_words(str(first + index) for index in range(len(block)))
        first += len(block)
        content = format_text(numbers.arena, numbers.offsets, block, " ", precision)
        file.write(content)
        yield len(content)
