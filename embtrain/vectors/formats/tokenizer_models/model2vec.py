"""Reads and writes folders of model2vec and of sentence-transformers' StaticEmbedding."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.encodings import is_whole_utf8
from embtrain.option_names import option
from embtrain.vectors.formats.base import ReadOptions, RowBlock, Rows, VectorInput, VectorSource, write_all
from embtrain.vectors.formats.tables.stored_table import StoredTable
from embtrain.vectors.formats.tokenizer_models.descriptors import FOLDERS, MODEL, TENSORS
from embtrain.vectors.formats.tokenizer_models.model_card import model_card
from embtrain.vectors.formats.tokenizer_models.safetensors_tables import SafetensorsFile
from embtrain.vectors.formats.tokenizer_models.token_rows import named_rows, picked, without_words
from embtrain.vectors.formats.tokenizer_models.tokenizer_words import kept_tokenizer, read_tokens
from embtrain.vectors.formats.tokenizer_models.tokenizer_write import TokenizerFile, tokenizer_of
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

Buffer = bytes | memoryview

_EXTRAS = ("mapping", "weights")
_ROWS = 4096


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a folder. Vectors are those the library gives for one token, weighted if the model has weights.

    Raises DataError if a file is missing or damaged, or tokenizer and table do not match.
    """
    folder = source.path or source.name
    try:
        found = _find(folder)
        if found is None:
            raise DataError(
                f"{folder}: expected {MODEL} with a tensor 'embeddings', found none; name its folder"
            )
        place, file, name = found
        yield _open(place, file, name)
    except OSError as error:
        raise DataError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from error


def _find(folder: str) -> tuple[str, SafetensorsFile, str] | None:
    """The folder with tokenizer and table, the table's file, and the tensor's name."""
    for inner in FOLDERS:
        place = os.path.join(folder, inner)
        if os.path.isfile(os.path.join(place, MODEL)):
            file = SafetensorsFile(os.path.join(place, MODEL))
            for name in TENSORS:
                if name in file.tensors:
                    return place, file, name
    return None


def _open(place: str, file: SafetensorsFile, name: str) -> VectorSource:
    table, tokens = file.table(name), read_tokens(place)
    mapping, weights = (file.table(key).load()[:, 0] if key in file.tensors else None for key in _EXTRAS)
    n_ids = table.shape[0] if mapping is None else len(mapping)
    rows, words = named_rows(tokens, n_ids, place)
    left_out = list(without_words(n_ids - len(rows)))
    if not table.is_exact:
        left_out.append("the digits of its float64 values beyond float32")
    if (
        mapping is None
        and tokens.unknown in words
        and _is_zero(table, int(rows[words.index(tokens.unknown)]))
    ):
        left_out.append(f"the row of zeros for unknown words, {tokens.unknown}")
        rows = np.delete(rows, words.index(tokens.unknown))
        words.remove(tokens.unknown)
    if mapping is None and weights is None:
        blocks = picked(table, rows, words)
    else:
        blocks = _looked_up(_checked(file.path, table, n_ids, mapping, weights), rows, words)
    metadata, too_large = kept_tokenizer(place)
    return VectorSource(table.shape[1], len(rows), blocks, metadata, left_out=(*left_out, *too_large))


def _is_zero(table: StoredTable, row: int) -> bool:
    one = StoredTable(table.path, table.start + row * table.row_bytes, table.dtype, (1, table.shape[1]))
    return not one.load().any()


@dataclass(frozen=True)
class _LookUp:
    """A table, the row of each token in it, and the weight of each token, if any; both are [tokens]."""

    table: NDArray[np.float32]
    mapping: NDArray[np.int64]
    weights: NDArray[Any] | None


def _checked(
    path: str,
    table: StoredTable,
    n_ids: int,
    mapping: NDArray[np.generic] | None,
    weights: NDArray[np.generic] | None,
) -> _LookUp:
    rows = np.arange(n_ids) if mapping is None else mapping.astype(np.int64)
    if len(rows) and not 0 <= rows.min() <= rows.max() < table.shape[0]:
        found = f"{rows.min()} to {rows.max()}"
        raise DataError(f"{path}: expected a mapping to the rows 0 to {table.shape[0] - 1}, found {found}")
    if weights is not None and len(weights) != n_ids:
        raise DataError(
            f"{path}: expected {n_ids} weights, one per token, found {len(weights)}; it is damaged"
        )
    return _LookUp(np.concatenate([block.copy() for block in table.blocks()]), rows, weights)


