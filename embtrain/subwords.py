"""Holds vectors of character n-grams, and computes vectors of words from them like the original tools do.

In fastText, the vector of a word in the vocabulary is the mean of its own row and the rows of its n-grams.
Any other word gets the mean of its n-grams' rows. Sums are computed in fastText's order in float32 and
multiplied by 1 / n (FastText::getWordVector), so the results agree to the last bit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import without_warnings
from embtrain.io.inputs.mapped import check_whole
from embtrain.ngrams import FLORET_SEED, Cutting, Hashing, Ngrams
from embtrain.vocabulary import Vocabulary

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Subwords:
    """Vectors of character n-grams, and the settings that map a word to its rows.

    Attributes:
        kind: the tool whose hash is used; "explicit" has a list of n-grams instead (finalfusion).
        min_n, max_n: lengths of the n-grams in characters, including the marks at both ends of a word.
        n_buckets: number of buckets of the hash, B.
        vectors: float32 [rows, D], or a view of a mapped file (at any alignment). Row i is bucket i unless
            `buckets` or `ngram_rows` says otherwise.
        settings: everything else in the tool's files, written back unchanged. These change vectors:
            n_hashes, seed, begin, end (floret), and normalize (finalfusion: vectors of words outside the
            vocabulary have unit length), and absent: "zero" if n-grams in buckets without a row count as rows
            of zeros.
        buckets: int64 [rows], ascending: the bucket of each row of a pruned model. N-grams in other buckets
            are ignored, unless the settings say that they are zero.
        ngrams: kind "explicit": the n-grams.
        ngram_rows: kind "explicit": int64, the row of each n-gram.
    """

    kind: Hashing
    min_n: int
    max_n: int
    n_buckets: int
    vectors: Floats
    settings: Mapping[str, int | float | str | bool] = field(default_factory=dict)
    buckets: NDArray[np.int64] | None = None
    ngrams: Vocabulary | None = None
    ngram_rows: NDArray[np.int64] | None = None

    @property
    def counts_absent(self) -> bool:
        """Whether n-grams in buckets without a row count as rows of zeros."""
        return self.settings.get("absent") == "zero"

    @property
    def is_pruned(self) -> bool:
        """Whether some n-grams are ignored because their buckets have no row."""
        return self.buckets is not None and not self.counts_absent

    @property
    def n_all_rows(self) -> int:
        """Rows that `all_rows` yields."""
        return len(self.vectors) if self.buckets is None else self.n_buckets

    def all_rows(self, step: int) -> Iterator[Floats]:
        """Yields the rows of all buckets in blocks of at most `step`, with zeros where a bucket has none."""
        if self.buckets is None:
            for start in range(0, len(self.vectors), step):
                yield np.asarray(self.vectors[start : start + step], np.float32)
            return
        for start in range(0, self.n_buckets, step):
            end = min(start + step, self.n_buckets)
            first, last = np.searchsorted(self.buckets, (start, end))
            block = np.zeros((end - start, self.vectors.shape[1]), np.float32)
            block[self.buckets[first:last] - start] = self.vectors[first:last]
            yield block

    @property
    def cutting(self) -> Cutting:
        """How words are cut; missing settings have their default values."""
        return Cutting(
            self.kind,
            self.min_n,
            self.max_n,
            self.n_buckets,
            int(self.settings.get("n_hashes", 1)),
            int(self.settings.get("seed", FLORET_SEED)),
            str(self.settings.get("begin", "<")),
            str(self.settings.get("end", ">")),
        )


class Composer:
    """Computes vectors of words from n-grams.

    Raises ValueError if the buckets are out of order or the tables do not match.
    """

    def __init__(self, subwords: Subwords) -> None:
        self.subwords = subwords
        self.ngrams = Ngrams(
            subwords.cutting, subwords.buckets, subwords.ngrams, subwords.ngram_rows, subwords.counts_absent
        )
        self._table = np.ascontiguousarray(subwords.vectors, np.float32)
        self._normalize = bool(subwords.settings.get("normalize"))

    def unseen(self, words: Vocabulary) -> tuple[Floats, NDArray[np.int64]]:
        """Vectors of words that have no row of their own.

        Returns:
            Vectors, float32 [n, D], zero where no n-gram of a word has a row, and the number of rows used for
            each word, int64 [n].

        Raises:
            ValueError: an n-gram's row is not in the table.
        """
        out = np.zeros((len(words), self._table.shape[1]), np.float32)
        counts = self._add_rows(words, out)
        with without_warnings():
            if self._normalize:
                out *= _inverse(np.sqrt(np.einsum("ij,ij->i", out, out, dtype=np.float64)))
            else:
                out *= _inverse(counts)
        return out, counts

    def seen(self, words: Vocabulary, own: Floats) -> Floats:
        """Vectors, float32 [n, D], of words in the vocabulary, given their own rows, float32 [n, D]."""
        out = np.array(own, np.float32, order="C")
        counts = self._add_rows(words, out)
        with without_warnings():
            out *= _inverse(counts + 1)
        return out

    def _add_rows(self, words: Vocabulary, out: Floats) -> NDArray[np.int64]:
        """Adds the rows of each word's n-grams to its row of out, and counts them, int64 [n]."""
        check_whole(self._table)
        return self.ngrams.add_rows(words, self._table, out)

    def own(self, words: Vocabulary, vectors: Floats) -> Floats:
        """Own rows, float32 [n, D], for which `seen` gives these vectors, apart from rounding.

        The sums are undone in float64. The remaining error comes from rounding n * vector to float32: at most
        half a unit in the last place, which the mean divides by n.
        """
        sums = np.zeros((len(words), self._table.shape[1]), np.float32)
        counts = self._add_rows(words, sums)
        with without_warnings():
            wanted = vectors.astype(np.float64) * (counts + 1)[:, None]
            own = (wanted - sums).astype(np.float32)
            # The sum above starts without the own row, so it rounds differently; subtract that error.
            error = vectors.astype(np.float64) - self.seen(words, own)
            corrected: Floats = (own + error * (counts + 1)[:, None]).astype(np.float32)
        return corrected


def _inverse(divisors: NDArray[np.int64] | NDArray[np.float64]) -> Floats:
    """1 / divisor as float32 [n, 1]; 1 for a divisor of 0."""
    safe = np.where(divisors == 0, 1, divisors)
    inverse: Floats = (1.0 / safe).astype(np.float32)[:, None]
    return inverse
