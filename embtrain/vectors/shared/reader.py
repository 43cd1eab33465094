"""Reads the shared format in blocks of rows, for the registry."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import ReadOptions, RowBlock, VectorInput, VectorSource, with_words
from embtrain.vectors.shared.layout import (
    BYTES,
    CONTEXT,
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


class _Opened(NamedTuple):
    """The rows and n-grams of a file or stream, and the path of the file if there is one."""

    reader: RowReader
    subwords: Subwords | None
    path: str | None


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a file or stream; see `Format.read`."""
    with _rows(source, options) as opened:
        reader = opened.reader
        has_context = options.context and CONTEXT in reader.header.tensors
        known = (*_READ, CONTEXT) if has_context else _READ
        left_out = tuple(key for key in reader.header.tensors if key not in known)
        metadata = {key: text for key, text in reader.header.metadata.items() if key != KEY}
        vocabulary = reader.vocabulary
        blocks = with_words(vocabulary, reader.blocks())
        if has_context and opened.path is not None:
            blocks = _with_context(blocks, reader, opened.path, source.name)
        try:
            yield VectorSource(
                reader.header.dim,
                len(vocabulary),
                blocks,
                metadata,
                opened.subwords,
                left_out,
                scan=lambda: (vocabulary,),
                has_context=has_context,
            )
        finally:
            blocks.close()


@contextmanager
def _rows(source: VectorInput, options: ReadOptions) -> Iterator[_Opened]:
    """The rows, and the tables after them; a pipe with tables that are wanted is first copied to disk."""
    if source.path is not None:
        yield _Opened(*rows_of_file(source.path, source.stream, source.name), source.path)
        return
    arriving = TensorStream(source.stream, source.name)
    wanted = {SUBWORDS, CONTEXT} if options.context else {SUBWORDS}
    if not wanted & arriving.header.tensors.keys():
        yield _Opened(rows_of_tensors(arriving), None, None)
        return
    with spooled(arriving, options.tmp_dir) as path, open(path, "rb") as file:
        yield _Opened(*rows_of_file(path, file, source.name), path)


def _with_context(
    blocks: Generator[RowBlock, None, None], reader: RowReader, path: str, name: str
) -> Generator[RowBlock, None, None]:
    """Adds the context vectors to blocks; they are read in blocks of the same size."""
    tensor = reader.header.tensors[CONTEXT]
    with open(path, "rb") as file:
        file.seek(tensor.start)
        tables = TensorStream(file, name, reader.header).read_rows(tensor)
        for block, context in zip(blocks, tables, strict=True):
            yield replace(block, context=context)