def _looked_up(tokens: _LookUp, ids: NDArray[np.int64], words: list[str]) -> Iterator[RowBlock]:
    for first in range(0, len(ids), _ROWS):
        mine = ids[first : first + _ROWS]
        vectors = tokens.table[tokens.mapping[mine]]
        if tokens.weights is not None:
            vectors = (vectors * tokens.weights[mine][:, None]).astype(np.float32)
        yield RowBlock(Vocabulary.from_words(words[first : first + _ROWS]), vectors)


def write_folder(path: str, rows: Rows) -> int:
    """Writes a folder that both libraries can load, and returns the number of bytes.

    The tokenizer processes text as the metadata say the training did, and reports differences to `Rows.warn`.
    Without a record, it splits at white space. A row of zeros for unknown words is added unless the
    vocabulary has a token for them.

    Raises DataError if words are not UTF-8 or have duplicates.
    """
    if rows.vocabulary is None:
        raise ValueError("the tokenizer is written first: the vocabulary must be given")
    _check_words(rows.vocabulary)
    written = tokenizer_of(rows.vocabulary, rows.metadata, rows.remarks.append)
    n_bytes = _write_table(os.path.join(path, MODEL), rows, written)
    n_bytes += _write(path, "tokenizer.json", written.parts)
    settings = {**_CONFIG, "hidden_dim": rows.dim}
    n_bytes += _write(path, "config.json", [json.dumps(settings, indent=2).encode()])
    n_bytes += _write(path, "modules.json", [json.dumps(_MODULES, indent=2).encode()])
    card = model_card(rows.metadata, len(rows.vocabulary), rows.dim, rows.command)
    return n_bytes + _write(path, "README.md", [card.encode("utf-8", "replace")])


def _check_words(vocabulary: Vocabulary) -> None:
    twice = bad = 0
    seen: set[bytes] = set()
    for word in vocabulary.iter_bytes():
        twice += word in seen
        seen.add(word)
        bad += not is_whole_utf8(word)
    n_words = len(vocabulary)
    if bad:
        raise DataError(
            f"a tokenizer holds UTF-8, {bad:,} of {counted(n_words, 'word')} are not; see "
            f"{option('encoding-errors')}"
        )
    if twice:
        raise DataError(
            f"a tokenizer holds a word once, found it again in {twice:,} of {counted(n_words, 'row')}; see"
            f" {option('duplicates')}"
        )


def _write(folder: str, name: str, parts: Iterable[Buffer]) -> int:
    with open(os.path.join(folder, name), "xb") as file:
        return write_all(file, parts)


def _write_table(path: str, rows: Rows, written: TokenizerFile) -> int:
    """Writes the table in the order of the tokenizer's ids; rows without a vector are zero."""
    row_bytes = 4 * rows.dim
    size = row_bytes * written.n_rows
    entry = {"dtype": "F32", "shape": [written.n_rows, rows.dim], "data_offsets": [0, size]}
    header = json.dumps({"embeddings": entry}).encode()
    header += b" " * (-(8 + len(header)) % 64)
    head = len(header).to_bytes(8, "little") + header
    done = 0
    with open(path, "xb") as file:
        file.write(head)
        for block in rows.blocks:
            values = np.ascontiguousarray(block.vectors, "<f4")
            if written.places is None:
                file.write(values.data)
                continue
            for place, row in zip(written.places[done : done + len(values)], values, strict=True):
                file.seek(len(head) + row_bytes * place)
                file.write(row.data)
            done += len(values)
        file.truncate(len(head) + size)
    return len(head) + size


_CONFIG = {
    "model_type": "model2vec",
    "architectures": ["StaticModel"],
    "normalize": False,
    "embedding_dtype": "float32",
}
_MODULES = [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
