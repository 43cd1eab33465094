"""Embeddings: words and their vectors, in memory or mapped from a file."""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.vocabulary import Vocabulary, encode_word

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from torch import nn

    from embtrain.vectors.search import AnalogyMethod, Searcher
    from embtrain.vectors.sentences import Weighting

# One pass over the vocabulary answers a look-up; after this many of them a dictionary is worth its memory.
_SCANS_BEFORE_INDEX = 64


class Embeddings:
    """A vocabulary and one vector per word.

    Attributes:
        vocabulary: the words, row by row, and their counts where known.
        vectors: float32 [V, D]; read-only and mapped from the file where it was opened from one.
        context: float32 [V, D], the output (context) table of the training, or None.
        metadata: text by key; ``config``, ``provenance`` and ``training`` hold JSON.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        vectors: NDArray[np.float32],
        context: NDArray[np.float32] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Raises ValueError where the tables do not have one float32 row per word."""
        for name, table in (("vectors", vectors), ("context", context)):
            if table is not None:
                _check_table(name, table, len(vocabulary), vectors.shape)
        self.vocabulary = vocabulary
        self.vectors = vectors
        self.context = context
        self.metadata = dict(metadata or {})
        self._n_scans = 0
        self._index: dict[bytes, int] | None = None
        self._searcher: Searcher | None = None

    def __len__(self) -> int:
        return len(self.vocabulary)

    @property
    def dim(self) -> int:
        """Values per vector, D."""
        return int(self.vectors.shape[1])

    @property
    def words(self) -> Vocabulary:
        """The words as a sequence of str, in row order."""
        return self.vocabulary

    def rows(self, words: Iterable[str | bytes]) -> NDArray[np.int64]:
        """Rows of many words in one pass over the vocabulary, int64 [n], -1 where a word is missing."""
        return self.vocabulary.find(words)

    def _row(self, word: str | bytes) -> int:
        if self._index is None and self._n_scans < _SCANS_BEFORE_INDEX:
            self._n_scans += 1
            return int(self.rows([word])[0])
        if self._index is None:
            self._index = {}
            for row, known in enumerate(self.vocabulary.iter_bytes()):
                self._index.setdefault(known, row)
        return self._index.get(encode_word(word), -1)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str | bytes) and self._row(word) >= 0

    def __getitem__(self, word: str | bytes) -> NDArray[np.float32]:
        """The vector of a word, float32 [D], a view. Raises KeyError if the word is not in the vocabulary."""
        vector: NDArray[np.float32] = self.vectors[self._known_row(word)]
        return vector

    def _known_row(self, word: str | bytes) -> int:
        row = self._row(word)
        if row < 0:
            raise KeyError(
                f"{word!r} is not among the {len(self)} words; test with `word in embeddings` first"
            )
        return row

    @property
    def searcher(self) -> "Searcher":
        """Exact search over the vectors; keeps the norms of the rows between calls."""
        if self._searcher is None:
            from embtrain.vectors.search import Searcher

            self._searcher = Searcher(self.vectors)
        return self._searcher

    def neighbors(self, word: str | bytes, k: int = 10) -> list[tuple[str, float]]:
        """The k words nearest to a word by cosine, best first, without the word itself.

        Raises KeyError if the word is not in the vocabulary.
        """
        own = np.array([self._known_row(word)], np.int64)
        rows, scores = self.searcher.search(self.vectors[own], k, exclude=own)
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self.vocabulary[row], score) for row, score in found if row >= 0]

    def analogy(
        self,
        a: str | bytes,
        b: str | bytes,
        c: str | bytes,
        k: int = 10,
        method: "AnalogyMethod" = "3cosadd",
    ) -> list[tuple[str, float]]:
        """The k words x that best complete "a is to b as c is to x", best first, without a, b and c.

        Args:
            method: ``3cosadd``, ``3cosmul`` or ``pair-direction``, see `Searcher.analogies`.

        Raises KeyError if a word is not in the vocabulary.
        """
        own = np.array([[self._known_row(word) for word in (a, b, c)]], np.int64)
        rows, scores = self.searcher.analogies(self.vectors[own], k, own, method)
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self.vocabulary[row], score) for row, score in found if row >= 0]

    def similarity(self, a: str | bytes, b: str | bytes) -> float:
        """Cosine of two words, NaN where a vector is zero or not finite.

        Raises KeyError if a word is not in the vocabulary.
        """
        from embtrain.vectors.search import cosines

        return float(cosines(self[a][None], self[b][None])[0])

    def sentence(
        self, words: str | Iterable[str | bytes], weighting: "Weighting" = "mean", a: float = 1e-3
    ) -> NDArray[np.float32]:
        """Vector of a sentence, float32 [D]: the mean of its words' vectors; unknown words are left out.

        Args:
            words: the words, or text whose words are separated by white space.
            weighting: ``mean``, or ``sif``: a / (a + p), p being a word's share of all counts (Arora et al.
                2017).

        Raises:
            KeyError: no word is in the vocabulary. ValueError: ``sif`` without counts.
        """
        from embtrain.vectors.sentences import WordWeights, weighted_means

        given = [encode_word(word) for word in (words.split() if isinstance(words, str) else words)]
        rows = self.rows(given)
        known = [word for word, row in zip(given, rows.tolist(), strict=True) if row >= 0]
        if not known:
            raise KeyError(f"none of the {len(given)} words is among the {len(self)} words")
        weights = WordWeights(weighting, self.vocabulary, a)(known)
        mean: NDArray[np.float32] = weighted_means(self.vectors[rows[rows >= 0]], weights, [len(known)])[0]
        return mean

    def to_torch(self, freeze: bool = True) -> "nn.Embedding":
        """The vectors as PyTorch's first layer: frozen, or to be fine-tuned.

        Row 0 is for padding (zeros, and never trained), row 1 for unknown words (the mean of all vectors),
        and the words follow. Two attributes of the layer say where: ``rows``, a dict from word to row, and
        ``unknown_row``; padding is PyTorch's own ``padding_idx``. The weights are a copy.
        """
        from embtrain.vectors.layers import to_torch

        return to_torch(self, freeze)

    def to_keras(self, freeze: bool = True) -> "tuple[Any, dict[str, int]]":
        """The vectors as Keras's first layer, and a dict from word to row; rows as in `to_torch`.

        Padding is masked. Raises BackendError where Keras is not installed.
        """
        from embtrain.vectors.layers import to_keras

        return to_keras(self, freeze)

    def to_gensim(self) -> "KeyedVectors":
        """The vectors as gensim's KeyedVectors, with counts where they are known; a copy.

        Of a word that is there several times, the first row is kept, and the others are counted in a warning
        to the logger "embtrain".
        """
        from embtrain.vectors.layers import to_gensim

        return to_gensim(self)

    def save(self, path: str | os.PathLike[str], force: bool = False) -> None:
        """Writes the shared format (docs/format.md), atomically; ``force`` allows to replace a file.

        Raises UsageError if the file exists and force is not given, ResourceError if it cannot be written.
        """
        from embtrain.io.atomic import open_output
        from embtrain.vectors.store import write_store

        with open_output(os.fspath(path), force) as file:
            write_store(file, self.vocabulary, self.vectors, self.context, self.metadata)


def _check_table(name: str, table: NDArray[np.float32], n_words: int, shape: tuple[int, ...]) -> None:
    if table.ndim != 2 or len(table) != n_words or table.shape != shape or table.shape[1] < 1:
        raise ValueError(f"{name} must have shape [{n_words} words, dim >= 1], found {list(table.shape)}")
    if table.dtype != np.float32:
        raise ValueError(f"{name} must be float32, found {table.dtype}")
