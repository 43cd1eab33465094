"""The class `Embeddings`: words and their vectors, in memory or mapped from a file."""

import operator
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embtrain.vectors.missing import MissingWordsError
from embtrain.vectors.table_checks import check_tables
from embtrain.vocabulary import Vocabulary, encode_word
from embtrain.wording import counted

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from torch import nn

    from embtrain.subwords import Composer, Subwords
    from embtrain.text_record import Cutter
    from embtrain.vectors.search.exact import AnalogyMethod, Searcher
    from embtrain.vectors.sentences import Weighting

# A look-up scans the vocabulary; after this many look-ups, a dictionary is worth its memory.
_SCANS_BEFORE_INDEX = 64


class Embeddings:
    """A vocabulary and one vector per word.

    Iteration yields the words in row order; ``word in embeddings`` and ``len(embeddings)`` work as expected.

    Attributes:
        vocabulary: the words, row by row, and their counts where known.
        vectors: float32 [V, D]; read-only and memory-mapped if opened from a file.
        context: float32 [V, D], the output (context) table of the training, or None.
        metadata: text by key; ``config``, ``provenance`` and ``training`` hold JSON.
        subwords: vectors of n-grams, from which vectors of unknown words are computed, or None.
    """

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
        self._composer: Composer | None = None
        self._n_scans = 0
        self._index: dict[bytes, int] | None = None
        self._searcher: Searcher | None = None
        self._tokenization: Cutter | None = None

    def __getstate__(self) -> dict[str, Any]:
        # Tokenisers of other packages cannot be pickled; the other process creates its own.
        return {**self.__dict__, "_tokenization": None}

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
        """Rows of many words, int64 [n], found in one scan of the vocabulary; -1 for missing words.

        Raises TypeError if one word is given instead of several.
        """
        if isinstance(words, str | bytes):
            raise TypeError(f"rows() takes a list of words, found one word; give [{words!r}]")
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

    def __iter__(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def __repr__(self) -> str:
        return f"<Embeddings: {counted(len(self), 'word')} x {self.dim}>"

    def __getitem__(self, word: str | bytes | Iterable[str | bytes]) -> NDArray[np.float32]:
        """The vector of a word, float32 [D], or of each of several words, float32 [n, D].

        One word of the vocabulary gives a view of its row; several words give a copy. Any other word has a
        vector only if there are subwords: it is computed from the word's n-grams, as the tool that trained
        them does. ``word in embeddings`` tests the vocabulary alone.

        Raises:
            KeyError: a word is not in the vocabulary, and its n-grams give no vector; the message names it
                and suggests a similar word.
            TypeError: the argument is neither a word nor several words.
        """
        if not isinstance(word, str | bytes):
            return self._several(word)
        row = self._row(word)
        if row >= 0:
            vector: NDArray[np.float32] = self.vectors[row]
            return vector
        vectors, known = self._unseen([word])
        if not known[0]:
            raise self._missing([word])
        made: NDArray[np.float32] = vectors[0]
        return made

    def _several(self, words: Iterable[str | bytes]) -> NDArray[np.float32]:
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

    def vector_of(self, word: str | bytes) -> NDArray[np.float32] | None:
        """The same as ``embeddings[word]``, but None instead of KeyError."""
        try:
            return self[word]
        except KeyError:
            return None

    def _missing(self, words: list[str | bytes]) -> MissingWordsError:
        return MissingWordsError(words, self.vocabulary, self.subwords is not None)

    def _unseen(self, words: list[str | bytes]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Vectors of unknown words, computed from n-grams, and which words have one."""
        if self.subwords is None:
            return np.empty((len(words), self.dim), np.float32), np.zeros(len(words), np.bool_)
        if self._composer is None:
            from embtrain.subwords import Composer

            self._composer = Composer(self.subwords)
        vectors, counts = self._composer.unseen(Vocabulary.from_words(words))
        return vectors, counts > 0

    @property
    def searcher(self) -> "Searcher":
        """Exact search over the vectors; caches the norms of the rows."""
        if self._searcher is None:
            from embtrain.vectors.search.exact import Searcher

            self._searcher = Searcher(self.vectors)
        return self._searcher

    def neighbors(self, word: str | bytes | ArrayLike, k: SupportsIndex = 10) -> list[tuple[str, float]]:
        """The k words nearest to a word by cosine, best first, without the word itself.

        Args:
            word: a word, or a vector, float [D]; for a vector no word is left out.
            k: how many. The result is shorter if fewer words have a direction, and empty if the vector is
                zero or not finite.

        Raises:
            KeyError: the word has no vector (see ``embeddings[word]``). ValueError: the vector does not have
            D values, or k is not positive. TypeError: word is neither a word nor numbers, or k is not an
            integer.
        """
        if isinstance(word, str | bytes):
            query, own = self[word], self._row(word)
        else:
            query, own = self._vector(word), -1
        rows, scores = self.searcher.search(query[None], _positive(k), np.array([own], np.int64))
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self.vocabulary[row], score) for row, score in found if row >= 0]

    def _vector(self, given: ArrayLike) -> NDArray[np.floating[Any]]:
        """Checks a given vector. Raises TypeError or ValueError if it is not a vector of D numbers."""
        vector = np.asarray(given)
        if vector.dtype.kind not in "fiu":
            raise TypeError(f"expected a word (str) or a vector of numbers, found {type(given).__name__}")
        if vector.shape != (self.dim,):
            raise ValueError(
                f"expected a vector of {counted(self.dim, 'value')}, found shape {list(vector.shape)}"
            )
        return vector.astype(np.float64)

    def analogy(
        self,
        a: str | bytes,
        b: str | bytes,
        c: str | bytes,
        k: SupportsIndex = 10,
        method: "AnalogyMethod" = "3cosadd",
    ) -> list[tuple[str, float]]:
        """The k words x that best complete "a is to b as c is to x", best first, without a, b and c.

        Args:
            method: ``3cosadd``, ``3cosmul`` or ``pair-direction``, see `Searcher.analogies`.

        Raises:
            KeyError: a word has no vector (see ``embeddings[word]``). ValueError: k is not positive, or the
            method is unknown. TypeError: k is not an integer.
        """
        from embtrain.vectors.search.exact import ANALOGY_METHODS

        if method not in ANALOGY_METHODS:
            raise ValueError(f"method is {method!r}; expected one of {', '.join(ANALOGY_METHODS)}")
        given = self[[a, b, c]][None]
        own = np.array([[self._row(word) for word in (a, b, c)]], np.int64)
        rows, scores = self.searcher.analogies(given, _positive(k), own, method)
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self.vocabulary[row], score) for row, score in found if row >= 0]

    def similarity(self, a: str | bytes, b: str | bytes) -> float:
        """Cosine of two words; NaN if a vector is zero or not finite.

        Raises KeyError if a word has no vector (see ``embeddings[word]``).
        """
        from embtrain.vectors.search.exact import cosines

        left, right = self[[a, b]]
        return float(cosines(left[None], right[None])[0])

    def tokenize(self, text: str, tokenizer: str | None = None, user_dict: str | None = None) -> list[str]:
        """Cuts a text into words as in the training of these vectors; not all words have vectors.

        Applies the normalising and the tokeniser recorded in the metadata. Without a record, white space
        separates words.

        Args:
            text: running text; lines are cut one by one.
            tokenizer: use this tokeniser instead: a name, or the path of a tokenizer.json.
            user_dict: path of another dictionary for jieba.

        Raises:
            UsageError: the tokeniser is unknown, or a file that it needs is missing.
            BackendError: a package that it needs is not installed.
            DataError: the record is damaged.
        """
        # vectors may not import text, a package of the same layer; embtrain/__init__.py connects the two.
        import embtrain

        cutter = self._tokenization
        if cutter is None or tokenizer is not None or user_dict is not None:
            cutter = embtrain.tokenization_of(self.metadata, tokenizer, user_dict)
        if tokenizer is None and user_dict is None:
            self._tokenization = cutter
        return [word.decode("utf-8", "surrogateescape") for word in cutter.words([encode_word(text)])[0]]

    def sentence(
        self, words: str | Iterable[str | bytes], weighting: "Weighting" = "mean", a: float = 1e-3
    ) -> NDArray[np.float32]:
        """Vector of a sentence, float32 [D]: the mean of its words' vectors, without unknown words.

        Args:
            words: words, or a text, which is cut into words as in the training (see `tokenize`).
            weighting: ``mean``, or ``sif`` for weights a / (a + p), where p is a word's share of all counts
                (Arora et al. 2017).

        Raises:
            KeyError: no word is in the vocabulary. ValueError: ``sif`` without counts. For a text, also the
                errors of `tokenize`.
        """
        from embtrain.vectors.sentences import WordWeights, weighted_means

        given = [encode_word(word) for word in (self.tokenize(words) if isinstance(words, str) else words)]
        rows = self.rows(given)
        known = [word for word, row in zip(given, rows.tolist(), strict=True) if row >= 0]
        if not known:
            raise KeyError(
                f"none of the {counted(len(given), 'word')} is among the {counted(len(self), 'word')}"
            )
        weights = WordWeights(weighting, self.vocabulary, a)(known)
        mean: NDArray[np.float32] = weighted_means(self.vectors[rows[rows >= 0]], weights, [len(known)])[0]
        return mean

    def to_torch(self, freeze: bool = True) -> "nn.Embedding":
        """The vectors as an embedding layer of PyTorch, frozen or trainable.

        Row 0 is for padding (zeros, never trained), row 1 for unknown words (the mean of all vectors), and
        the words follow. The layer has two extra attributes: ``rows``, a dict from word to row, and
        ``unknown_row``; padding is PyTorch's own ``padding_idx``. The weights are a copy.
        """
        from embtrain.vectors.interop import to_torch

        return to_torch(self, freeze)

    def to_keras(self, freeze: bool = True) -> "tuple[Any, dict[str, int]]":
        """The vectors as an embedding layer of Keras, and a dict from word to row; rows as in `to_torch`.

        Padding is masked. Raises BackendError if Keras is not installed.
        """
        from embtrain.vectors.interop import to_keras

        return to_keras(self, freeze)

    def to_gensim(self) -> "KeyedVectors":
        """The vectors as gensim's KeyedVectors, with counts if they are known; a copy.

        Of duplicate words, only the first row is kept; a warning to the logger "embtrain" counts the others.
        """
        from embtrain.vectors.interop import to_gensim

        return to_gensim(self)

    def save(self, path: str | os.PathLike[str], force: bool = False) -> None:
        """Writes the shared format (docs/reference/format.md), atomically; ``force`` replaces a file.

        Raises UsageError if the file exists and force is not given, or its name means another format
        (v.txt, v.bin), ResourceError if it cannot be written.
        """
        from embtrain.io.outputs.atomic import open_output
        from embtrain.vectors.formats.output_names import check_own_name
        from embtrain.vectors.save import write_embeddings

        name = os.fspath(path)
        check_own_name(name, "save", f"embtrain convert FILE.safetensors {name}")
        with open_output(name, force) as file:
            write_embeddings(file, self)


def _positive(k: SupportsIndex) -> int:
    """Converts k from any integer type to int. Raises TypeError or ValueError."""
    try:
        count = operator.index(k)
    except TypeError:
        raise TypeError(f"k must be an integer, found {type(k).__name__}") from None
    if count < 1:
        raise ValueError(f"k is {count}; expected at least 1")
    return count
