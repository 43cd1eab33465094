"""Finds the rows of words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.native import native_or_plain
from embtrain.vocabulary import Vocabulary, encode_word

if TYPE_CHECKING:
    from embtrain._native import WordIndex

# A look-up scans the vocabulary; after this many look-ups, an index is worth its memory.
_SCANS_BEFORE_INDEX = 64


class Lookup:
    """Rows of the words of a vocabulary; a duplicate word has its first row.

    The first look-ups scan the vocabulary, so that opening a large file to look at a few words costs nothing.
    Then an index is built, of some 30 bytes a word besides the words.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._n_scans = 0
        self._index: WordIndex | None = None
        self._firsts: NDArray[np.int64] | None = None  # rows by index, where words have duplicates

    def __getstate__(self) -> dict[str, Any]:
        # The index belongs to this process.
        return {"_vocabulary": self._vocabulary, "_n_scans": 0, "_index": None, "_firsts": None}

    def row(self, word: str | bytes) -> int:
        """The row of a word, -1 if it is absent."""
        if self._is_new():
            return int(self._vocabulary.find([word])[0])
        found = self.index.row(encode_word(word))
        return found if self._firsts is None or found < 0 else int(self._firsts[found])

    def rows(self, words: Iterable[str | bytes]) -> NDArray[np.int64]:
        """Rows of many words, int64 [n], -1 for absent words."""
        if self._is_new():
            return self._vocabulary.find(words)
        asked = Vocabulary.from_words(words)
        return self.first_rows(self.index.find(asked.arena, asked.offsets))

    @property
    def index(self) -> "WordIndex":
        """The words in the order of their first appearance; `first_rows` turns its rows into ours."""
        if self._index is None:
            index: WordIndex = native_or_plain().WordIndex()
            rows = index.add(self._vocabulary.arena, self._vocabulary.offsets)
            if len(index) < len(rows):
                self._firsts = np.unique(rows, return_index=True)[1].astype(np.int64)
            self._index = index
        return self._index

    def first_rows(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the vocabulary, int64 [n], for rows of the index; -1 stays -1."""
        if self._firsts is None:
            return found
        rows: NDArray[np.int64] = np.where(found < 0, -1, self._firsts[found])
        return rows

    def _is_new(self) -> bool:
        """Whether to scan once more."""
        self._n_scans += 1
        return self._index is None and self._n_scans <= _SCANS_BEFORE_INDEX
