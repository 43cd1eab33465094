"""Writes the shared format in blocks of rows, for the registry."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.random_access_file import RandomAccessFile, SequentialWriter
from embtrain.io.spool import Spool
from embtrain.option_names import option
from embtrain.vectors.formats.base import Outlook, RowBlock, Rows
from embtrain.vectors.formats.binary.reading import check_width
from embtrain.vectors.safetensors import Tensor
from embtrain.vectors.shared.layout import encode_header, layout
from embtrain.vectors.shared.subwords import KEY, describe, shapes_of, write_subwords
from embtrain.vectors.shared.tables import write_vocabulary
from embtrain.vocabulary import Vocabulary

_DTYPES = {"float32": "F32", "float16": "F16", "int8": "I8"}


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes rows whose words are known before the vectors; see `Format.write`."""
    words = rows.vocabulary
    if words is None:
        raise ValueError("the shared format needs all words before the first vector")
    check_width(rows)
    subwords = None if rows.subwords is None else shapes_of(rows.subwords)
    tensors = layout(
        len(words), words.n_bytes, rows.dim, counts=words.counts is not None,
        dtype=_DTYPES[rows.dtype], subwords=subwords,
    )  # fmt: skip
    head = encode_header(tensors, _metadata(rows))
    file.write(head)
    write_vocabulary(file, words, tensors)
    if rows.dtype == "int8":
        _write_int8(file, rows)
    else:
        for block in rows.blocks:
            file.write(_stored(block, rows.dtype).data)
    if rows.subwords is not None:
        write_subwords(file, rows.subwords)
    return len(head) + tensors[-1].stop


def write_late_words(
    file: RandomAccessFile, rows: Rows, words: Callable[[], Vocabulary], outlook: Outlook | None
) -> int:
    """Writes rows whose words are known only after the last row; see `Format.write_late_words`.

    Vectors are written where they belong if the outlook is right, and moved at the end if it is wrong.
    """

    def head_of(n_words: int, n_bytes: int, counts: bool) -> tuple[list[Tensor], bytes]:
        tensors = layout(n_words, n_bytes, rows.dim, counts=counts, dtype=_DTYPES[rows.dtype])
        return tensors, encode_header(tensors, rows.metadata)

    def first_vector(tensors: list[Tensor], head: bytes) -> int:
        return len(head) + tensors[-1].start

    start = stop = 0 if outlook is None else first_vector(*head_of(*outlook, False))
    for block in rows.blocks:
        values = _stored(block, rows.dtype)
        file.write_at(stop, values)
        stop += values.nbytes
    vocabulary = words()
    tensors, head = head_of(len(vocabulary), vocabulary.n_bytes, vocabulary.counts is not None)
    file.move(start, stop, first_vector(tensors, head))
    writer: Any = SequentialWriter(file, 0)
    writer.write(head)
    write_vocabulary(writer, vocabulary, tensors)
    n_bytes = len(head) + tensors[-1].stop
    if file.size > n_bytes:
        file.truncate(n_bytes)
    return n_bytes


def _metadata(rows: Rows) -> Mapping[str, str]:
    if rows.subwords is None:
        return rows.metadata
    return {**rows.metadata, KEY: describe(rows.subwords)}


def _stored(block: RowBlock, dtype: str) -> NDArray[np.generic]:
    if dtype == "float32":
        return np.ascontiguousarray(block.vectors, "<f4")
    with np.errstate(over="ignore"):
        halves = np.ascontiguousarray(block.vectors, "<f2")
    lost = (np.isinf(halves) & np.isfinite(block.vectors)).any(axis=1)
    if lost.any():
        row = int(lost.argmax())
        raise DataError(
            f"word {block.words.word_bytes(row)!r}: a value is above 65504, the largest of float16; "
            f"use {option('dtype', 'int8')} or float32, or {option('unit-length', True)}"
        )
    return halves


def _write_int8(file: BinaryIO, rows: Rows) -> None:
    """Writes scales before values, so that a reader of a pipe has them first; the values wait on disk."""
    scales = []
    with Spool(rows.tmp_dir) as spool:
        for block in rows.blocks:
            values, scale = _quantised(block)
            spool.append(values.reshape(-1))
            scales.append(scale)
        file.write(np.concatenate(scales or [np.empty(0, "<f4")]).data)
        _copy(spool, file)


def _quantised(block: RowBlock) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    largest = np.abs(block.vectors).max(axis=1, initial=0).astype(np.float64)
    if not np.isfinite(largest).all():
        row = int((~np.isfinite(largest)).argmax())
        raise DataError(
            f"word {block.words.word_bytes(row)!r}: a value is not finite, which int8 cannot hold; "
            f"use {option('dtype', 'float32')}"
        )
    scales = (largest / 127).astype("<f4")
    divisors = np.where(scales > 0, scales, np.float32(1))[:, None]
    return np.clip(np.rint(block.vectors / divisors), -127, 127).astype(np.int8), scales


def _copy(spool: Spool, file: BinaryIO) -> None:
    buffer = bytearray(1 << 20)
    for start in range(0, spool.size, len(buffer)):
        piece = memoryview(buffer)[: spool.size - start]
        spool.read_at(start, piece)
        file.write(piece)
