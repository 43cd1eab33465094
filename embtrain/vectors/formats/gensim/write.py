"""Writes gensim's KeyedVectors as one file for ``gensim.models.KeyedVectors.load``."""

import io
import os
import pickle
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.vectors.formats.base import Rows
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vocabulary import Vocabulary

_SHORT_BYTES, _LONG_BYTES = b"C", b"\x8e"


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes KeyedVectors as a pickle of protocol 4, including the vectors; returns the number of bytes.

    gensim builds the object, and the vectors are streamed into a gap in its pickle, so memory holds the words
    but never the table.

    Raises DataError for duplicate words, which KeyedVectors cannot hold.
    """
    if rows.vocabulary is None:
        raise ValueError("KeyedVectors begin with their words: the vocabulary must be given")
    mark = os.urandom(32)
    content = _pickle(_keyed_vectors(rows.vocabulary, rows.dim), mark, (rows.total, rows.dim))
    place = _SHORT_BYTES + bytes([len(mark)]) + mark
    before, _, after = content.partition(place)
    n_bytes = 4 * rows.total * rows.dim
    # Protocol 4 opcodes. The object is pickled with protocol 3, which has no frames with a fixed length.
    head = b"\x80\x04" + before[2:] + _LONG_BYTES + n_bytes.to_bytes(8, "little")
    file.write(head)
    for block in rows.blocks:
        file.write(np.ascontiguousarray(block.vectors, "<f4").data)
    file.write(after)
    return len(head) + n_bytes + len(after)


def _keyed_vectors(vocabulary: "Vocabulary", dim: int) -> Any:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(dim)
    vectors.index_to_key = list(vocabulary)
    vectors.key_to_index = {word: row for row, word in enumerate(vectors.index_to_key)}
    vectors.next_index = len(vectors.index_to_key)
    twice = len(vectors.index_to_key) - len(vectors.key_to_index)
    if twice:
        raise DataError(
            f"KeyedVectors hold a word once, found it again in {twice:,} of "
            f"{counted(vectors.next_index, 'row')}; see {option('duplicates')}"
        )
    if vocabulary.counts is not None:
        vectors.expandos = {"count": np.array(vocabulary.counts, np.int64)}
    return vectors


def _pickle(vectors: Any, mark: bytes, shape: tuple[int, int]) -> bytes:
    """Pickles the object with protocol 3, with `mark` in place of the bytes of its vectors."""
    table = vectors.vectors
    file = io.BytesIO()

    class Pickler(pickle.Pickler):
        def reducer_override(self, value: Any) -> Any:
            if value is not table:
                return NotImplemented
            made, arguments, (version, _, dtype, by_column, _) = value.__reduce__()
            return made, arguments, (version, shape, dtype, by_column, mark)

    Pickler(file, protocol=3).dump(vectors)
    return file.getvalue()
