"""Reads the vectors of a spaCy pipeline, given its folder or the folder ``vocab`` in it.

``vectors`` is a numpy table, ``key2row`` maps hashes of words to its rows, and ``strings.json`` holds the
words. spaCy's built-in words have small numbers instead of hashes, and are not in strings.json (`symbols`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import ReadOptions, VectorInput, VectorSource
from embtrain.vectors.formats.json_files import decode_json
from embtrain.vectors.formats.spacy.descriptors import CONFIG, KEYS, STRINGS, VECTORS, vocab_folder
from embtrain.vectors.formats.spacy.murmur import murmur64
from embtrain.vectors.formats.spacy.symbols import SYMBOLS
from embtrain.vectors.formats.tables.stored_table import StoredTable, npy_table, to_float32
from embtrain.vectors.formats.tokenizer_models.token_rows import picked
from embtrain.vocabulary import Vocabulary

T = TypeVar("T")

_SEED = 1
_Hash = Annotated[int, msgspec.Meta(ge=0)]
_Row = Annotated[int, msgspec.Meta(ge=-1)]


class _Config(msgspec.Struct):
    """The file vectors.cfg; fields other than mode apply to mode "floret"."""

    mode: Literal["default", "floret"] = "default"
    minn: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    maxn: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    hash_count: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    hash_seed: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)] = 0
    bow: str = "<"
    eow: str = ">"


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a pipeline's vectors. Words that share a row each get a copy; rows without a word are counted.

    floret vectors have no words and are passed on as vectors of n-grams only. Raises DataError if a file is
    missing or damaged.
    """
    path = source.path or source.name
    folder = vocab_folder(path)
    if folder is None:
        raise DataError(
            f"{path}: expected a spaCy pipeline with vocab/vectors and vocab/strings.json, found neither"
        )
    try:
        config = _config(os.path.join(folder, CONFIG))
        table = npy_table(os.path.join(folder, VECTORS))
        if config.mode == "floret":
            yield _floret(config, table)
            return
        words = _strings(os.path.join(folder, STRINGS))
        keys, rows = _key_rows(os.path.join(folder, KEYS), table.shape[0])
    except OSError as error:
        raise DataError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from error
    named, rows = _named(words, keys, rows)
    order = np.argsort(rows, kind="stable")
    unnamed = len(keys) - len(named)
    unused = table.shape[0] - len(np.unique(rows))
    left_out = [f"vectors whose words are missing from strings.json ({unnamed:,})"] * (unnamed > 0)
    left_out += [f"rows without a word ({unused:,})"] * (unused > 0)
    blocks = picked(table, rows[order], [named[place] for place in order.tolist()])
    yield VectorSource(table.shape[1], len(named), blocks, left_out=tuple(left_out))


def _config(path: str) -> _Config:
    if not os.path.isfile(path):
        return _Config()
    with open(path, "rb") as file:
        config = _decode(path, file.read(), _Config)
    return config


def _floret(config: _Config, table: StoredTable) -> VectorSource:
    """A source of n-grams without words."""
    settings: dict[str, int | float | str | bool] = {
        "n_hashes": config.hash_count,
        "seed": config.hash_seed,
        "begin": config.bow,
        "end": config.eow,
    }
    vectors = to_float32(table.load())
    subwords = Subwords("floret", config.minn, config.maxn, len(vectors), vectors, settings)
    return VectorSource(table.shape[1], 0, iter(()), subwords=subwords)


def _strings(path: str) -> list[str]:
    with open(path, "rb") as file:
        words: list[str] = _decode(path, file.read(), list[str])
        return words


def _decode(path: str, content: bytes, kind: type[T]) -> T:
    return decode_json(content, kind, path, "a file of spaCy's", "save the pipeline again")


def _key_rows(path: str, n_rows: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of words and their rows, in file order, without words that have no row (-1)."""
    try:
        with open(path, "rb") as file:
            content: dict[int, int] = msgspec.msgpack.decode(file.read(), type=dict[_Hash, _Row])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DataError(f"{path}: expected a map from hashes to rows, found {error}; save it again") from None
    keys = np.fromiter(content.keys(), np.uint64, len(content))
    rows = np.fromiter(content.values(), np.int64, len(content))
    if len(rows) and rows.max() >= n_rows:
        raise DataError(
            f"{path}: expected rows 0 to {n_rows - 1}, found {rows.max()}; table and map do not match"
        )
    return keys[rows >= 0], rows[rows >= 0]


def _named(
    words: list[str], keys: NDArray[np.uint64], rows: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """The words of keys and their rows, in the order of the keys; keys without a word are left out."""
    hashes = np.concatenate(
        [np.arange(len(SYMBOLS), dtype=np.uint64), murmur64(Vocabulary.from_words(words), _SEED)]
    )
    words = [*SYMBOLS, *words]
    order = np.argsort(hashes, kind="stable")
    places = np.searchsorted(hashes, keys, sorter=order)
    found = order[np.minimum(places, len(order) - 1)]
    known = hashes[found] == keys
    return [words[place] for place in found[known].tolist()], rows[known]
