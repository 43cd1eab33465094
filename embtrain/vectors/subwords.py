"""Vectors of words from the vectors of their n-grams, computed as the tool that trained them does.

fastText's vector of a word it has seen is the mean of the word's own row and the rows of its n-grams; of one
it has not seen, the mean of its n-grams alone. Sums run in fastText's order in float32 and are multiplied by
1 / n (FastText::getWordVector), so the results are the same to the last bit.
"""

import numpy as np
from numpy.typing import NDArray

from embtrain.ngrams import FLORET_SEED, Cutting, Ngrams
from embtrain.vectors.formats.base import Subwords
from embtrain.vectors.formats.binary.product_quantised import quiet
from embtrain.vocabulary import Vocabulary

Floats = NDArray[np.float32]


class Composer:
    """Computes vectors of words from n-grams.

    Raises ValueError where the buckets are out of order or the tables do not fit each other.
    """

    def __init__(self, subwords: Subwords) -> None:
        self.subwords = subwords
        self.ngrams = Ngrams(cutting_of(subwords), subwords.buckets, subwords.ngrams, subwords.ngram_rows)
        self._table = np.ascontiguousarray(subwords.vectors, np.float32)
        self._normalize = bool(subwords.settings.get("normalize"))

    def unseen(self, words: Vocabulary) -> tuple[Floats, NDArray[np.int64]]:
        """Vectors of words that have no row of their own.

        Returns:
            Vectors, float32 [n, D], zero where a word has no n-gram with a row, and how many rows each word's
            n-grams have, int64 [n].

        Raises:
            ValueError: an n-gram's row is not in the table.
        """
        out = np.zeros((len(words), self._table.shape[1]), np.float32)
        counts = self.ngrams.add_rows(words, self._table, out)
        with quiet():
            if self._normalize:
                out *= _inverse(np.sqrt(np.einsum("ij,ij->i", out, out, dtype=np.float64)))
            else:
                out *= _inverse(counts)
        return out, counts

    def seen(self, words: Vocabulary, own: Floats) -> Floats:
        """Vectors, float32 [n, D], of words whose own rows are these, float32 [n, D]."""
        out = np.array(own, np.float32, order="C")
        counts = self.ngrams.add_rows(words, self._table, out)
        with quiet():
            out *= _inverse(counts + 1)
        return out

    def own(self, words: Vocabulary, vectors: Floats) -> Floats:
        """Own rows, float32 [n, D], with which `seen` gives these vectors, but for rounding.

        The sums are undone in float64. What is left is the rounding of n * vector to float32: at most half a
        unit in its last place, divided by n again in the mean.
        """
        sums = np.zeros((len(words), self._table.shape[1]), np.float32)
        counts = self.ngrams.add_rows(words, self._table, sums)
        with quiet():
            wanted = vectors.astype(np.float64) * (counts + 1)[:, None]
            own = (wanted - sums).astype(np.float32)
            # The sum above began without the own row, so it was rounded elsewhere; the error is taken back.
            error = vectors.astype(np.float64) - self.seen(words, own)
            corrected: Floats = (own + error * (counts + 1)[:, None]).astype(np.float32)
        return corrected


def _inverse(divisors: NDArray[np.int64] | NDArray[np.float64]) -> Floats:
    """1 / divisor as float32 [n, 1]; 1 for a divisor of 0."""
    safe = np.where(divisors == 0, 1, divisors)
    inverse: Floats = (1.0 / safe).astype(np.float32)[:, None]
    return inverse


def cutting_of(subwords: Subwords) -> Cutting:
    """How words are cut, with the usual settings where they are not told."""
    settings = subwords.settings
    return Cutting(
        subwords.kind,
        subwords.min_n,
        subwords.max_n,
        subwords.n_buckets,
        int(settings.get("n_hashes", 1)),
        int(settings.get("seed", FLORET_SEED)),
        str(settings.get("begin", "<")),
        str(settings.get("end", ">")),
    )
