"""Small vectors with n-grams, and their composition spelled out."""

import numpy as np

from embtrain import Embeddings, Vocabulary
from embtrain.subwords import Subwords


def trigrams(word):
    """Pieces of three characters, marks included."""
    marked = f"<{word}>"
    return [marked[start : start + 3] for start in range(len(marked) - 2)]


def listed(words, rows, dim=4, seed=1, metadata=None):
    """Vectors of words near those of their trigrams, with a row for every trigram of `rows`.

    Returns the vectors, and the rows by trigram.
    """
    rng = np.random.default_rng(seed)
    ngrams = list(dict.fromkeys(piece for word in rows for piece in trigrams(word)))
    table = rng.standard_normal((len(ngrams), dim)).astype(np.float32)
    subwords = Subwords(
        "explicit", 3, 3, 0, table,
        ngrams=Vocabulary.from_words(ngrams), ngram_rows=np.arange(len(ngrams)),
    )  # fmt: skip
    by_ngram = dict(zip(ngrams, table.astype(np.float64), strict=True))
    none = np.zeros(dim)
    made = [composed(word, by_ngram) for word in words]
    vectors = np.array([none if one is None else one for one in made], np.float32)
    vectors += 0.3 * rng.standard_normal(vectors.shape).astype(np.float32)
    return Embeddings(Vocabulary.from_words(words), vectors, None, metadata, subwords), by_ngram


def composed(word, by_ngram):
    """The mean of the rows of a word's trigrams, leaving out those without a row; None if there are none."""
    rows = [by_ngram[piece] for piece in trigrams(word) if piece in by_ngram]
    return np.mean(rows, axis=0) if rows else None


def cosine(a, b):
    """Cosine of two vectors."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
