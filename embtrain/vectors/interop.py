"""Converts vectors to layers of PyTorch and Keras, gensim's KeyedVectors, and tables of Arrow and pandas."""

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import BackendError
from embtrain.wording import counted

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from gensim.models import KeyedVectors
    from torch import nn

    from embtrain.vectors.embeddings.words import WordVectors

PADDING_ROW, UNKNOWN_ROW = 0, 1


def to_torch(embeddings: "WordVectors", freeze: bool) -> "nn.Embedding":
    """See `Embeddings.to_torch`."""
    import torch

    table, rows = layer_table(embeddings)
    from_pretrained: Any = torch.nn.Embedding.from_pretrained  # it has no types
    layer = from_pretrained(torch.from_numpy(table), freeze=freeze, padding_idx=PADDING_ROW)
    layer.rows, layer.unknown_row = rows, UNKNOWN_ROW
    return layer  # type: ignore[no-any-return]


def to_keras(embeddings: "WordVectors", freeze: bool) -> tuple[Any, dict[str, int]]:
    """See `Embeddings.to_keras`."""
    try:
        import keras
    except ImportError as error:
        raise BackendError(f"Keras is not installed here ({error}); pip install keras") from error
    table, rows = layer_table(embeddings)
    layer = keras.layers.Embedding(*table.shape, mask_zero=True, trainable=not freeze)
    layer.build((None,))
    layer.set_weights([table])
    return layer, rows


def layer_table(embeddings: "WordVectors") -> tuple[NDArray[np.float32], dict[str, int]]:
    """Rows float32 [V + 2, D]: zeros for padding, the mean vector for unknown words, then the vectors.

    Also returns the row of each word; a duplicate word has its first row.
    """
    vectors = embeddings.vectors
    table = np.zeros((len(vectors) + 2, embeddings.dim), np.float32)
    table[2:] = vectors
    if len(vectors):
        table[UNKNOWN_ROW] = vectors.mean(axis=0, dtype=np.float64)
    rows: dict[str, int] = {}
    for row, word in enumerate(embeddings.words, 2):
        rows.setdefault(word, row)
    return table, rows


def to_gensim(embeddings: "WordVectors") -> "KeyedVectors":
    """See `Embeddings.to_gensim`."""
    from gensim.models import KeyedVectors

    words = list(embeddings.words)
    first: dict[str, int] = {}
    for row, word in enumerate(words):
        first.setdefault(word, row)
    kept = np.fromiter(first.values(), np.int64, len(first))
    if len(kept) < len(words):
        left_out = len(words) - len(kept)
        rows = counted(left_out, "duplicate row was", "duplicate rows were")
        logging.getLogger("embtrain").warning("%s left out", rows)
    result = KeyedVectors(embeddings.dim)
    result.index_to_key = list(first)
    result.key_to_index = {word: row for row, word in enumerate(first)}
    result.vectors = np.array(embeddings.vectors[kept])
    counts = embeddings.vocabulary.counts
    if counts is not None:
        result.expandos["count"] = np.array(counts[kept])
    return result


def to_arrow(embeddings: "WordVectors") -> "pyarrow.Table":
    """See `Embeddings.to_arrow`."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise BackendError(
            f"pyarrow is not installed here ({error}); pip install 'embtrain[parquet]'"
        ) from error
    values = pa.array(np.ascontiguousarray(embeddings.vectors).reshape(-1))
    columns = {"word": pa.array(map(_as_utf8, embeddings.words), pa.string())}
    if embeddings.vocabulary.counts is not None:
        columns["count"] = pa.array(np.asarray(embeddings.vocabulary.counts))
    columns["vector"] = pa.FixedSizeListArray.from_arrays(values, embeddings.dim)
    return pa.table(columns)


def to_pandas(embeddings: "WordVectors") -> "pandas.DataFrame":
    """See `Embeddings.to_pandas`."""
    try:
        import pandas as pd
    except ImportError as error:
        raise BackendError(f"pandas is not installed here ({error}); pip install pandas") from error
    words = pd.Index(map(_as_utf8, embeddings.words), name="word", dtype=object)
    return pd.DataFrame(np.asarray(embeddings.vectors), index=words)


def _as_utf8(word: str) -> str:
    """A word whose bytes that are not UTF-8 are U+FFFD."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
