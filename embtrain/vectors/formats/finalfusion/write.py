"""Writes finalfusion's format, with the same padding as its libraries, so that they find the rows."""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import numpy as np

from embtrain.errors import DataError
from embtrain.io.encodings import is_whole_utf8
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import Rows, write_all
from embtrain.vectors.formats.binary.reading import BLOCK, check_width
from embtrain.vectors.formats.finalfusion.descriptors import MAGIC
from embtrain.vocabulary import Vocabulary, encode_word
from embtrain.wording import counted

SIMPLE, NDARRAY, BUCKETS, QUANTIZED, METADATA, NORMS, FASTTEXT, EXPLICIT, FLORET = range(1, 10)
UINT8, FLOAT32 = 1, 10
#: Metadata key for the TOML text of a finalfusion file.
METADATA_KEY = "finalfusion"
_ENTRIES = 65536
_CHUNKS = {"fasttext": FASTTEXT, "finalfusion": BUCKETS, "explicit": EXPLICIT, "floret": FLORET}


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes a file; arguments, result and errors as in ``Format.write``.

    Raises DataError for words that are not UTF-8, and for n-grams that no kind of vocabulary can represent.
    """
    words = rows.vocabulary
    if words is None:
        raise ValueError("the vocabulary comes first: the words must be known before the vectors")
    check_width(rows)
    _check_words(words)
    if rows.subwords is not None:
        _check_subwords(rows.subwords, len(words))
    return write_all(file, _content(rows, words))


def _content(rows: Rows, words: Vocabulary) -> Iterator[bytes]:
    metadata = _toml(rows.metadata)
    kind = SIMPLE if rows.subwords is None else _CHUNKS[rows.subwords.kind]
    kinds = [*([METADATA] if metadata else []), kind, NDARRAY]
    head = MAGIC + struct.pack(f"<II{len(kinds)}I", 0, len(kinds), *kinds)
    if metadata:
        head += struct.pack("<IQ", METADATA, len(metadata)) + metadata
    settings = _settings(rows.subwords, len(words))
    length = len(settings) + words.n_bytes + 4 * len(words)
    ngrams = rows.subwords.ngrams if rows.subwords is not None else None
    if kind == FLORET:
        length = len(settings)
    if ngrams is not None:
        length += ngrams.n_bytes + 12 * len(ngrams)
    yield head + struct.pack("<IQ", kind, length) + settings
    if kind != FLORET:
        yield from _entries(words, None)
    if rows.subwords is not None and ngrams is not None:
        yield from _entries(ngrams, rows.subwords.ngram_rows)
    yield _storage_head(rows, len(words), len(head) + 12 + length)
    for block in rows.blocks:
        yield block.vectors.astype("<f4", copy=False).tobytes()
    if rows.subwords is not None:
        for some in rows.subwords.all_rows(max(1, BLOCK // (4 * rows.dim))):
            yield some.astype("<f4", copy=False).tobytes()


def _storage_head(rows: Rows, n_words: int, position: int) -> bytes:
    n_rows = n_words + (0 if rows.subwords is None else rows.subwords.n_all_rows)
    # The libraries always write and skip 1 to 4 bytes of padding, even at a multiple of 4.
    padding = 4 - (position + 12 + 16) % 4
    length = 16 + padding + 4 * n_rows * rows.dim
    return struct.pack("<IQQII", NDARRAY, length, n_rows, rows.dim, FLOAT32) + bytes(padding)


def _settings(subwords: Subwords | None, n_words: int) -> bytes:
    """The fields of a vocabulary chunk before its words."""
    if subwords is None:
        return struct.pack("<Q", n_words)
    lengths = (max(1, subwords.min_n), subwords.max_n)
    if subwords.kind == "explicit":
        n_ngrams = 0 if subwords.ngrams is None else len(subwords.ngrams)
        return struct.pack("<QQII", n_words, n_ngrams, *lengths)
    if subwords.kind == "floret":
        cutting = subwords.cutting
        head = struct.pack("<IIQII", *lengths, cutting.n_buckets, cutting.n_hashes, cutting.seed)
        marks = [encode_word(cutting.begin), encode_word(cutting.end)]
        return head + b"".join(struct.pack("<I", len(mark)) + mark for mark in marks)
    size = subwords.n_buckets
    size = size.bit_length() - 1 if subwords.kind == "finalfusion" else size
    return struct.pack("<QIII", n_words, *lengths, size)


def _entries(
    words: Vocabulary, values: "np.ndarray[tuple[int], np.dtype[np.int64]] | None"
) -> Iterator[bytes]:
    from embtrain._native import write_entries

    layout = "prefixed" if values is None else "indexed"
    for index, some in enumerate(words.parts(_ENTRIES)):
        start = index * _ENTRIES
        numbers = None if values is None else values[start : start + len(some)]
        yield write_entries(some.arena, some.offsets, numbers, layout).tobytes()


def _check_words(words: Vocabulary) -> None:
    wrong = [row for row, word in enumerate(words.iter_bytes()) if not is_whole_utf8(word)]
    if wrong:
        count = counted(len(wrong), "word is", "words are")
        first = f"the first in row {wrong[0]}: {words.word_bytes(wrong[0])[:60]!r}"
        raise DataError(
            f"{count} not UTF-8, as finalfusion's must be, {first}; leave out or replace such words"
        )


def _check_subwords(subwords: Subwords, n_words: int) -> None:
    remedy = "write the shared format instead, or leave the n-grams out"
    if subwords.buckets is not None and subwords.is_pruned:
        raise DataError(
            f"finalfusion holds all {counted(subwords.n_buckets, 'bucket')} of n-grams, but this model was "
            f"pruned to {len(subwords.buckets):,} of them; {remedy}"
        )
    if subwords.kind == "floret" and n_words:
        raise DataError(f"finalfusion holds no words beside floret's n-grams, found {n_words:,}; {remedy}")
    if subwords.kind == "finalfusion" and subwords.n_buckets & (subwords.n_buckets - 1):
        raise DataError(f"finalfusion needs a power of 2 of buckets, found {subwords.n_buckets:,}; {remedy}")
    if subwords.n_buckets > (1 << 32) - 1 and subwords.kind == "fasttext":
        raise DataError(f"finalfusion holds fewer than 2^32 buckets, found {subwords.n_buckets:,}; {remedy}")


def _toml(metadata: Mapping[str, str]) -> bytes:
    """Metadata as TOML: a finalfusion file's own text stays unchanged, other keys become strings."""
    others = {key: value for key, value in sorted(metadata.items()) if key != METADATA_KEY}
    own = metadata.get(METADATA_KEY, "")
    text = "".join(f"{_quoted(key)} = {_quoted(value)}\n" for key, value in others.items())
    if others and own and not _is_toml(text + own):
        return (text + f"{_quoted(METADATA_KEY)} = {_quoted(own)}\n").encode()
    return (text + own).encode("utf-8", "backslashreplace")


def _is_toml(text: str) -> bool:
    import tomllib

    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):  # not TOML, or more than Python converts
        return False
    return True


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are also valid in TOML."""
    valid = text.encode("utf-8", "backslashreplace").decode()
    return json.dumps(valid, ensure_ascii=False).replace("\x7f", "\\u007f")
