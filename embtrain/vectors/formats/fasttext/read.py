"""Reads fastText's binary models, including quantised ones (``.ftz``).

A word's vector is the one fastText gives: the mean of the word's own row and the rows of its n-grams. The
own rows are passed on with the means (`RowBlock.own`), so that a model is written back bit by bit. The
shared format holds only the means; own rows are then computed from them, and fastText gives the same
vectors apart from rounding.

The n-grams' rows follow the words' rows in the file, and are mapped. Pages of that table count as memory of
the process while the words are read, but the system can reclaim them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from embtrain.ngrams import END_OF_SENTENCE, FLORET_SEED, Hashing
from embtrain.subwords import Composer, Subwords
from embtrain.vectors.formats.base import ReadOptions, RowBlock, VectorInput, VectorSource
from embtrain.vectors.formats.binary.ngram_matrix import Matrix, block_rows
from embtrain.vectors.formats.binary.product_quantised import read_quantized
from embtrain.vectors.formats.binary.reading import (
    ByteReader,
    Random,
    at_random,
    bad,
    report,
)
from embtrain.vectors.formats.fasttext.descriptors import SUPERVISED
from embtrain.vectors.formats.fasttext.head import (
    Dictionary,
    Head,
    read_dictionary,
    read_head,
)
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Reads a model; arguments, result and errors as in ``Format.read``."""
    reader = ByteReader(source)
    head = read_head(reader)
    dictionary = read_dictionary(reader, head)
    place = reader.position
    with at_random(source, reader, options.tmp_dir) as data:
        matrix = _read_matrix(data, place, head, options)
        subwords = _subwords(head, dictionary, matrix)
        composer = Composer(subwords) if subwords else None
        yield VectorSource(
            dim=head.args.dim,
            n_words=head.n_words,
            blocks=_blocks(head, dictionary.words, matrix, composer, options),
            subwords=subwords,
            left_out=_left_out(head, matrix, subwords),
            scan=lambda: (dictionary.words,),
        )


def _read_matrix(data: Random, place: int, head: Head, options: ReadOptions) -> Matrix:
    quantized = False
    if head.version:
        quantized = data.unpack(place, "?", "mark of a quantised matrix")[0]
        place += 1
    if head.n_pruned is not None and not quantized:
        if head.n_pruned:
            remedy = "fetch the model again: fastText refuses these, too (its issue 332)"
            raise bad(data.name, place - 1, "a quantised matrix in a pruned model", "a dense one", remedy)
        report(options, "header", place - 1, "the model says that it was pruned, but it was not")
    dim = head.args.dim
    if quantized:
        table = read_quantized(data, place, dim)
        n_rows, end, start = table.n_rows, table.end, place
    else:
        n_rows, n_columns = data.unpack(place, "qq", "sizes of the input matrix")
        if n_columns != dim or n_rows < 0:
            found = f"{counted(n_rows, 'row')} of {n_columns}"
            raise bad(data.name, place, f"rows of {counted(dim, 'value')} in the input matrix", found)
        start, end, table = place + 16, place + 16 + 4 * n_rows * dim, None
    expected = head.n_words + _table_rows(head, quantized)
    if n_rows != expected:
        words = counted(head.n_words, "word")
        wanted = f"{counted(expected, 'row')} in the input matrix ({words} and their n-grams)"
        raise bad(data.name, place, wanted, str(n_rows))
    data.expect(start, end - start, "the input matrix")
    return Matrix(data, start, end, n_rows, dim, None if table is None else table.rows)


def _table_rows(head: Head, quantized: bool) -> int:
    """Number of rows of n-grams in the input matrix."""
    return head.n_pruned if head.n_pruned is not None and quantized else head.args.bucket


def _subwords(head: Head, dictionary: Dictionary, matrix: Matrix) -> Subwords | None:
    args = head.args
    n_rows = _table_rows(head, matrix.decode is not None)
    if n_rows == 0 or (head.max_n < max(1, args.min_n) and not head.floret):
        return None
    settings = {key: value for key, value in asdict(args).items() if key not in _IN_SUBWORDS}
    settings["n_tokens"] = head.n_tokens
    if head.floret:
        settings.update(n_hashes=head.n_hashes, seed=FLORET_SEED, begin="<", end=">")
    pruned = dictionary.pruned if matrix.decode is not None else None
    order = None if pruned is None else pruned[:, 1]
    table = matrix.table(head.n_words, order)
    kind: Hashing = "floret" if head.floret else "fasttext"
    buckets = None if pruned is None else np.ascontiguousarray(pruned[:, 0])
    return Subwords(kind, args.min_n, head.max_n, args.bucket, table, settings, buckets)


_IN_SUBWORDS = ("dim", "bucket", "min_n", "max_n")


def _blocks(
    head: Head, words: Vocabulary, matrix: Matrix, composer: Composer | None, options: ReadOptions
) -> Iterator[RowBlock]:
    step = block_rows(head.args.dim)
    for start in range(0, head.n_words, step):
        stop = min(start + step, head.n_words)
        some = words.part(start, stop)
        own = matrix.rows(start, stop)
        if composer is None:
            yield RowBlock(some, own)
        elif head.floret:
            yield RowBlock(some, _floret_vectors(some, own, composer, start))
        else:
            yield RowBlock(some, composer.seen(some, own), own=own)
    _check_output(head, matrix, options)


def _floret_vectors(
    words: Vocabulary, own: NDArray[np.float32], composer: Composer, start: int
) -> NDArray[np.float32]:
    """Means of n-grams, as in floret 0.10.5.

    Only the first word's own row is used; the end of a sentence has no n-grams.
    """
    vectors = composer.unseen(words)[0]
    if start == 0 and len(words):
        vectors[:1] = composer.seen(words.part(0, 1), own[:1])
    for row, word in enumerate(words.iter_bytes()):
        if word == END_OF_SENTENCE:
            vectors[row] = own[row] if start + row == 0 else 0
    return vectors


def _check_output(head: Head, matrix: Matrix, options: ReadOptions) -> None:
    """Checks that the data after the input matrix, which is not used, is complete."""
    data, place = matrix.data, matrix.end
    quantized = False
    if head.version:
        quantized = data.unpack(place, "?", "mark of a quantised output matrix")[0]
        place += 1
    if quantized and matrix.decode is not None:
        end = read_quantized(data, place, head.args.dim).end
    else:
        n_rows, n_columns = data.unpack(place, "qq", "sizes of the output matrix")
        if n_rows < 0 or n_columns < 0:
            raise bad(data.name, place, "sizes of the output matrix", f"{n_rows} x {n_columns}")
        end = place + 16 + 4 * n_rows * n_columns
        data.expect(place + 16, end - place - 16, "the output matrix")
    if data.size > end:
        report(options, "header", end, f"{counted(data.size - end, 'byte')} follow the end of the model")


def _left_out(head: Head, matrix: Matrix, subwords: Subwords | None) -> tuple[str, ...]:
    found = []
    if head.args.model == SUPERVISED:
        found.append(f"the classifier and its {counted(head.n_labels, 'label')}")
    else:
        found.append("the output (context) table")
    n_rows = _table_rows(head, matrix.decode is not None)
    if subwords is None and n_rows:
        found.append(f"{counted(n_rows, 'row')} of n-grams that no word uses")
    return tuple(found)
