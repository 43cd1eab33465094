"""Reads the shared format in blocks of rows, for the registry."""

from collections.abc import Iterator
from contextlib import contextmanager

from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import ReadOptions, VectorInput, VectorSource, with_words
from embtrain.vectors.shared.layout import (
    BYTES,
    COUNTS,
    EMBEDDINGS,
    OFFSETS,
    SCALES,
    SUBWORD_TENSORS,
    SUBWORDS,
)
from embtrain.vectors.shared.rows import RowReader, rows_of_file, rows_of_tensors, spooled
from embtrain.vectors.shared.stream import TensorStream
from embtrain.vectors.shared.subwords import KEY

_READ = (OFFSETS, BYTES, COUNTS, SCALES, EMBEDDINGS, *SUBWORD_TENSORS)


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a file or stream; see `Format.read`."""
    with _rows(source, options.tmp_dir) as (reader, subwords):
        left_out = tuple(key for key in reader.header.tensors if key not in _READ)
        metadata = {key: text for key, text in reader.header.metadata.items() if key != KEY}
        vocabulary = reader.vocabulary
        blocks = with_words(vocabulary, reader.blocks())
        try:
            yield VectorSource(
                reader.header.dim,
                len(vocabulary),
                blocks,
                metadata,
                subwords,
                left_out,
                scan=lambda: (vocabulary,),
            )
        finally:
            blocks.close()


@contextmanager
def _rows(source: VectorInput, tmp_dir: str | None) -> Iterator[tuple[RowReader, Subwords | None]]:
    """The rows, and the n-grams after them; a pipe with n-grams is first copied to disk."""
    if source.path is not None:
        yield rows_of_file(source.path, source.stream, source.name)
        return
    arriving = TensorStream(source.stream, source.name)
    if SUBWORDS not in arriving.header.tensors:
        yield rows_of_tensors(arriving), None
        return
    with spooled(arriving, tmp_dir) as path, open(path, "rb") as file:
        yield rows_of_file(path, file, source.name)
