"""Composes vectors of words that a vocabulary lacks from their n-grams, as evaluations ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.subwords import Composer
from embtrain.text.recorded_tokenization import normalizer_of
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary, encode_word


@dataclass(frozen=True)
class Composed:
    """What is known of n words in the spelling of the training text.

    Attributes:
        rows: int64 [n], the row of each word, or -1.
        vectors: float32 [n, D], composed from n-grams.
        known: bool [n], whether a word without a row has an n-gram with a vector.
    """

    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]
    known: NDArray[np.bool_]


def has_ngrams(embeddings: Embeddings) -> bool:
    """Whether any vector can be composed: the vectors have n-grams, of which some have rows."""
    return embeddings.subwords is not None and len(embeddings.subwords.vectors) > 0


class ComposedWords:
    """Composes vectors of words outside a vocabulary, spelled like the words of the training text.

    Unless case matters, words are normalised as the training text was and, if no word of the vocabulary has
    a capital letter, put in lower case. Otherwise, they are taken as they are.
    """

    def __init__(
        self, embeddings: Embeddings, restrict_vocab: int | None = None, case_sensitive: bool = False
    ) -> None:
        """Args: restrict_vocab: number of first words that count as the vocabulary; None for all.

        Raises ValueError if the vectors have no n-grams.
        """
        if embeddings.subwords is None:
            raise ValueError("these vectors have no n-grams")
        n_rows = len(embeddings) if restrict_vocab is None else min(restrict_vocab, len(embeddings))
        self._vocabulary = embeddings.vocabulary.part(0, n_rows)
        self._composer = Composer(embeddings.subwords)
        self._as_given = case_sensitive
        self._normalize = normalizer_of(embeddings.metadata)
        self._lower: bool | None = None

    def __call__(self, words: Sequence[str]) -> Composed:
        """Finds or composes the vectors of words."""
        spelled = [self.spelled(word) for word in words]
        vectors, counts = self._composer.unseen(Vocabulary.from_words(spelled))
        rows = self._vocabulary.find(spelled)
        return Composed(rows, vectors, (rows < 0) & (counts > 0))

    def spelled(self, word: str) -> bytes:
        """A word in the spelling of the training text."""
        given = encode_word(word)
        if self._as_given:
            return given
        normalized = self._normalize(given)
        return _lower(normalized) if self._is_lower() else normalized

    def _is_lower(self) -> bool:
        if self._lower is None:
            self._lower = all(_lower(word) == word for word in self._vocabulary.iter_bytes())
        return self._lower


def _lower(word: bytes) -> bytes:
    if word.isascii():
        return word.lower()
    return word.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
