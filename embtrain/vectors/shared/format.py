"""The shared format (docs/reference/format.md) as an entry of the registry, streamed in blocks of rows."""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.vectors.formats.base import Block, Format, Input, Reading, Rows, Source, Subwords
from embtrain.vectors.shared import header as names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.io.positional import Anywhere
    from embtrain.io.spool import Spool
    from embtrain.vectors.shared.store import RowReader
    from embtrain.vocabulary import Vocabulary

_DTYPES = {"float32": "F32", "float16": "F16", "int8": "I8"}
_READ = (names.OFFSETS, names.BYTES, names.COUNTS, names.SCALES, names.EMBEDDINGS)


@contextmanager
def _open(source: Input, reading: Reading) -> Iterator[Source]:

    from embtrain.vectors.shared.subwords import KEY

    with _rows(source) as (reader, subwords):
        known = (*_READ, *names.SUBWORD_TENSORS)
        left_out = [key for key in reader.header.tensors if key not in known]
        metadata = {key: text for key, text in reader.header.metadata.items() if key != KEY}
        vocabulary = reader.vocabulary
        blocks = _blocks(reader)
        try:
            yield Source(
                reader.header.dim,
                len(vocabulary),
                blocks,
                metadata,
                subwords,
                tuple(left_out),
                scan=lambda: (vocabulary,),
            )
        finally:
            blocks.close()


@contextmanager
def _rows(source: Input) -> "Iterator[tuple[RowReader, Subwords | None]]":
    """The rows, and the n-grams, which follow them: of a pipe that has any, a copy on disk is read."""
    from embtrain.vectors.shared.store import rows_of_file, rows_of_tensors, spooled, subwords_of_file
    from embtrain.vectors.shared.stream import TensorStream

    if source.path is not None:
        yield rows_of_file(source.path, source.stream), subwords_of_file(source.path, source.name)
        return
    arriving = TensorStream(source.stream, source.name)
    if names.SUBWORDS not in arriving.header.tensors:
        yield rows_of_tensors(arriving), None
        return
    with spooled(arriving) as path, open(path, "rb") as file:
        yield rows_of_file(path, file), subwords_of_file(path, source.name)


def _blocks(reader: "RowReader") -> Generator[Block, None, None]:
    start = 0
    for vectors in reader.blocks():
        yield Block(slice_words(reader.vocabulary, start, start + len(vectors)), vectors)
        start += len(vectors)


def slice_words(words: "Vocabulary", start: int, stop: int) -> "Vocabulary":
    """Rows start to stop - 1 of a vocabulary, without a copy of the words."""
    from embtrain.vocabulary import Vocabulary

    offsets = words.offsets[start : stop + 1]
    counts = None if words.counts is None else words.counts[start:stop]
    return Vocabulary(words.arena[int(offsets[0]) : int(offsets[-1])], offsets - offsets[0], counts)


def _write(file: BinaryIO, rows: Rows) -> int:
    from embtrain.vectors.formats.binary.reading import check_width
    from embtrain.vectors.shared.store import n_word_bytes, write_vocabulary
    from embtrain.vectors.shared.subwords import shapes_of, write_subwords

    words = rows.vocabulary
    if words is None:
        raise ValueError("the shared format needs all words before the first vector")
    check_width(rows)
    subwords = None if rows.subwords is None else shapes_of(rows.subwords)
    tensors = names.layout(
        len(words), n_word_bytes(words), rows.dim, counts=words.counts is not None,
        dtype=_DTYPES[rows.dtype], subwords=subwords,
    )  # fmt: skip
    head = names.encode_header(tensors, _metadata(rows))
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


def _write_words_last(
    file: "Anywhere", rows: Rows, words: "Callable[[], Vocabulary]", outlook: tuple[int, int]
) -> int:
    """Vectors go where they belong if the outlook is true, and are moved at the end if it is not."""
    from embtrain.io.positional import Writer
    from embtrain.vectors.shared.store import n_word_bytes, write_vocabulary

    def head_of(n_words: int, n_bytes: int, counts: bool) -> "tuple[list[names.Tensor], bytes]":
        tensors = names.layout(n_words, n_bytes, rows.dim, counts=counts, dtype=_DTYPES[rows.dtype])
        return tensors, names.encode_header(tensors, rows.metadata)

    def first_vector(tensors: "list[names.Tensor]", head: bytes) -> int:
        return len(head) + tensors[-1].start

    start = stop = first_vector(*head_of(*outlook, False))
    for block in rows.blocks:
        values = _stored(block, rows.dtype)
        file.write_at(stop, values)
        stop += values.nbytes
    vocabulary = words()
    tensors, head = head_of(len(vocabulary), n_word_bytes(vocabulary), vocabulary.counts is not None)
    file.move(start, stop, first_vector(tensors, head))
    writer: Any = Writer(file, 0)
    writer.write(head)
    write_vocabulary(writer, vocabulary, tensors)
    n_bytes = len(head) + tensors[-1].stop
    if file.size > n_bytes:
        file.truncate(n_bytes)
    return n_bytes


def _metadata(rows: Rows) -> Mapping[str, str]:
    from embtrain.vectors.shared.subwords import KEY, describe

    if rows.subwords is None:
        return rows.metadata
    return {**rows.metadata, KEY: describe(rows.subwords)}


def _stored(block: Block, dtype: str) -> "NDArray[np.generic]":
    import numpy as np

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
    """Scales come before the values, so that a reader of a pipe has them: the values wait on disk."""
    import numpy as np

    from embtrain.io.spool import Spool

    scales = []
    with Spool(rows.tmp_dir) as spool:
        for block in rows.blocks:
            values, scale = _quantised(block)
            spool.append(values.reshape(-1))
            scales.append(scale)
        file.write(np.concatenate(scales or [np.empty(0, "<f4")]).data)
        _copy(spool, file)


def _quantised(block: Block) -> "tuple[NDArray[np.int8], NDArray[np.float32]]":
    import numpy as np

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


def _copy(spool: "Spool", file: BinaryIO) -> None:
    buffer = bytearray(1 << 20)
    for start in range(0, spool.size, len(buffer)):
        piece = memoryview(buffer)[: spool.size - start]
        spool.read_at(start, piece)
        file.write(piece)


def _recognise(head: bytes, path: str | None) -> bool:
    if not re.match(rb".{8}\{", head, re.DOTALL) or int.from_bytes(head[:8], "little") > 1 << 30:
        return False
    return re.search(rb'"format"\s*:\s*"embtrain"', head) is not None


FORMATS = (
    Format(
        "embtrain", (".safetensors",), "embtrain's shared format", _recognise, _open, _write,
        "words", _write_words_last,
        holds=frozenset({"counts", "subwords", "metadata", "bytes", "spaces"}),
        dtypes=("float32", "float16", "int8"),
    ),
)  # fmt: skip
