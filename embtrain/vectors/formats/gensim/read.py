"""Reads gensim's own files: KeyedVectors, Word2Vec, FastText and Doc2Vec of every release.

A gensim file is a pickle, which is parsed but never executed (`pickles`). Large arrays are in files beside
it: ``FILE.vectors.npy``, or ``FILE.wv.vectors.npy`` if the vectors are an attribute of a model (.npz beside a
compressed FILE).
"""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.formats.base import ReadOptions, RowBlock, VectorInput, VectorSource, with_words
from embtrain.vectors.formats.binary.seekable_copy import seekable
from embtrain.vectors.formats.gensim.fasttext import FastTextParts, composed_blocks, read_fasttext
from embtrain.vectors.formats.gensim.pickles import PickledModel
from embtrain.vectors.formats.gensim.side_files import AnyTable, SideFiles, names_aside
from embtrain.vectors.formats.made_up_counts import known_counts
from embtrain.vectors.formats.tables.stored_table import StoredTable, table_blocks
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_WORD_LISTS = ("index_to_key", "index2word", "index2entity")
_VECTORS = ("vectors", "syn0")


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a model: its words, counts and vectors, and the n-gram vectors of a FastText.

    Raises DataError for pickles of anything else, and for files that are damaged or lack their side files.
    """
    with _content(source, options.tmp_dir) as data:
        yield _open_model(PickledModel(data, source.name), source, options)


@contextmanager
def _content(source: VectorInput, tmp_dir: str | None) -> Iterator[NDArray[np.uint8]]:
    """Maps the bytes of the pickle."""
    with seekable(source, tmp_dir) as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise DataError(f"{source.name}: byte 0: expected a gensim model, found an empty file") from None
        yield np.frombuffer(mapped, np.uint8)


@dataclass(frozen=True)
class _Parts:
    """Nodes of a model and of the object that holds its vectors, and that object's side files."""

    model: int
    vectors: int
    sides: SideFiles


def _open_model(model: PickledModel, source: VectorInput, options: ReadOptions) -> VectorSource:
    parts = _find(model, source)
    words = _words(model, parts)
    fasttext = read_fasttext(model, parts.vectors, parts.sides)
    table = parts.sides.table(model, parts.vectors, *_VECTORS)
    rows = fasttext.own if table is None else table
    if rows is None:
        raise DataError(
            f"{source.name}: expected a table of vectors in {_kind(model, parts.vectors)}, found none; it was"
            " saved without them"
        )
    for part in (rows, fasttext.own):
        if part is not None and len(words) != part.shape[0]:
            found = f"{counted(len(words), 'word')} for {counted(part.shape[0], 'vector')}"
            raise DataError(
                f"{source.name}: expected one vector per word, found {found}; its files do not match"
            )
    return VectorSource(
        rows.shape[1],
        len(words),
        _blocks(words, table, fasttext),
        subwords=fasttext.subwords,
        left_out=tuple(_left_out(model, parts, fasttext, rows)),
    )


def _blocks(words: Vocabulary, table: AnyTable | None, fasttext: FastTextParts) -> Iterator[RowBlock]:
    """Yields blocks; computes the vectors of a FastText model, which gensim 4 does not save."""
    if table is None:
        yield from composed_blocks(words, fasttext)
    elif fasttext.own is None:
        yield from with_words(words, table_blocks(table))
    else:
        own_rows = table_blocks(fasttext.own)
        for block, own in zip(with_words(words, table_blocks(table)), own_rows, strict=True):
            yield RowBlock(block.words, block.vectors, own=own)


def _find(model: PickledModel, source: VectorInput) -> _Parts:
    root = model.root
    attribute = next((name for name in ("wv", "kv") if model.attribute(root, name)), "")
    vectors = model.attribute(root, attribute) or root
    if model.kind(root) != "object" or not model.attribute(vectors, *_WORD_LISTS, "vocab"):
        found = _kind(model, root)
        raise DataError(f"{source.name}: expected a gensim model with words and vectors, found {found}")
    path = source.path or (source.name if os.path.isfile(source.name) else None)
    sides = SideFiles.beside(source.name, path)
    return _Parts(root, vectors, sides.of(attribute) if attribute else sides)


def _kind(model: PickledModel, node: int) -> str:
    return model.class_name(node) or f"a {model.kind(node)}"


def _words(model: PickledModel, parts: _Parts) -> Vocabulary:
    """The words in row order, with counts if the file has them."""
    listed = model.attribute(parts.vectors, *_WORD_LISTS)
    vocab = model.attribute(parts.vectors, "vocab")
    if not vocab:
        counts = model.array(model.attribute(model.attribute(parts.vectors, "expandos"), "count"))
        nodes = model.children(listed)
        usable = counts is not None and counts.dtype.kind in "iu" and counts.shape == nodes.shape
        return model.words(
            nodes, known_counts(counts.astype(np.int64)) if usable and counts is not None else None
        )
    return _old_words(model, listed, vocab)


def _old_words(model: PickledModel, listed: int, vocab: int) -> Vocabulary:
    """The words in files from before 4.0: a dict of objects with index and count, and a list."""
    items = model.children(vocab)
    keys, objects = items[0::2], items[1::2]
    rows = model.integers(model.fields(objects, "index"))
    order = np.argsort(rows, kind="stable")
    if not np.array_equal(rows[order], np.arange(len(rows))):
        raise DataError(
            f"{model.name}: expected the words of vocab to have rows 0 to {len(rows) - 1}, each once"
        )
    counts = model.fields(objects, "count")
    nodes = model.children(listed) if listed else keys[order]
    if len(nodes) != len(keys) or not counts.all():
        return model.words(nodes, None)
    return model.words(nodes, known_counts(model.integers(counts)[order]))


def _left_out(model: PickledModel, parts: _Parts, fasttext: FastTextParts, rows: AnyTable) -> Iterator[str]:
    yield from fasttext.left_out
    holders = [parts.model, parts.vectors, model.attribute(parts.model, "trainables")]
    if any(holder and _has(model, holder, ("syn1", "syn1neg")) for holder in holders):
        yield "the output table, which further training would need"
    if any(_has(model, parts.model, (name,)) for name in ("docvecs", "dv")):
        yield "the vectors of documents"
    dtype = rows.dtype if isinstance(rows, StoredTable) else rows.dtype.str
    if str(dtype)[1:] == "f8":
        yield "the digits of its float64 values beyond float32"


def _has(model: PickledModel, node: int, names: tuple[str, ...]) -> bool:
    return bool(model.attribute(node, *names)) or not names_aside(model, node).isdisjoint(names)
