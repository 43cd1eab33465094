"""The n-gram vectors of gensim's FastText models."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.formats.base import Subwords
from embtrain.vectors.formats.gensim_pickle import PickledModel
from embtrain.vectors.formats.gensim_sides import AnyTable, SideFiles
from embtrain.vectors.formats.tables import Table, to_float32
from embtrain.vocabulary import Vocabulary

_NGRAMS = ("vectors_ngrams", "syn0_ngrams", "syn0_all")
# A table of all buckets is made of the few that were kept only where that stays near the size of the file.
_MAX_GROWTH, _FREE_BYTES = 16, 64 << 20


@dataclass(frozen=True)
class FastTextParts:
    """What a FastText model has beside words and their vectors.

    Attributes:
        subwords: its n-gram vectors, or None.
        composed: float32 [V, D], the words' vectors where the file keeps only what they are made of; or None.
        left_out: what it has that is not handed on.
    """

    subwords: Subwords | None = None
    composed: NDArray[np.float32] | None = None
    left_out: tuple[str, ...] = ()


def read_fasttext(
    model: PickledModel, holder: int, sides: SideFiles, words: Vocabulary, vectors: AnyTable | None
) -> FastTextParts:
    """Reads the n-gram vectors of an object, if it has any.

    Args:
        model: the model.
        holder: the node that has the vectors.
        sides: its side files.
        words: the V words.
        vectors: their vectors, if the file has them; gensim 4 leaves them out, and composes them as it loads.

    Raises DataError where settings and tables do not fit each other.
    """
    table = sides.table(model, holder, *_NGRAMS)
    if table is None:
        return FastTextParts()
    if model.boolean(model.attribute(holder, "compatible_hash")) is not True:
        reason = "the n-gram vectors, which a gensim before 3.8 placed by a hash of its own"
        return FastTextParts(left_out=(reason,))
    found = _subwords(model, holder, table)
    if found is None:
        return FastTextParts(left_out=("the n-gram vectors: the file has them for its own words only",))
    if vectors is not None:
        return FastTextParts(found)
    own = sides.table(model, holder, "vectors_vocab")
    return FastTextParts(found, None if own is None else compose(words, load_table(own), found))


def load_table(table: AnyTable) -> NDArray[np.float32]:
    """A table in memory, float32 [rows, D]; a view where it is one already."""
    if not isinstance(table, Table):
        return to_float32(table)
    if table.dtype == "<f4" and not table.by_column:
        return np.memmap(table.path, table.dtype, "r", table.start, table.shape)
    return np.concatenate([block.copy() for block in table.blocks()] or [np.zeros(table.shape, np.float32)])


def compose(words: Vocabulary, own: NDArray[np.float32], subwords: Subwords) -> NDArray[np.float32]:
    """The words' vectors as gensim composes them: the mean of a word's own row and those of its n-grams.

    Args:
        words: V words.
        own: float32 [V, D].
        subwords: n-gram vectors of the same D.

    Returns:
        float32 [V, D].
    """
    from embtrain.ngrams import Cutting, Ngrams

    total = np.array(own[: len(words)], np.float32, order="C")
    cutting = Cutting("fasttext", subwords.min_n, subwords.max_n, subwords.n_buckets)
    counts = Ngrams(cutting).add_rows(words, subwords.vectors, total)
    total /= (counts + 1).astype(np.float32)[:, None]
    return total


def _subwords(model: PickledModel, holder: int, table: AnyTable) -> Subwords | None:
    """The whole table of buckets; None where making it of what was kept would take far more memory."""
    min_n, max_n, n_buckets = (
        model.integer(model.attribute(holder, key)) for key in ("min_n", "max_n", "bucket")
    )
    kept = model.attribute(holder, "hash2index")
    vectors = load_table(table)
    if kept and len(vectors) < n_buckets:
        unpacked = _unpack(model, kept, vectors, n_buckets)
        if unpacked is None:
            return None
        vectors = unpacked
    if len(vectors) != n_buckets:
        found = f"{len(vectors)} rows for {n_buckets} buckets"
        raise DataError(
            f"{model.name}: expected one n-gram vector per bucket, found {found}; the file is damaged"
        )
    return Subwords("fasttext", min_n, max_n, n_buckets, vectors) if n_buckets else None


def _unpack(
    model: PickledModel, kept: int, vectors: NDArray[np.float32], n_buckets: int
) -> NDArray[np.float32] | None:
    """Rows put in their buckets' places; those of n-grams that training never met are zero."""
    row_bytes = 4 * vectors.shape[1]
    if n_buckets * row_bytes > _FREE_BYTES + _MAX_GROWTH * vectors.nbytes:
        return None
    items = model.children(kept)
    buckets, rows = model.integers(items[0::2]), model.integers(items[1::2])
    inside = (buckets >= 0) & (buckets < n_buckets) & (rows >= 0) & (rows < len(vectors))
    if not inside.all():
        raise DataError(
            f"{model.name}: hash2index: expected rows of the table, found others; the file is damaged"
        )
    table = np.zeros((n_buckets, vectors.shape[1]), np.float32)
    table[buckets] = vectors[rows]
    return table
