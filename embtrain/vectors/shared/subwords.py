"""Reads and writes vectors of n-grams in the shared format (docs/reference/format.md)."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.ngrams import MAX_N
from embtrain.subwords import Subwords
from embtrain.vectors.shared import layout as names
from embtrain.vectors.shared.header import SharedHeader
from embtrain.vectors.shared.stream import BLOCK, NUMPY_DTYPES
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

#: Metadata key for the settings that say how words are cut.
KEY = "subword"
_KINDS = ("fasttext", "floret", "finalfusion", "explicit")
_OWN = ("kind", "min_n", "max_n", "n_buckets")
_TEXTS = ("begin", "end")
_LIMITS = {
    "min_n": (0, MAX_N),
    "max_n": (0, MAX_N),
    "n_buckets": (0, 1 << 40),
    "n_hashes": (1, 4),
    "seed": (0, (1 << 32) - 1),
}


def shapes_of(subwords: Subwords) -> dict[str, tuple[int, ...]]:
    """Shapes of the tensors for these n-grams, as `layout` takes them."""
    return {name: array.shape for name, array in _arrays(subwords).items()}


def describe(subwords: Subwords) -> str:
    """The settings as JSON, for the metadata. Equal settings give equal text."""
    own = {key: getattr(subwords, key) for key in _OWN}
    return json.dumps({**subwords.settings, **own}, sort_keys=True)


def write_subwords(file: BinaryIO, subwords: Subwords) -> None:
    """Writes the tensors in the order of the layout, in blocks of rows."""
    for name, array in _arrays(subwords).items():
        dtype = NUMPY_DTYPES[names.DTYPES[name]]
        row = max(1, array.nbytes // max(1, len(array)))
        for start in range(0, len(array), max(1, BLOCK // row)):
            file.write(np.ascontiguousarray(array[start : start + max(1, BLOCK // row)], dtype).data)


def _arrays(subwords: Subwords) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {names.SUBWORDS: subwords.vectors}
    if subwords.buckets is not None:
        arrays[names.SUBWORD_BUCKETS] = subwords.buckets
    if subwords.ngrams is not None and subwords.ngram_rows is not None:
        ngrams = subwords.ngrams
        first, last = int(ngrams.offsets[0]), int(ngrams.offsets[-1])
        arrays[names.NGRAM_ROWS] = subwords.ngram_rows
        arrays[names.NGRAM_OFFSETS] = ngrams.offsets - first
        arrays[names.NGRAM_BYTES] = ngrams.arena[first:last]
    return arrays


def subwords_of(
    header: SharedHeader, arrays: Mapping[str, NDArray[np.generic]], name: str
) -> Subwords | None:
    """The n-grams in a file's tensors, which are given flat by name; None if the file has none.

    Raises DataError if settings and tensors do not match; name is the file's, for messages.
    """
    if names.SUBWORDS not in arrays:
        return None
    content = _parse(header.metadata.get(KEY, ""), name)
    tables: Any = arrays
    table = tables[names.SUBWORDS].reshape(header.tensors[names.SUBWORDS].shape)
    settings = {key: value for key, value in content.items() if key not in _OWN}
    integers = [key for key in names.SUBWORD_TENSORS[1:4] if key in tables]
    numbers = {key: np.require(tables[key], np.int64, ["A"]) for key in integers}
    ngrams = None
    if names.NGRAM_BYTES in tables and names.NGRAM_OFFSETS in numbers:
        ngrams = Vocabulary(tables[names.NGRAM_BYTES], numbers[names.NGRAM_OFFSETS])
    found = Subwords(
        content["kind"], content["min_n"], content["max_n"], content["n_buckets"], table, settings,
        numbers.get(names.SUBWORD_BUCKETS), ngrams, numbers.get(names.NGRAM_ROWS),
    )  # fmt: skip
    problem = _problem(found)
    if problem:
        raise DataError(f"{name}: metadata {KEY!r} and tensors of n-grams: {problem}; write the file again")
    return found


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and _is_valid(content):
        return content
    expected = f"{', '.join(_OWN)} and settings as JSON, found {text[:60]!r}"
    raise DataError(f"{name}: metadata {KEY!r}: expected {expected}; write the file again")


def _is_valid(content: dict[str, Any]) -> bool:
    given = {"n_hashes": 1, "seed": 0, **content}
    numbers = all(type(given.get(key)) is int for key in _LIMITS)
    numbers = numbers and all(low <= given[key] <= high for key, (low, high) in _LIMITS.items())
    texts = all(isinstance(given.get(key, ""), str) for key in _TEXTS)
    return numbers and texts and given.get("kind") in _KINDS and all(map(_is_plain, content.values()))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _problem(found: Subwords) -> str:
    """The first mismatch, or ""."""
    n_rows = len(found.vectors)
    if found.kind == "explicit":
        ngrams, rows = found.ngrams, found.ngram_rows
        if ngrams is None or rows is None:
            return f"expected {names.NGRAM_OFFSETS}, {names.NGRAM_BYTES} and {names.NGRAM_ROWS}, found less"
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < n_rows:
            return f"expected {names.NGRAM_ROWS} below {n_rows}, found {rows.min()} to {rows.max()}"
        bounds = ngrams.offsets
        if bounds[0] != 0 or (np.diff(bounds) < 0).any() or bounds[-1] > len(ngrams.arena):
            return f"expected {names.NGRAM_OFFSETS} that do not go back, within the bytes, found others"
    elif found.buckets is None:
        if n_rows != found.n_buckets:
            return f"expected {counted(found.n_buckets, 'row')}, one per bucket, found {n_rows}"
    elif len(found.buckets) and not _is_ascending(found.buckets, found.n_buckets):
        return f"expected {names.SUBWORD_BUCKETS} that ascend below {found.n_buckets}, found others"
    return ""


def _is_ascending(buckets: NDArray[np.int64], n_buckets: int) -> bool:
    return bool((np.diff(buckets) > 0).all() and buckets[0] >= 0 and buckets[-1] < n_buckets)
