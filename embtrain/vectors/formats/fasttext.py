"""fastText's binary models: ``.bin`` is read and written, quantised ones (``.ftz``) are read.

The vectors handed on are those that fastText gives for the words: the mean of a word's own row and the rows of
its n-grams. The own rows travel with them (`Block.own`), so that a model is written back bit by bit; where they
were lost on the way (through our own format, which holds the means) they are computed again from the means, and
fastText gives the same vectors but for rounding.

The n-grams' rows come after the words' in the file. They are mapped, so pages of that table count as memory of
the process while the words are read, and the system takes them back when it needs them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.vectors.formats.base import Block, Format, Input, Reading, Source, Subwords
from embtrain.vectors.formats.binary import (
    BLOCK,
    ByteReader,
    Random,
    at_random,
    bad,
    part_of,
    report,
    table_of,
)
from embtrain.vectors.formats.fasttext_head import (
    SUPERVISED,
    Dictionary,
    Head,
    looks_like_model,
    read_dictionary,
    read_head,
)
from embtrain.vectors.formats.fasttext_write import write
from embtrain.vectors.formats.product import QuantizedTable, read_quantized
from embtrain.vectors.subwords import Composer
from embtrain.vocabulary import Vocabulary

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Matrix:
    """The input matrix: rows of words, then rows of n-grams.

    Attributes:
        data: the input.
        start: byte of the first row of a dense matrix.
        end: byte after the matrix.
        quantized: the codes, or None if it is dense.
    """

    data: Random
    start: int
    end: int
    dim: int
    quantized: QuantizedTable | None

    def rows(self, first: int, stop: int) -> Floats:
        """Rows first to stop, copied, float32 [n, D]."""
        if self.quantized is not None:
            return self.quantized.rows(slice(first, stop))
        place = self.start + 4 * self.dim * first
        flat: Floats = self.data.copy(place, (stop - first) * self.dim, "<f4", "rows of the input matrix")
        return flat.reshape(-1, self.dim)

    def table(self, first: int, n_rows: int, order: NDArray[np.int64] | None) -> Floats:
        """n_rows rows from `first` on, or those that `order` counts from there, without reading them now."""
        if self.quantized is None:
            place = self.start + 4 * self.dim * first
            flat: Floats = self.data.view(place, n_rows * self.dim, "<f4", "rows of n-grams")
            return flat.reshape(n_rows, self.dim)
        which = first + (np.arange(n_rows) if order is None else order)
        step = max(1, BLOCK // (4 * self.dim))
        quantized = self.quantized
        return table_of(
            (quantized.rows(which[start : start + step]) for start in range(0, n_rows, step)), self.dim
        )


@contextmanager
def read(source: Input, reading: Reading) -> Iterator[Source]:
    """Reads a model; arguments, result and errors as in ``Format.read``."""
    reader = ByteReader(source)
    head = read_head(reader)
    dictionary = read_dictionary(reader, head)
    place = reader.position
    with at_random(source, reader) as data:
        matrix = _read_matrix(data, place, head, reading)
        subwords = _subwords(head, dictionary, matrix)
        composer = Composer(subwords) if subwords else None
        yield Source(
            dim=head.args.dim,
            n_words=head.n_words,
            blocks=_blocks(head, dictionary.words, matrix, composer, reading),
            subwords=subwords,
            left_out=_left_out(head, matrix, subwords),
        )


def _read_matrix(data: Random, place: int, head: Head, reading: Reading) -> _Matrix:
    quantized = False
    if head.version:
        quantized = data.unpack(place, "?", "mark of a quantised matrix")[0]
        place += 1
    if head.n_pruned is not None and not quantized:
        if head.n_pruned:
            remedy = "fetch the model again: fastText refuses these, too (its issue 332)"
            raise bad(data.name, place - 1, "a quantised matrix in a pruned model", "a dense one", remedy)
        report(reading, "header", place - 1, "the model says that it was pruned, but it was not")
    dim = head.args.dim
    if quantized:
        table = read_quantized(data, place, dim)
        n_rows, end, start = table.n_rows, table.end, place
    else:
        n_rows, n_columns = data.unpack(place, "qq", "sizes of the input matrix")
        if n_columns != dim or n_rows < 0:
            found = f"{n_rows} rows of {n_columns}"
            raise bad(data.name, place, f"rows of {dim} values in the input matrix", found)
        start, end, table = place + 16, place + 16 + 4 * n_rows * dim, None
    expected = head.n_words + _table_rows(head, quantized)
    if n_rows != expected:
        wanted = f"{expected} rows in the input matrix ({head.n_words} words and their n-grams)"
        raise bad(data.name, place, wanted, str(n_rows))
    data.expect(start, end - start, "the input matrix")
    return _Matrix(data, start, end, dim, table)


def _table_rows(head: Head, quantized: bool) -> int:
    """Rows of n-grams in the input matrix."""
    return head.n_pruned if head.n_pruned is not None and quantized else head.args.bucket


def _subwords(head: Head, dictionary: Dictionary, matrix: _Matrix) -> Subwords | None:
    args = head.args
    n_rows = _table_rows(head, matrix.quantized is not None)
    if n_rows == 0 or (head.max_n < max(1, args.min_n) and not head.floret):
        return None
    settings = {key: value for key, value in asdict(args).items() if key not in _IN_SUBWORDS}
    settings["n_tokens"] = head.n_tokens
    if head.floret:
        settings["n_hashes"] = head.n_hashes
    pruned = dictionary.pruned if matrix.quantized is not None else None
    order = None if pruned is None else pruned[:, 1]
    table = matrix.table(head.n_words, n_rows, order)
    kind = "floret" if head.floret else "fasttext"
    buckets = None if pruned is None else np.ascontiguousarray(pruned[:, 0])
    return Subwords(kind, args.min_n, head.max_n, args.bucket, table, settings, buckets)  # type: ignore[arg-type]


_IN_SUBWORDS = ("dim", "bucket", "min_n", "max_n")


def _blocks(
    head: Head, words: Vocabulary, matrix: _Matrix, composer: Composer | None, reading: Reading
) -> Iterator[Block]:
    step = max(1, 4 * BLOCK // (4 * head.args.dim))
    for start in range(0, head.n_words, step):
        stop = min(start + step, head.n_words)
        some = part_of(words, start, stop)
        own = matrix.rows(start, stop)
        if composer is None:
            yield Block(some, own)
        elif head.floret:
            # floret's models have rows for words, too, but no vector is made of them.
            yield Block(some, composer.unseen(some)[0])
        else:
            yield Block(some, composer.seen(some, own), own)
    _check_output(head, matrix, reading)


def _check_output(head: Head, matrix: _Matrix, reading: Reading) -> None:
    """Checks that what follows the input matrix is whole, though it is not handed on."""
    data, place = matrix.data, matrix.end
    quantized = False
    if head.version:
        quantized = data.unpack(place, "?", "mark of a quantised output matrix")[0]
        place += 1
    if quantized and matrix.quantized is not None:
        end = read_quantized(data, place, head.args.dim).end
    else:
        n_rows, n_columns = data.unpack(place, "qq", "sizes of the output matrix")
        if n_rows < 0 or n_columns < 0:
            raise bad(data.name, place, "sizes of the output matrix", f"{n_rows} x {n_columns}")
        end = place + 16 + 4 * n_rows * n_columns
        data.expect(place + 16, end - place - 16, "the output matrix")
    if data.size > end:
        report(reading, "header", end, f"{data.size - end:,} bytes follow the end of the model")


def _left_out(head: Head, matrix: _Matrix, subwords: Subwords | None) -> tuple[str, ...]:
    found = []
    if head.args.model == SUPERVISED:
        found.append(f"the classifier and its {head.n_labels:,} labels")
    else:
        found.append("the output (context) table")
    n_rows = _table_rows(head, matrix.quantized is not None)
    if subwords is None and n_rows:
        found.append(f"{n_rows:,} rows of n-grams that no word uses")
    return tuple(found)


def _recognise(head: bytes, path: str | None) -> bool:
    return looks_like_model(head)


FORMATS = (
    Format(
        "fasttext",
        (".bin", ".ftz"),
        "fastText's binary model, with its n-grams; .ftz is read only",
        recognise=_recognise,
        read=read,
        write=write,
        needs="words",
        holds=frozenset({"counts", "subwords", "bytes", "spaces"}),
    ),
)
__all__ = ["FORMATS", "read", "write"]
