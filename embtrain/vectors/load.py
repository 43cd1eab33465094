"""Opens vectors of any format as `Embeddings`."""

import os
from dataclasses import replace
from typing import BinaryIO, Literal

import numpy as np

from embtrain.native import require
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.formats.base import ReadOptions, VectorInput
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
    """Opens vectors: maps the shared format within milliseconds, and reads any other format into memory.

    All rows of a duplicate word are kept, and look-ups find the first.

    Args:
        path: a file or folder in any format embtrain reads, "-" for stdin, or a remote address.
        format: name of the format; None to recognise it by the content.
        member: which file to read from an archive (zip, tar) of several.
        on_error: what to do with invalid rows of other formats: raise DataError, skip them, or replace
            invalid numbers by 0. With the last two, a truncated file is read as far as it goes.

    Raises:
        DataError: the content is not in the format, or damaged.
        UsageError: the file or format does not exist.
    """
    from embtrain.vectors.formats.opening import open_vector_input

    with open_vector_input(os.fspath(path), format, member) as (found, content):
        if found is not SHARED:
            embeddings = _read(found, content, ReadOptions(on_error))
        elif content.path is not None:
            embeddings = open_shared(content.path)
        else:
            embeddings = read_shared(content.stream, content.name)
        embeddings.source = content.name
    return embeddings


def open_shared(path: str | os.PathLike[str]) -> Embeddings:
    """Maps a file in the shared format, see `map_contents`."""
    return _embeddings(map_contents(path))


def read_shared(stream: BinaryIO, name: str = "standard input") -> Embeddings:
    """Reads the shared format from a stream into memory, see `read_contents`."""
    return _embeddings(read_contents(stream, name))


def _embeddings(held: Contents) -> Embeddings:
    return Embeddings(held.vocabulary, held.vectors, held.context, held.metadata, held.subwords)


def _read(found: Format, content: VectorInput, options: ReadOptions) -> Embeddings:
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
