"""Maps the character n-grams of words to rows of a table, as fastText, floret and finalfusion do.

fastText (Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information", section 3.2) puts marks
around a word, cuts it into all pieces of min_n to max_n characters and hashes each to one of n_buckets rows.
floret hashes each piece and the whole word several times. finalfusion has its own hash, or a list of pieces.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embtrain.native import require
from embtrain.vocabulary import Vocabulary, encode_word

#: The tool whose hash maps an n-gram to its row; "explicit" has a list of n-grams instead.
Hashing = Literal["fasttext", "floret", "finalfusion", "explicit"]

#: Longest n-gram accepted, in characters; a damaged file may ask for more.
MAX_N = 255

#: fastText's mark for the end of a line, which it never cuts into n-grams.
END_OF_SENTENCE = b"</s>"

FLORET_SEED = 2166136261


@dataclass(frozen=True)
class Cutting:
    """How words are cut into n-grams.

    Attributes:
        kind: the tool whose hash is used; "explicit" has a list of n-grams instead.
        min_n, max_n: lengths in characters, marks included; no n-grams if max_n < max(1, min_n).
        n_buckets: buckets of the whole table, B; unused if the n-grams are listed.
        n_hashes: rows per n-gram, 1 to 4 (floret).
        seed: of the hash (floret).
        begin, end: marks around a word.
    """

    kind: Hashing
    min_n: int
    max_n: int
    n_buckets: int
    n_hashes: int = 1
    seed: int = 0
    begin: str = "<"
    end: str = ">"


class Ngrams:
    """Finds the rows of words' n-grams.

    Args:
        cutting: how words are cut.
        buckets: int64, ascending: row i is bucket ``buckets[i]``, and other buckets have no row. None if row
            i is bucket i.
        ngrams: the n-grams, if they are listed.
        rows: int64, the row of each n-gram in `ngrams`.
        count_absent: whether a bucket without a row counts as a row of zeros; otherwise it is left out.

    Raises:
        ValueError: buckets out of order, or not one row per n-gram.
        BackendError: the native module is missing.
    """

    def __init__(
        self,
        cutting: Cutting,
        buckets: NDArray[np.int64] | None = None,
        ngrams: Vocabulary | None = None,
        rows: NDArray[np.int64] | None = None,
        count_absent: bool = False,
    ) -> None:
        require("making vectors of n-grams")
        from embtrain._native import NgramIndex

        self.cutting = cutting
        self._index = NgramIndex(
            cutting.kind,
            cutting.min_n,
            cutting.max_n,
            cutting.n_buckets,
            cutting.n_hashes,
            cutting.seed,
            encode_word(cutting.begin),
            encode_word(cutting.end),
        )
        if buckets is not None:
            self._index.keep(np.ascontiguousarray(buckets, np.int64), count_absent)
        if ngrams is not None and rows is not None:
            self._index.add(ngrams.arena, ngrams.offsets, np.ascontiguousarray(rows, np.int64))

    def bags(self, words: Vocabulary) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of the n-grams of many words, in the order of `rows`.

        Returns:
            The rows, int32 [n], and where those of each word begin, int64 [words + 1].

        Raises:
            ValueError: a row is 2^31 or more.
        """
        return self._index.bags(words.arena, words.offsets)

    def rows(self, word: str | bytes) -> NDArray[np.int64]:
        """Rows of a word's n-grams, int64 [n], ordered by start, then length; may contain duplicates."""
        return self._index.rows(encode_word(word))

    def add_rows(
        self, words: Vocabulary, table: NDArray[np.float32], out: NDArray[np.float32]
    ) -> NDArray[np.int64]:
        """Adds the rows of each word's n-grams to its row of out, one after another, as fastText does.

        Args:
            words: n words.
            table: float32 [rows, D], contiguous, at any alignment.
            out: float32 [n, D], contiguous; changed in place.

        Returns:
            The number of rows added for each word, int64 [n].

        Raises:
            ValueError: an n-gram's row is not in the table.
        """
        content = table.reshape(-1).view(np.uint8)
        return self._index.sum(words.arena, words.offsets, content, out)


def list_ngrams(words: Vocabulary, min_n: int, max_n: int, least: int) -> Vocabulary:
    """Lists the n-grams of words, marks included, those that are in most words first.

    Args:
        min_n, max_n: lengths in characters.
        least: words that an n-gram must be in.

    Returns:
        The n-grams with the number of words that each is in, as their counts.
    """
    require("making vectors of n-grams")
    from embtrain._native import NgramIndex

    index = NgramIndex("explicit", min_n, max_n, 0, 1, 0, b"<", b">")
    return Vocabulary(*index.list(words.arena, words.offsets, least))
