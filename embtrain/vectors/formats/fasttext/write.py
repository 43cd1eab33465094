"""Writes fastText's binary models (version 12), like FastText::saveModel.

The output table, which no word's vector depends on, is written as zeros, so that fastText and gensim can load
the file as a model. Unknown settings of the training get fastText's defaults.

gensim rejects words with a count of 0. If counts are unknown, each word has count 1 and the number of tokens
is 0, which is how `known_counts` recognises such a file.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np

from embtrain.errors import DataError
from embtrain.subwords import Composer, Subwords
from embtrain.vectors.formats.base import Rows, write_all
from embtrain.vectors.formats.binary.reading import BLOCK, check_width
from embtrain.vectors.formats.fasttext.descriptors import MAGIC, SUPERVISED
from embtrain.vectors.formats.fasttext.head import VERSION, Args
from embtrain.vectors.formats.made_up_counts import known_counts
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_MAX_ENTRIES = (1 << 31) - 1
_KEPT = {"ws", "epoch", "min_count", "neg", "word_ngrams", "loss", "model", "lr_update_rate", "t"}
_SKIP_GRAM, _NEGATIVE_SAMPLING = 2, 2
_KNOWN_LOSSES = (1, 2, 3, 4)
_ENTRIES = 65536


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes a model; arguments, result and errors as in ``Format.write``.

    Raises DataError for words with a NUL byte, and for n-grams that are not hashed as in fastText.
    """
    words = rows.vocabulary
    if words is None:
        raise ValueError("fastText's dictionary comes first: the words must be known before the vectors")
    check_width(rows)
    _check_words(words)
    words = _with_known_counts(words, rows.remarks)
    _check_subwords(rows.subwords)
    return write_all(file, _content(rows, words))


def _content(rows: Rows, words: Vocabulary) -> Iterator[bytes]:
    from embtrain._native import write_entries

    args = _args(rows)
    yield struct.pack("<ii", MAGIC, VERSION) + args.pack()
    yield struct.pack("<iiiqq", len(words), len(words), 0, _n_tokens(rows, words), -1)
    for some in words.parts(_ENTRIES):
        counts = np.ones(len(some), np.int64) if some.counts is None else np.maximum(some.counts, 1)
        yield write_entries(some.arena, some.offsets, counts, "fasttext").tobytes()
    yield struct.pack("<?qq", False, len(words) + args.bucket, args.dim)
    yield from _own_rows(rows)
    if rows.subwords is not None:
        for table in rows.subwords.all_rows(max(1, BLOCK // (4 * args.dim))):
            yield table.astype("<f4", copy=False).tobytes()
    yield struct.pack("<?qq", False, len(words), args.dim)
    left = 4 * len(words) * args.dim
    while left:
        yield bytes(min(left, BLOCK))
        left -= min(left, BLOCK)


def _own_rows(rows: Rows) -> Iterator[bytes]:
    composer = Composer(rows.subwords) if rows.subwords is not None else None
    for block in rows.blocks:
        own = block.vectors
        if composer is not None:
            own = composer.own(block.words, block.vectors) if block.own is None else block.own
        yield own.astype("<f4", copy=False).tobytes()


def _check_words(words: Vocabulary) -> None:
    if len(words) > _MAX_ENTRIES:
        raise DataError(f"fastText's format holds at most {_MAX_ENTRIES:,} words, found {len(words):,}")
    first, last = int(words.offsets[0]), int(words.offsets[-1])
    places = np.flatnonzero(words.arena[first:last] == 0) + first
    if len(places):
        rows = np.unique(np.searchsorted(words.offsets, places, "right") - 1)
        count = counted(len(rows), "word has", "words have")
        shown = words.word_bytes(int(rows[0]))[:60]
        where = f"the first in row {rows[0]}: {shown!r}"
        raise DataError(f"{count} a NUL byte, which ends words in fastText's format, {where}; rename them")


def _with_known_counts(words: Vocabulary, remarks: list[str]) -> Vocabulary:
    """The words with their counts if these are known; adds a remark about counts that the file replaces."""
    counts = None if words.counts is None else known_counts(words.counts, -1)
    if counts is None and len(words):
        remarks.append("unknown counts are written as 1, because fastText's format requires counts")
    elif counts is not None and (counts < 1).any():
        remarks.append(f"counts of 0 are written as 1, which gensim requires: {int((counts < 1).sum())}")
    return Vocabulary(words.arena, words.offsets, counts)


def _check_subwords(subwords: Subwords | None) -> None:
    if subwords is None:
        return
    remedy = "write the shared format or finalfusion instead, or leave the n-grams out"
    if subwords.kind != "fasttext":
        raise DataError(f"fastText's format cannot hold n-grams of {subwords.kind}'s kind; {remedy}")
    if subwords.buckets is not None and subwords.is_pruned:
        raise DataError(
            f"fastText's format holds all {counted(subwords.n_buckets, 'bucket')} of n-grams or none, but "
            f"this model was pruned to {len(subwords.buckets):,} of them; {remedy}"
        )


def _args(rows: Rows) -> Args:
    if rows.subwords is None:
        return Args(rows.dim)
    kept = {key: value for key, value in rows.subwords.settings.items() if key in _KEPT}
    if kept.get("model") == SUPERVISED:
        kept.update(model=_SKIP_GRAM, loss=_NEGATIVE_SAMPLING)
    # For hierarchical softmax fastText builds a tree of the words, and fails if there are none.
    if kept.get("loss") not in _KNOWN_LOSSES or rows.total == 0:
        kept["loss"] = _NEGATIVE_SAMPLING
    subwords = rows.subwords
    kept.update(bucket=subwords.n_buckets, min_n=subwords.min_n, max_n=subwords.max_n)
    return replace(Args(rows.dim), **{key: _number(key, value) for key, value in kept.items()})


def _number(key: str, value: int | float | str | bool) -> Any:
    return float(value) if key == "t" else int(value)


def _n_tokens(rows: Rows, words: Vocabulary) -> int:
    if words.counts is None:
        return 0
    kept = 0 if rows.subwords is None else int(rows.subwords.settings.get("n_tokens", 0))
    return kept or max(1, int(words.counts.sum()))
