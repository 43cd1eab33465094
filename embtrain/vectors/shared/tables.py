"""Writes vectors in memory in the shared format, and holds functions that all of its writers share."""

from collections.abc import Mapping
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.subwords import Subwords
from embtrain.vectors.safetensors import Tensor
from embtrain.vectors.shared.layout import encode_header, layout
from embtrain.vectors.shared.stream import BLOCK
from embtrain.vectors.shared.subwords import KEY, describe, shapes_of, write_subwords
from embtrain.vectors.table_checks import check_tables
from embtrain.vocabulary import Vocabulary


def write_shared(
    file: BinaryIO,
    vocabulary: Vocabulary,
    vectors: NDArray[np.float32],
    context: NDArray[np.float32] | None = None,
    metadata: Mapping[str, str] | None = None,
    subwords: Subwords | None = None,
) -> int:
    """Writes the shared format as a stream and returns the number of bytes.

    Equal content gives equal bytes. Tables are written in blocks of rows, so a padded table can be passed as
    ``table[:, :dim]`` without copying it whole.

    Args:
        file: where to write; it need not be seekable.
        vocabulary: V words; counts are written if it has them.
        vectors: float32 [V, D].
        context: float32 [V, D] or None.
        metadata: text by key, without ``format`` and ``version``, and without ``subword`` if there are
            subwords.
        subwords: vectors of n-grams, or None.

    Raises:
        ValueError: the tables do not match the vocabulary, or metadata holds a reserved key.
    """
    check_tables(vocabulary, vectors, context, subwords)
    described = dict(metadata or {})
    if subwords is not None:
        if KEY in described:
            raise ValueError(f"metadata may not hold {KEY!r}: the n-grams' settings are written there")
        described[KEY] = describe(subwords)
    has_counts, has_context = vocabulary.counts is not None, context is not None
    n_words, dim = vectors.shape
    tensors = layout(
        n_words,
        vocabulary.n_bytes,
        dim,
        counts=has_counts,
        context=has_context,
        subwords=None if subwords is None else shapes_of(subwords),
    )
    header = encode_header(tensors, described)
    file.write(header)
    write_vocabulary(file, vocabulary, tensors)
    for table in (vectors, context):
        if table is not None:
            write_table(file, table)
    if subwords is not None:
        write_subwords(file, subwords)
    return len(header) + tensors[-1].stop


def write_vocabulary(file: BinaryIO, vocabulary: Vocabulary, tensors: list[Tensor]) -> None:
    """Writes offsets, padded bytes, and counts if the layout has them."""
    n_words, first, last = len(vocabulary), int(vocabulary.offsets[0]), int(vocabulary.offsets[-1])
    for start in range(0, n_words + 1, BLOCK // 8):
        _write(file, vocabulary.offsets[start : start + BLOCK // 8] - first, "<i8")
    for start in range(first, last, BLOCK):
        _write(file, vocabulary.arena[start : min(start + BLOCK, last)], "u1")
    file.write(bytes(tensors[1].shape[0] - (last - first)))
    if vocabulary.counts is not None:
        for start in range(0, n_words, BLOCK // 8):
            _write(file, vocabulary.counts[start : start + BLOCK // 8], "<i8")


def write_table(file: BinaryIO, table: NDArray[np.float32]) -> None:
    """Writes a table [rows, D] as float32, in blocks."""
    step = max(1, BLOCK // (4 * table.shape[1]))
    for start in range(0, len(table), step):
        _write(file, table[start : start + step], "<f4")


def _write(file: BinaryIO, block: NDArray[np.generic], dtype: str) -> None:
    file.write(np.ascontiguousarray(block, dtype).data)
