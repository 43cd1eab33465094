"""Opening vectors of any format as `Embeddings`."""

import os
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from embtrain.native import require
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.formats.base import Format, Input, Reading
from embtrain.vectors.formats.registry import find_format
from embtrain.vectors.shared.store import open_store, read_store
from embtrain.vocabulary import Vocabulary


def load(
    path: str | os.PathLike[str],
    format: str | None = None,
    member: str | None = None,
    on_error: Literal["fail", "skip", "replace"] = "fail",
) -> Embeddings:
    """Opens vectors: the shared format by memory map, in milliseconds; any other is read into memory.

    Of a word that is there several times, all rows are kept, and look-ups find the first.

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
        if found.name != "embtrain":
            return _read(found, content, Reading(on_error))
        if content.path is not None:
            return open_store(content.path)
        return read_store(content.stream, content.name)


def _read(found: Format, content: Input, reading: Reading) -> Embeddings:
    require(f"reading {found.name}")
    find_format(found.name, "read")
    assert found.read is not None
    with found.read(content, reading) as source:
        words, vectors = [], []
        for block in source.blocks:
            words.append(block.words)
            vectors.append(np.array(block.vectors, np.float32))
        table = np.concatenate(vectors or [np.empty((0, source.dim), np.float32)])
        subwords = source.subwords
        if subwords is not None:
            subwords = replace(subwords, vectors=np.array(subwords.vectors, np.float32))
        return Embeddings(join_words(words), table, metadata=source.metadata, subwords=subwords)


def join_words(parts: list[Vocabulary]) -> Vocabulary:
    """One vocabulary of the words of several, in order; with counts where all of them have some."""
    arenas = [part.arena[int(part.offsets[0]) : int(part.offsets[-1])] for part in parts]
    lengths = np.concatenate([np.diff(part.offsets) for part in parts] or [np.empty(0, np.int64)])
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    counts: list[Any] = [part.counts for part in parts if part.counts is not None]
    total = np.concatenate(counts) if counts and len(counts) == len(parts) else None
    return Vocabulary(np.concatenate(arenas or [np.empty(0, np.uint8)]), offsets, total)
