"""Lays out the shared format (docs/reference/format.md): tensors, their places, and the header.

The file is a safetensors file: 8 bytes of header length (little-endian), a JSON header padded with spaces so
that the data starts at a multiple of 64, then the tensors without holes.
"""

import math
from collections.abc import Mapping

from embtrain.vectors.safetensors import ALIGNMENT, ITEM_SIZES, Tensor, encode_safetensors_header

FORMAT = "embtrain"
VERSION = "1"
#: The format of co-occurrence counts, which are not vectors.
COUNTS_FORMAT = "embtrain co-occurrences"

OFFSETS, BYTES, COUNTS, SCALES, EMBEDDINGS, CONTEXT, SUBWORDS = (
    "vocab.offsets",
    "vocab.bytes",
    "counts",
    "scales",
    "embeddings",
    "context",
    "subword.embeddings",
)
# The n-grams of the rows of subword.embeddings, if row i is not simply bucket i.
SUBWORD_BUCKETS, NGRAM_ROWS, NGRAM_OFFSETS, NGRAM_BYTES = (
    "subword.buckets",
    "subword.ngrams.rows",
    "subword.ngrams.offsets",
    "subword.ngrams.bytes",
)
SUBWORD_TENSORS = (SUBWORDS, SUBWORD_BUCKETS, NGRAM_ROWS, NGRAM_OFFSETS, NGRAM_BYTES)

#: Type of each tensor of the format; embeddings may have others.
DTYPES = {
    OFFSETS: "I64", BYTES: "U8", COUNTS: "I64", SCALES: "F32", EMBEDDINGS: "F32", CONTEXT: "F32",
    SUBWORDS: "F32", SUBWORD_BUCKETS: "I64", NGRAM_ROWS: "I64", NGRAM_OFFSETS: "I64", NGRAM_BYTES: "U8",
}  # fmt: skip
EMBEDDING_DTYPES = ("F32", "F16", "I8")


def layout(
    n_words: int,
    n_bytes: int,
    dim: int,
    *,
    counts: bool,
    context: bool = False,
    dtype: str = "F32",
    subwords: Mapping[str, tuple[int, ...]] | None = None,
) -> list[Tensor]:
    """The tensors of a file in order, with starts relative to the first tensor.

    ``vocab.bytes`` is padded with zero bytes (safetensors allows no holes) so that ``embeddings`` starts at a
    multiple of 64.

    Args:
        n_words: V.
        n_bytes: bytes of all words.
        dim: D.
        counts, context: whether the file has these tensors.
        dtype: of ``embeddings``, one of EMBEDDING_DTYPES; with I8 there are ``scales``.
        subwords: shapes of the SUBWORD_TENSORS that the file has.
    """
    scales = dtype == "I8"
    head = 8 * (n_words + 1) + (8 * n_words if counts else 0) + (4 * n_words if scales else 0)
    shapes: dict[str, tuple[int, ...]] = {
        OFFSETS: (n_words + 1,),
        BYTES: (n_bytes + -(head + n_bytes) % ALIGNMENT,),
        COUNTS: (n_words,),
        SCALES: (n_words,),
        EMBEDDINGS: (n_words, dim),
        CONTEXT: (n_words, dim),
        **{name: subwords[name] for name in SUBWORD_TENSORS if subwords and name in subwords},
    }
    left_out = {COUNTS: not counts, SCALES: not scales, CONTEXT: not context}
    tensors, start = [], 0
    for name, shape in shapes.items():
        if left_out.get(name):
            continue
        stored = dtype if name == EMBEDDINGS else DTYPES[name]
        stop = start + math.prod(shape) * ITEM_SIZES[stored]
        tensors.append(Tensor(name, stored, shape, start, stop))
        start = stop
    return tensors


def encode_header(tensors: list[Tensor], metadata: Mapping[str, str]) -> bytes:
    """Bytes before the data. Equal tensors and metadata (in any order of keys) give equal bytes.

    Raises:
        ValueError: metadata holds ``format`` or ``version``, which this function writes.
    """
    reserved = {"format", "version"} & metadata.keys()
    if reserved:
        raise ValueError(f"metadata may not hold {sorted(reserved)}: the format writes them itself")
    given = {_valid(key): _valid(value) for key, value in sorted(metadata.items())}
    return encode_safetensors_header(tensors, {"format": FORMAT, "version": VERSION, **given})


def _valid(text: str) -> str:
    """Escapes what JSON cannot hold: bytes of file names that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
