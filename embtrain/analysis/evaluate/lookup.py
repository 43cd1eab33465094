"""Looks up the words of evaluation sets in a vocabulary, by gensim's rules for coverage and case."""

from collections.abc import Iterable
from itertools import islice

from embtrain.vocabulary import Vocabulary, encode_word


class Lookup:
    """Rows of the words in some sets, by the rules of gensim's evaluation.

    Unless case matters, words are compared in upper case. A word may then have several rows (king, King): the
    first, which is the most frequent, represents the word, and the others are its variants.

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
        self._case_sensitive = case_sensitive
        keys = {word: self._key(encode_word(word)) for word in words}
        found: dict[bytes, list[int]] = {key: [] for key in keys.values()}
        for row, word in enumerate(islice(vocabulary.iter_bytes(), self.n_rows)):
            rows = found.get(self._key(word))
            if rows is not None:
                rows.append(row)
        self._rows = {word: found[key] for word, key in keys.items()}

    def _key(self, word: bytes) -> bytes:
        if self._case_sensitive:
            return word
        if word.isascii():
            return word.upper()
        return word.decode("utf-8", "surrogateescape").upper().encode("utf-8", "surrogateescape")

    def rows(self, word: str) -> list[int]:
        """Rows of a word, lowest first; empty if missing. Raises KeyError for a word not in the sets."""
        return self._rows[word]

    def __contains__(self, word: str) -> bool:
        return bool(self.rows(word))

    def row(self, word: str) -> int:
        """The row that represents a word. Raises IndexError if it is missing."""
        return self.rows(word)[0]

    def missing(self, words: Iterable[str]) -> list[str]:
        """Words without a row, in order and without duplicates."""
        return [word for word in dict.fromkeys(words) if word not in self]
