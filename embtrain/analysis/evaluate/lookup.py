"""Looks up the words of evaluation sets in a vocabulary, by gensim's rules for coverage and case."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.composed_words import Composed
from embtrain.vocabulary import Vocabulary, encode_word

Vectors = NDArray[np.float32]


class SetLookup:
    """Rows of the words in some sets, by the rules of gensim's evaluation.

    Unless case matters, words are compared in upper case. A word may then have several rows (king, King): the
    first, which is the most frequent, represents the word, and the others are its variants.

    A word whose vector is composed from n-grams has a row after those of the vocabulary.

    Attributes:
        n_rows: number of rows used, the first ``restrict_vocab`` of the vocabulary.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        words: Iterable[str],
        restrict_vocab: int | None = None,
        case_sensitive: bool = False,
    ) -> None:
        """Scans the vocabulary once for the given words."""
        self.n_rows = len(vocabulary) if restrict_vocab is None else min(restrict_vocab, len(vocabulary))
        keys = {word: case_key(encode_word(word), case_sensitive) for word in words}
        found: dict[bytes, list[int]] = {key: [] for key in keys.values()}
        for row, word in enumerate(islice(vocabulary.iter_bytes(), self.n_rows)):
            rows = found.get(case_key(word, case_sensitive))
            if rows is not None:
                rows.append(row)
        self._rows = {word: found[key] for word, key in keys.items()}
        self._composed: Vectors | None = None

    def with_composed(self, compose: Callable[[Sequence[str]], Composed]) -> "SetLookup":
        """The same words; `compose` gives vectors to those without a row."""
        missing = self.missing(self._rows)
        found = compose(missing)
        made = np.flatnonzero(found.known)
        rows = found.rows.copy()
        rows[made] = self.n_rows + np.arange(len(made))
        extended = copy(self)
        extended._rows = {
            **self._rows,
            **{word: [row] for word, row in zip(missing, rows.tolist(), strict=True) if row >= 0},
        }
        extended._composed = found.vectors[made]
        return extended

    def rows(self, word: str) -> list[int]:
        """Rows of a word, lowest first; empty if missing. Raises KeyError for a word not in the sets."""
        return self._rows[word]

    def __contains__(self, word: str) -> bool:
        return bool(self.rows(word))

    def row(self, word: str) -> int:
        """The row that represents a word. Raises IndexError if it is missing."""
        return self.rows(word)[0]

    def answer_rows(self, word: str) -> list[int]:
        """Rows of a word that a search can find, those of the vocabulary, lowest first."""
        return [row for row in self.rows(word) if row < self.n_rows]

    def is_composed(self, word: str) -> bool:
        """Whether only n-grams give the word a vector."""
        return word in self and self.row(word) >= self.n_rows

    def take(self, vectors: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """Vectors of rows, float32 [..., D].

        Args:
            vectors: float32 [V, D], the vectors of the vocabulary.
            rows: int64 [...], as `row` returns them.
        """
        if self._composed is None or not (rows >= self.n_rows).any():
            return np.asarray(vectors[rows])
        taken = np.empty((*rows.shape, vectors.shape[1]), np.float32)
        known = rows < self.n_rows
        taken[known] = vectors[rows[known]]
        taken[~known] = self._composed[rows[~known] - self.n_rows]
        return taken

    def missing(self, words: Iterable[str]) -> list[str]:
        """Words without a vector, in order and without duplicates."""
        return [word for word in dict.fromkeys(words) if word not in self]


def case_key(word: bytes, case_sensitive: bool) -> bytes:
    """What words are compared by: in upper case, unless case matters."""
    if case_sensitive:
        return word
    if word.isascii():
        return word.upper()
    return word.decode("utf-8", "surrogateescape").upper().encode("utf-8", "surrogateescape")
