"""Reads the n-gram vectors of gensim's FastText models, and computes vectors of words from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.ngrams import MAX_N, Cutting, Ngrams
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import RowBlock, with_words
from embtrain.vectors.formats.gensim.pickles import PickledModel
from embtrain.vectors.formats.gensim.side_files import AnyTable, SideFiles
from embtrain.vectors.formats.tables.stored_table import StoredTable, table_blocks, to_float32
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_NGRAMS = ("vectors_ngrams", "syn0_ngrams", "syn0_all")
_OWN = ("vectors_vocab", "syn0_vocab")


@dataclass(frozen=True)
class FastTextParts:
    """Content of a FastText model other than words and their vectors.

    Attributes:
        subwords: its n-gram vectors, or None.
        own: [V, D], the words' own rows, without n-grams, or None.
        left_out: content that is left out.
    """

    subwords: Subwords | None = None
    own: AnyTable | None = None
    left_out: tuple[str, ...] = ()


def read_fasttext(model: PickledModel, holder: int, sides: SideFiles) -> FastTextParts:
    """Reads the n-gram vectors of an object, if it has any.

    Args:
        model: the model.
        holder: the node that holds the vectors.
        sides: its side files.

    Raises DataError if settings and tables do not match.
    """
    table = sides.table(model, holder, *_NGRAMS)
    if table is None:
        return FastTextParts()
    if model.boolean(model.attribute(holder, "compatible_hash")) is not True:
        reason = "the n-gram vectors, which a gensim before 3.8 placed by a hash of its own"
        return FastTextParts(left_out=(reason,))
    own = sides.table(model, holder, *_OWN)
    if own is not None and own.shape[1] != table.shape[1]:
        found = f"{own.shape[1]} and {table.shape[1]}"
        raise DataError(f"{model.name}: expected vectors of words and n-grams of one width, found {found}")
    return FastTextParts(_subwords(model, holder, table), own)


def _subwords(model: PickledModel, holder: int, table: AnyTable) -> Subwords | None:
    min_n, max_n, n_buckets = (
        model.integer(model.attribute(holder, key)) for key in ("min_n", "max_n", "bucket")
    )
    if not (0 <= min_n <= MAX_N and 0 <= max_n <= MAX_N and 0 <= n_buckets < 1 << 31):
        found = f"min_n {min_n}, max_n {max_n}, bucket {n_buckets}"
        raise DataError(f"{model.name}: expected lengths up to {MAX_N}, found {found}; the file is damaged")
    vectors = _load(table)
    kept = model.attribute(holder, "hash2index")
    if kept and len(vectors) != n_buckets:
        buckets, rows = _kept_buckets(model, kept, n_buckets, len(vectors))
        return Subwords("fasttext", min_n, max_n, n_buckets, vectors[rows], buckets=buckets)
    if len(vectors) != n_buckets:
        found = f"{counted(len(vectors), 'row')} for {counted(n_buckets, 'bucket')}"
        raise DataError(
            f"{model.name}: expected one n-gram vector per bucket, found {found}; the file is damaged"
        )
    return Subwords("fasttext", min_n, max_n, n_buckets, vectors) if n_buckets else None


def _kept_buckets(
    model: PickledModel, kept: int, n_buckets: int, n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The buckets that gensim 3 kept, ascending, and their rows."""
    items = model.children(kept)
    buckets, rows = model.integers(items[0::2]), model.integers(items[1::2])
    order = np.argsort(buckets, kind="stable")
    buckets, rows = buckets[order], rows[order]
    inside = (buckets >= 0) & (buckets < n_buckets) & (rows >= 0) & (rows < n_rows)
    if not inside.all() or (np.diff(buckets) <= 0).any():
        raise DataError(
            f"{model.name}: hash2index: expected buckets below {n_buckets} and rows below {n_rows}, each"
            " bucket once, found others; the file is damaged"
        )
    return buckets, rows


def _load(table: AnyTable) -> NDArray[np.float32]:
    """A table as float32 [rows, D]; a view of the file if possible."""
    if not isinstance(table, StoredTable):
        return to_float32(table)
    if table.dtype == "<f4" and not table.by_column:
        return np.memmap(table.path, table.dtype, "r", table.start, table.shape)
    return to_float32(table.load())


def composed_blocks(words: Vocabulary, parts: FastTextParts) -> Iterator[RowBlock]:
    """Yields words with the vectors gensim computes: the mean of a word's own row and its n-grams' rows.

    Divides float32 sums like gensim (FastTextKeyedVectors.adjust_vectors), so results agree to the bit.
    """
    subwords, own = parts.subwords, parts.own
    if own is None:
        return
    if subwords is None:
        yield from with_words(words, table_blocks(own))
        return
    cutting = Cutting("fasttext", subwords.min_n, subwords.max_n, subwords.n_buckets)
    ngrams = Ngrams(cutting, subwords.buckets)
    table = np.ascontiguousarray(subwords.vectors)
    for block in with_words(words, table_blocks(own)):
        vectors = np.array(block.vectors, np.float32)
        counts = ngrams.add_rows(block.words, table, vectors)
        vectors /= (counts + 1).astype(np.float32)[:, None]
        yield RowBlock(block.words, vectors, own=block.vectors)
