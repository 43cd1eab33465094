"""Takes vectors out of gensim's models."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.subwords import Subwords
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


def parts_of(model: Any) -> dict[str, Any]:
    """The arguments of `Embeddings` for gensim's KeyedVectors, Word2Vec or FastText.

    Raises TypeError for anything else, and for keys that are not str.
    """
    from gensim.models import KeyedVectors

    keyed = model if isinstance(model, KeyedVectors) else getattr(model, "wv", None)
    if not isinstance(keyed, KeyedVectors):
        raise TypeError(
            f"expected gensim's KeyedVectors, Word2Vec or FastText, found {type(model).__name__}; other "
            "models hold no vectors of words"
        )
    words = list(keyed.index_to_key)
    wrong = next((word for word in words if not isinstance(word, str)), None)
    if wrong is not None:
        raise TypeError(f"expected words as keys, found {wrong!r:.40} ({type(wrong).__name__})")
    return {
        "vocabulary": Vocabulary.from_words(words, _counts(keyed)),
        "vectors": _copied(keyed.vectors[: len(words)]),
        "context": None if keyed is model else _context(model, len(words)),
        "subwords": _subwords(keyed),
    }


def _counts(keyed: "KeyedVectors") -> list[int] | None:
    counts = keyed.expandos.get("count")
    return None if counts is None else [int(count) for count in counts[: len(keyed.index_to_key)]]


def _context(model: Any, n_words: int) -> NDArray[np.float32] | None:
    table = getattr(model, "syn1neg", None)
    if table is None or table.shape != (n_words, model.wv.vector_size):
        return None
    return _copied(table)


def _subwords(keyed: "KeyedVectors") -> Subwords | None:
    table = getattr(keyed, "vectors_ngrams", None)
    if table is None or not len(table) or not keyed.bucket:
        return None
    return Subwords("fasttext", int(keyed.min_n), int(keyed.max_n), int(keyed.bucket), _copied(table))


def _copied(table: NDArray[Any]) -> NDArray[np.float32]:
    return np.array(table, np.float32)
