"""Opening vectors of any format as `Embeddings`."""

import os
from dataclasses import replace
from typing import BinaryIO, Literal

import numpy as np

from embtrain.native import require
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.formats.base import Input, ReadOptions
from embtrain.vectors.formats.format import Format
from embtrain.vectors.shared.contents import Contents, map_contents, read_contents
from embtrain.vectors.shared.descriptors import SHARED
from embtrain.vocabulary import Vocabulary


def load(
    path: str | os.PathLike[str],
    format: str | None = None,
    member: str | None = None,
    on_error: Literal["fail", "skip", "replace"] = "fail",
) -> Embeddings:
    """Opens vectors: the shared format by memory map, in milliseconds; any other is read into memory.

    Of a word that occurs several times, all rows are kept, and look-ups find the first.

    Args:
        path: a file or folder in any format that embtrain reads, "-" for stdin, or a remote address.
        format: its name; None to recognise the file by its content.
        member: the file in an archive (zip, tar) that has several.
        on_error: what to do with rows of other formats that are wrong: raise DataError, skip them, or replace
            what is no number by 0; of a file that was cut short, the last two take what is there.

    Raises:
        DataError: the content is in no such format, or damaged.
        UsageError: no such file or format.
    """
    from embtrain.vectors.formats.opening import open_vector_input

    with open_vector_input(os.fspath(path), format, member) as (found, content):
        if found is not SHARED:
            return _read(found, content, ReadOptions(on_error))
        if content.path is not None:
            return open_shared(content.path)
        return read_shared(content.stream, content.name)


def open_shared(path: str | os.PathLike[str]) -> Embeddings:
    """Maps a file in the shared format, see `map_contents`."""
    return _embeddings(map_contents(path))


def read_shared(stream: BinaryIO, name: str = "standard input") -> Embeddings:
    """Reads the shared format from a stream into memory, see `read_contents`."""
    return _embeddings(read_contents(stream, name))


def _embeddings(held: Contents) -> Embeddings:
    return Embeddings(held.vocabulary, held.vectors, held.context, held.metadata, held.subwords)


def _read(found: Format, content: Input, options: ReadOptions) -> Embeddings:
    require(f"reading {found.name}")
    with found.read(content, options) as source:
        words, vectors = [], []
        for block in source.blocks:
            words.append(block.words)
            vectors.append(np.array(block.vectors, np.float32))
        table = np.concatenate(vectors or [np.empty((0, source.dim), np.float32)])
        subwords = source.subwords
        if subwords is not None:
            subwords = replace(subwords, vectors=np.array(subwords.vectors, np.float32))
        return Embeddings(Vocabulary.concat(words), table, metadata=source.metadata, subwords=subwords)
