"""Questions to `Embeddings`: neighbours, analogies, similarities."""

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embtrain.floats import unit_rows
from embtrain.vectors.embeddings.words import WordVectors
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.search.exact import AnalogyMethod, Hits, Searcher

Word = str | bytes
#: What neighbours are asked of: a word, a vector, several of both, or words with their weights.
Asked = Word | ArrayLike | Iterable[Word | ArrayLike] | Mapping[Word, float]


class Queries(WordVectors):
    """Answers questions about words."""

    @property
    def searcher(self) -> "Searcher":
        """Exact search over the vectors."""
        if self._searcher is None:
            from embtrain.vectors.search.exact import Searcher

            self._searcher = Searcher(self.vectors)
        return self._searcher

    def neighbors(
        self,
        word: Asked,
        k: SupportsIndex = 10,
        negative: Asked = (),
        weights: Sequence[float] | None = None,
        among: Iterable[Word] | None = None,
    ) -> list[tuple[str, float]]:
        """The k words nearest by cosine, best first, without the words that are asked about.

        Several words or vectors are brought to length 1, weighted and added.

        Args:
            word: a word; a vector, float [D]; a list of words and vectors, or float [n, D]; or a dict from
                words to weights.
            k: how many. The result is shorter if fewer words have a direction, and empty if the sum is
                zero or not finite.
            negative: words and vectors to be far from, in the same forms; their weight is -1.
            weights: a weight for each of `word` instead of 1.
            among: only these words can be answers.

        Raises:
            KeyError: a word has no vector (see ``embeddings[word]``), or is not in the vocabulary (`among`).
            ValueError: a vector does not have D values, k is not positive, or there are not as many weights
                as words.
            TypeError: something is neither a word nor numbers, or k is not an integer.
        """
        wanted, factors = _items(word, weights)
        against, others = _items(negative, None)
        words = [one for one in (*wanted, *against) if isinstance(one, Word)]
        exclude = np.array([[self._row(one) for one in words]], np.int64)
        query = self._sum([*wanted, *against], [*factors, *(-other for other in others)])
        if among is None:
            return self._named(self.searcher.search(query[None], _positive(k), exclude))
        return self._among(query, _positive(k), exclude, among)

    def _sum(self, items: Sequence[Any], factors: Sequence[float]) -> NDArray[np.floating[Any]]:
        """Weighted sum of the directions of words and vectors, [D]; one alone is taken as it is."""
        if not items:
            return np.zeros(self.dim)
        given = [self[one] if isinstance(one, Word) else self._vector(one) for one in items]
        if list(factors) == [1]:
            # Rounding its length to 1 would change the last digits of scores.
            return given[0]
        vectors = np.array(given)
        total: NDArray[np.float64] = np.asarray(factors, np.float64) @ unit_rows(vectors)
        return total

    def _among(
        self, query: NDArray[np.floating[Any]], k: int, exclude: NDArray[np.int64], among: Iterable[Word]
    ) -> list[tuple[str, float]]:
        from embtrain.vectors.search.exact import Searcher

        words = [among] if isinstance(among, Word) else list(among)
        rows = self.rows(words)
        if (rows < 0).any():
            raise self._missing([word for word, row in zip(words, rows.tolist(), strict=True) if row < 0])
        rows = np.unique(rows)
        # The searcher knows the rows by their places among these.
        places = np.where(np.isin(exclude, rows), np.searchsorted(rows, exclude), -1)
        found, scores = Searcher(self.vectors[rows]).search(query[None], k, places)
        return self._named((np.where(found < 0, -1, rows[found]), scores))

    def _named(self, found: "Hits") -> list[tuple[str, float]]:
        rows, scores = found
        pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self.vocabulary[row], score) for row, score in pairs if row >= 0]

    def _vector(self, given: Any) -> NDArray[np.floating[Any]]:
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
        a: Word,
        b: Word,
        c: Word,
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
        return self._named(self.searcher.analogies(given, _positive(k), own, method))

    def similarity(self, a: Word, b: Word) -> float:
        """Cosine of two words; NaN if a vector is zero or not finite.

        Raises KeyError if a word has no vector (see ``embeddings[word]``).
        """
        from embtrain.vectors.search.exact import cosines

        left, right = self[[a, b]]
        return float(cosines(left[None], right[None])[0])


def _items(asked: Any, weights: Sequence[float] | None) -> tuple[list[Any], list[float]]:
    """Words and vectors, and the weight of each."""
    if isinstance(asked, Mapping):
        if weights is not None:
            raise TypeError("a dict holds the weights already; leave weights out")
        return list(asked), list(asked.values())
    items = _list(asked)
    if weights is None:
        return items, [1.0] * len(items)
    if len(weights) != len(items):
        have = counted(len(weights), "weight")
        raise ValueError(f"there must be a weight for each of {counted(len(items), 'word')}, found {have}")
    return items, list(weights)


def _list(asked: Any) -> list[Any]:
    """A list of words and vectors; one word or vector is a list of one."""
    if isinstance(asked, Word) or not isinstance(asked, Iterable):
        return [asked]
    if isinstance(asked, np.ndarray) and asked.ndim == 2:
        return list(asked)
    given = list(asked)
    is_vector = bool(given) and np.ndim(given[0]) == 0 and not isinstance(given[0], Word)
    return [given] if is_vector else given


def _positive(k: SupportsIndex) -> int:
    """Converts k from any integer type to int. Raises TypeError or ValueError."""
    try:
        count = operator.index(k)
    except TypeError:
        raise TypeError(f"k must be an integer, found {type(k).__name__}") from None
    if count < 1:
        raise ValueError(f"k is {count}; expected at least 1")
    return count
