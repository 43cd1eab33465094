"""The base of `Embeddings`: a vocabulary, one vector per word, and look-ups."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.embeddings.lookup import Lookup
from embtrain.vectors.missing import MissingWordsError
from embtrain.vectors.table_checks import check_tables
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.subwords import Composer, Subwords
    from embtrain.text_record import Cutter
    from embtrain.vectors.search.exact import Searcher

Vector = NDArray[np.float32]
D = TypeVar("D")


class WordVectors:
    """Words and their vectors."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        vectors: NDArray[np.float32],
        context: NDArray[np.float32] | None = None,
        metadata: Mapping[str, str] | None = None,
        subwords: "Subwords | None" = None,
    ) -> None:
        """Raises ValueError unless each table has one float32 row per word, all of the same length."""
        check_tables(vocabulary, vectors, context, subwords)
        self.vocabulary = vocabulary
        self.vectors = vectors
        self.context = context
        self.metadata = dict(metadata or {})
        self.subwords = subwords
        self.source: str | None = None
        self.lookup = Lookup(vocabulary)
        self._composer: Composer | None = None
        self._searcher: Searcher | None = None
        self._tokenization: Cutter | None = None

    def __getstate__(self) -> dict[str, Any]:
        # What belongs to this process: the other one makes its own, when it needs it.
        return {**self.__dict__, "_composer": None, "_searcher": None, "_tokenization": None}

    def __sklearn_clone__(self) -> "WordVectors":
        """The vectors themselves: scikit-learn would copy them for each clone of an estimator."""
        return self

    def __len__(self) -> int:
        return len(self.vocabulary)

    @property
    def dim(self) -> int:
        """Values per vector, D."""
        return int(self.vectors.shape[1])

    @property
    def words(self) -> Vocabulary:
        """The words as a sequence of str, in row order; slices are lists."""
        return self.vocabulary

    @property
    def config(self) -> dict[str, Any]:
        """The options of the training, by command-line name; empty if they are not known."""
        return dict(self._parsed("config", {}))

    @property
    def training(self) -> list[dict[str, Any]]:
        """A record of each epoch: words, loss, seconds, scores; empty if they are not known."""
        return list(self._parsed("training", []))

    @property
    def provenance(self) -> dict[str, Any]:
        """What the vectors were made of and with, and by which steps; empty if that is not known."""
        return dict(self._parsed("provenance", {}))

    def _parsed(self, key: str, default: D) -> D:
        text = self.metadata.get(key)
        if text is None:
            return default
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"the vectors' metadata {key!r} is not JSON: {error}") from None
        if not isinstance(found, type(default)):
            raise DataError(
                f"the vectors' metadata {key!r} holds {type(found).__name__}; expected "
                f"{type(default).__name__}"
            )
        return found

    def rows(self, words: Iterable[str | bytes]) -> NDArray[np.int64]:
        """Rows of many words, int64 [n]; -1 for missing words.

        Raises TypeError if one word is given instead of several.
        """
        if isinstance(words, str | bytes):
            raise TypeError(f"rows() takes a list of words, found one word; give [{words!r}]")
        return self.lookup.rows(words)

    def _row(self, word: str | bytes) -> int:
        return self.lookup.row(word)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str | bytes) and self._row(word) >= 0

    def __iter__(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def __getitem__(self, word: str | bytes | Iterable[str | bytes] | Mapping[str | bytes, float]) -> Vector:
        """The vector of a word, float32 [D], or of each of several words, float32 [n, D].

        One word of the vocabulary gives a view of its row; several words give a copy. Any other word has a
        vector only if there are subwords: it is computed from the word's n-grams, as the tool that trained
        them does. ``word in embeddings`` tests the vocabulary alone. A dict from words to weights gives the
        weighted sum of their vectors, float32 [D].

        Raises:
            KeyError: a word is not in the vocabulary, and its n-grams give no vector; the message names it
                and suggests a similar word.
            TypeError: the argument is neither a word nor several words.
        """
        if isinstance(word, Mapping):
            total: Vector = np.array(list(word.values())) @ self._several(word)
            return total.astype(np.float32)
        if not isinstance(word, str | bytes):
            return self._several(word)
        row = self._row(word)
        if row >= 0:
            vector: Vector = self.vectors[row]
            return vector
        vectors, known = self._unseen([word])
        if not known[0]:
            raise self._missing([word])
        made: Vector = vectors[0]
        return made

    @overload
    def get(self, word: str | bytes) -> Vector | None: ...
    @overload
    def get(self, word: str | bytes, default: D) -> Vector | D: ...
    def get(self, word: str | bytes, default: D | None = None) -> Vector | D | None:
        """The same as ``embeddings[word]``, but `default` instead of KeyError."""
        try:
            return self[word]
        except KeyError:
            return default

    def _several(self, words: Iterable[str | bytes]) -> Vector:
        if not isinstance(words, Iterable):
            raise TypeError(
                f"embeddings[...] takes a word or a list of words, found {type(words).__name__}; "
                "the vector of row i is embeddings.vectors[i]"
            )
        given = list(words)
        rows = self.rows(given)
        vectors = np.empty((len(given), self.dim), np.float32)
        vectors[rows >= 0] = self.vectors[rows[rows >= 0]]
        unknown = np.flatnonzero(rows < 0)
        if len(unknown):
            vectors[unknown], known = self._unseen([given[i] for i in unknown.tolist()])
            if not known.all():
                raise self._missing([given[i] for i in unknown[~known].tolist()])
        return vectors

    def _missing(self, words: list[str | bytes]) -> MissingWordsError:
        return MissingWordsError(words, self.vocabulary, self.subwords is not None)

    def _unseen(self, words: Iterable[str | bytes]) -> tuple[Vector, NDArray[np.bool_]]:
        return self.composed(Vocabulary.from_words(words))

    def composed(self, words: Vocabulary) -> tuple[Vector, NDArray[np.bool_]]:
        """Vectors of words from their n-grams alone, float32 [n, D], and which words have one, bool [n]."""
        if self.subwords is None:
            return np.empty((len(words), self.dim), np.float32), np.zeros(len(words), np.bool_)
        if self._composer is None:
            from embtrain.subwords import Composer

            self._composer = Composer(self.subwords)
        vectors, counts = self._composer.unseen(words)
        return vectors, counts > 0
