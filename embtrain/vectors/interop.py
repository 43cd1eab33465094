"""Converts vectors to embedding layers of PyTorch and Keras, and to gensim's KeyedVectors."""

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import BackendError
from embtrain.wording import counted

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from torch import nn

    from embtrain.vectors.embeddings import Embeddings

PADDING_ROW, UNKNOWN_ROW = 0, 1


def to_torch(embeddings: "Embeddings", freeze: bool) -> "nn.Embedding":
    """See `Embeddings.to_torch`."""
    import torch

    table, rows = layer_table(embeddings)
    from_pretrained: Any = torch.nn.Embedding.from_pretrained  # it has no types
    layer = from_pretrained(torch.from_numpy(table), freeze=freeze, padding_idx=PADDING_ROW)
    layer.rows, layer.unknown_row = rows, UNKNOWN_ROW
    return layer  # type: ignore[no-any-return]


def to_keras(embeddings: "Embeddings", freeze: bool) -> tuple[Any, dict[str, int]]:
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


def layer_table(embeddings: "Embeddings") -> tuple[NDArray[np.float32], dict[str, int]]:
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


def to_gensim(embeddings: "Embeddings") -> "KeyedVectors":
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
