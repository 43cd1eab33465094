"""Lays out the rows of words with character n-grams: the bag of each word, and what they are in a file.

A word's bag is its own row and the rows of its n-grams (fastText: Bojanowski et al. 2017), or only rows of
n-grams and of the whole word (floret). Only rows that a word of the vocabulary uses are trained and kept in
memory. They are numbered by how often training will use them, so that the busiest are neighbours.
"""

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.ngrams import FLORET_SEED, MAX_N, Cutting, Ngrams, list_ngrams
from embtrain.option_names import option
from embtrain.subwords import Subwords
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

if TYPE_CHECKING:
    from torch import Tensor

    from embtrain.training.initial import Initial
    from embtrain.training.objectives.window_options import WindowConfig

#: Without a number of buckets, there are at least as many as n-grams, up to fastText's usual number.
_MOST_USUAL: Final = 1 << 21
_FEWEST_USUAL: Final = 1 << 10
_FLORET_BUCKETS: Final = 50_000
_MAX_BUCKETS: Final = 2**31 - 1
_LENGTHS: Final = re.compile(r"(\d+)(?:-(\d+))?")
_NUMBER: Final = re.compile(r"[0-9]{1,10}")
#: Bytes of memory for each entry while bags are made: two copies of the row found, and what numpy's `unique`
#: sorts, marks and returns.
_SORTING_BYTES: Final = 40
_WORDS_AT_A_TIME: Final = 1 << 13
#: Options that say something about n-grams, and nothing without them.
DETAILS: Final = ("buckets", "subword_mode", "subword_hashes", "ngram_min_words")


@dataclass(frozen=True)
class SubwordPlan:
    """How words are cut, and where n-grams find their rows.

    Attributes:
        min_n, max_n: lengths of n-grams in characters, marks included.
        floret: whether words and n-grams are hashed as in floret.
        buckets: rows of n-grams; None for the usual number, 0 for one row for each n-gram.
        hashes: rows of each n-gram (floret).
        least: words that must contain an n-gram with a row of its own.
    """

    min_n: int
    max_n: int
    floret: bool
    buckets: int | None
    hashes: int
    least: int

    def cutting(self, buckets: int) -> Cutting:
        """How n-grams are hashed into this number of buckets."""
        if self.floret:
            return Cutting("floret", self.min_n, self.max_n, buckets, self.hashes, FLORET_SEED)
        return Cutting("fasttext", self.min_n, self.max_n, buckets)


def plan_subwords(config: "WindowConfig") -> SubwordPlan | None:
    """Reads the options on n-grams; None without them. Raises UsageError if they are wrong or conflict."""
    if config.subwords is None:
        for name in DETAILS:
            if getattr(config, name) is not None:
                name = name.replace("_", "-")
                raise UsageError(f"{option(name)} is about n-grams; add {option('subwords', '3-6')}")
        return None
    floret = config.subword_mode == "floret"
    if config.subword_hashes is not None and not floret:
        raise UsageError(f"{option('subword-hashes')} is for {option('subword-mode', 'floret')}")
    buckets = _buckets(config.buckets)
    if buckets == 0 and floret:
        raise UsageError(f"{option('subword-mode', 'floret')} hashes n-grams; give it a number of buckets")
    if config.ngram_min_words is not None and buckets != 0:
        raise UsageError(f"{option('ngram-min-words')} is for {option('buckets', 'auto')}")
    least = 1 if config.ngram_min_words is None else config.ngram_min_words
    return SubwordPlan(*_lengths(config.subwords), floret, buckets, config.subword_hashes or 2, least)


def _lengths(text: str) -> tuple[int, int]:
    found = _LENGTHS.fullmatch(text.strip())
    low = int(found[1]) if found else 0
    high = int(found[2] or low) if found else 0
    if not 1 <= low <= high <= MAX_N:
        raise UsageError(
            f"{option('subwords', text)}: expected the shortest and the longest n-gram in characters, such "
            f"as 3-6, at most {MAX_N}"
        )
    return low, high


def _buckets(text: str | None) -> int | None:
    if text is None or text == "auto":
        return None if text is None else 0
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= _MAX_BUCKETS:
        raise UsageError(
            f"{option('buckets', text)}: expected auto, or a number from 1 to {_MAX_BUCKETS:,}, such as "
            "2000000"
        )
    return int(text)


@dataclass(frozen=True)
class BagSize:
    """The size of `WordBags`.

    Attributes:
        n_rows: rows of the table.
        n_ngram_rows: those of n-grams.
        n_entries: rows in all bags together.
        n_words: words.
    """

    n_rows: int
    n_ngram_rows: int
    n_entries: int
    n_words: int

    @property
    def building_bytes(self) -> int:
        """Bytes of memory while the bags are made: the rows found, and their sorting (`numpy.unique`)."""
        return _SORTING_BYTES * self.n_entries + 24 * self.n_words


def forecast_bags(plan: SubwordPlan, words: Vocabulary, n_words: int) -> BagSize:
    """The size of the bags of `n_words` words, from some of them, of all ranks."""
    if len(words) == n_words:
        return WordBags(plan, words, np.ones(n_words)).size
    # Hashed without collisions, n-grams can be counted; their number grows like a power of that of words.
    found, _ = Ngrams(replace(plan, floret=False).cutting(_MAX_BUCKETS)).bags(words)
    half = Ngrams(replace(plan, floret=False).cutting(_MAX_BUCKETS)).bags(_every_second(words))[0]
    n_found, n_half = len(np.unique(found)), len(np.unique(half))
    growth = n_words / max(1, len(words))
    n_ngrams = n_found * growth ** (math.log2(n_found / n_half) if n_half else 1.0)
    hashes = plan.hashes if plan.floret else 1
    if plan.buckets == 0:
        rows = n_ngrams
    else:
        n_buckets = plan.buckets or (_FLORET_BUCKETS if plan.floret else _power_of_two(int(n_ngrams)))
        items = (n_ngrams + n_words * plan.floret) * hashes
        rows = n_buckets * -math.expm1(-items / n_buckets)
    own = 0 if plan.floret else n_words
    entries = (len(found) * growth + n_words * plan.floret) * hashes + own
    return BagSize(int(rows) + own, int(rows), int(entries), n_words)


def _every_second(words: Vocabulary) -> Vocabulary:
    return words.take(np.arange(0, len(words), 2))


class WordBags:
    """The rows of an input table that each word is the mean of.

    Args:
        plan: how words are cut.
        vocabulary: the words.
        uses: how often each word will be trained, float64 [V].

    Attributes:
        rows: int32 [n], the bags one after another.
        offsets: int64 [V + 1], where the bag of each word begins in `rows`.
        n_rows: rows of the table, R.

    Raises:
        UsageError: there are more than 2^31 rows.
        BackendError: the native module is missing.
    """

    def __init__(self, plan: SubwordPlan, vocabulary: Vocabulary, uses: NDArray[np.float64]) -> None:
        n_words = len(vocabulary)
        self._own = 0 if plan.floret else n_words
        self._plan = plan
        self._ngrams: Vocabulary | None = None
        if plan.buckets == 0:
            self._ngrams = list_ngrams(vocabulary, plan.min_n, plan.max_n, plan.least)
            places = np.arange(len(self._ngrams))
            cutting = Cutting("explicit", plan.min_n, plan.max_n, 0)
            found, ends = Ngrams(cutting, None, self._ngrams, places).bags(vocabulary)
            self.n_buckets = len(self._ngrams)
        else:
            usual = _FLORET_BUCKETS if plan.floret else _MOST_USUAL
            self.n_buckets = plan.buckets or usual
            found, ends = Ngrams(plan.cutting(self.n_buckets)).bags(vocabulary)
            if plan.buckets is None and not plan.floret:
                self.n_buckets = _usual_buckets(found)
                found %= self.n_buckets
        codes, self.offsets = self._with_own(found, ends, n_words)
        self.rows, self._codes = _number(codes, self.offsets, uses)
        self.n_rows = len(self._codes)

    def _with_own(
        self, found: NDArray[np.int32], ends: NDArray[np.int64], n_words: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Bags of codes: a word's own row, if it has one, then those of its n-grams. Codes below V are own
        rows, the others buckets or n-grams."""
        if self._own == 0:
            return found, ends
        if n_words + self.n_buckets > _MAX_BUCKETS:
            raise UsageError(f"words and buckets are more than {_MAX_BUCKETS:,} together; use fewer buckets")
        found += np.int32(n_words)
        return np.insert(found, ends[:-1], np.arange(n_words, dtype=np.int32)), ends + np.arange(n_words + 1)

    @property
    def size(self) -> BagSize:
        """How large they are."""
        n_ngram_rows = int((self._codes >= self._own).sum())
        return BagSize(self.n_rows, n_ngram_rows, len(self.rows), len(self.offsets) - 1)

    def rows_of(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the bags of some words, int64, each once."""
        lengths = np.diff(self.offsets)[words]
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1]) if len(ends) else 0)
        places += np.repeat(self.offsets[:-1][words] - (ends - lengths), lengths)
        return np.unique(self.rows[places]).astype(np.int64)

    def start_from(self, table: "Tensor", initial: "Initial", vocabulary: Vocabulary) -> None:
        """Puts vectors of a file into the table, so that the mean of a known word's bag is its vector.

        Args:
            table: float32 [R, S].

        Raises:
            UsageError: the file's n-grams are cut or hashed in another way, or it has none, and words have no
                row of their own.
        """
        from embtrain.training.initial import on_processor

        with on_processor(table) as array:
            if initial.embeddings.subwords is not None:
                self._take_ngrams(array, initial.embeddings.subwords, initial.path)
            elif self._own == 0:
                raise UsageError(
                    f"{option('init', initial.path)}: floret's words are made of n-grams alone, and this "
                    f"file has none; leave out {option('subword-mode')}"
                )
            if self._own:
                self._set_own(array, initial, vocabulary)

    def _take_ngrams(self, table: NDArray[np.float32], given: Subwords, path: str) -> None:
        plan, dim = self._plan, given.vectors.shape[1]
        cutting = Cutting("explicit", plan.min_n, plan.max_n, 0)
        if self._ngrams is None:
            cutting = plan.cutting(self.n_buckets)
        if _ways(given.cutting) != _ways(cutting):
            raise UsageError(
                f"{option('init', path)}: its n-grams are {_described(given.cutting)}, those to train "
                f"{_described(cutting)}; leave out {option('subwords')} and {option('buckets')} to train "
                "those of the file"
            )
        is_ngram = self._codes >= self._own
        rows, codes = np.flatnonzero(is_ngram), self._codes[is_ngram].astype(np.int64) - self._own
        found = codes
        if self._ngrams is not None and given.ngrams is not None and given.ngram_rows is not None:
            places = given.ngrams.find(self._ngrams.iter_bytes())[codes]
            found = np.where(places < 0, -1, given.ngram_rows[places])
        elif given.buckets is not None:
            places = np.minimum(np.searchsorted(given.buckets, codes), len(given.buckets) - 1)
            found = np.where(given.buckets[places] == codes, places, -1)
        there = found >= 0
        table[rows[there], :dim] = given.vectors[found[there]]

    def _set_own(self, table: NDArray[np.float32], initial: "Initial", vocabulary: Vocabulary) -> None:
        of_file = initial.rows_of(vocabulary)
        for start in range(0, len(vocabulary), _WORDS_AT_A_TIME):
            words = np.arange(start, min(start + _WORDS_AT_A_TIME, len(vocabulary)))
            first, last = int(self.offsets[words[0]]), int(self.offsets[words[-1] + 1])
            sums = np.add.reduceat(
                table[self.rows[first:last]].astype(np.float64), self.offsets[words] - first, axis=0
            )
            known = words[of_file[words] >= 0]
            own = self.rows[self.offsets[known]]
            dim = initial.embeddings.dim
            lengths = (self.offsets[known + 1] - self.offsets[known])[:, None]
            wanted = initial.vectors(of_file[known]).astype(np.float64) * lengths
            others = sums[known - start, :dim] - table[own, :dim]
            table[own, :dim] = wanted - others

    def subwords(self, table: NDArray[np.float32], settings: dict[str, Any]) -> Subwords:
        """The rows of n-grams as a vector file holds them.

        Args:
            table: float32 [R, D], the trained rows.
            settings: what else the file says about the training.
        """
        is_ngram = self._codes >= self._own
        rows, places = np.flatnonzero(is_ngram), self._codes[is_ngram].astype(np.int64) - self._own
        order = np.argsort(places, kind="stable")
        vectors, places = table[rows[order]], places[order]
        plan = self._plan
        lengths = (plan.min_n, plan.max_n)
        if self._ngrams is not None:
            return Subwords(
                "explicit", *lengths, 0, vectors, settings, ngrams=self._ngrams, ngram_rows=places
            )
        cutting = plan.cutting(self.n_buckets)
        if plan.floret:
            settings = {**settings, "n_hashes": cutting.n_hashes, "seed": cutting.seed}
        all_used = len(places) == self.n_buckets
        if not all_used:
            settings = {**settings, "absent": "zero"}
        buckets = None if all_used else places
        return Subwords(cutting.kind, *lengths, self.n_buckets, vectors, settings, buckets)

    def describe(self) -> str:
        """The rows in a few words."""
        n_rows = self.size.n_ngram_rows
        mean = len(self.rows) / max(1, len(self.offsets) - 1)
        of = "" if self._ngrams is not None else f" of {counted(self.n_buckets, 'bucket')}"
        return f"n-grams have {counted(n_rows, 'row')}{of}; rows of a word: {mean:.1f} on average"


def options_of(given: Subwords) -> dict[str, Any]:
    """The options of a training, by field, whose n-grams are those of a file."""
    found: dict[str, Any] = {"subwords": f"{given.min_n}-{given.max_n}"}
    if given.kind == "explicit":
        return found | {"buckets": "auto"}
    found["buckets"] = str(given.n_buckets)
    if given.kind == "floret":
        found |= {"subword_mode": "floret", "subword_hashes": given.cutting.n_hashes}
    return found


def _ways(cutting: Cutting) -> tuple[object, ...]:
    """What decides on the row of an n-gram."""
    hashed = () if cutting.kind == "explicit" else (cutting.n_buckets,)
    floret = (cutting.n_hashes, cutting.seed) if cutting.kind == "floret" else ()
    return (cutting.kind, cutting.min_n, cutting.max_n, *hashed, *floret)


def _described(cutting: Cutting) -> str:
    where = "with a row each" if cutting.kind == "explicit" else f"in {counted(cutting.n_buckets, 'bucket')}"
    return f"{cutting.min_n}-{cutting.max_n} {where} ({cutting.kind}'s)"


def _usual_buckets(found: NDArray[np.int32]) -> int:
    """A power of two, at least as large as the number of n-grams, so that few of them share a row."""
    return _power_of_two(int(np.count_nonzero(np.bincount(found, minlength=1))))


def _power_of_two(n_ngrams: int) -> int:
    return min(max(1 << (n_ngrams - 1).bit_length() if n_ngrams else 1, _FEWEST_USUAL), _MOST_USUAL)


def _number(
    codes: NDArray[np.int32], offsets: NDArray[np.int64], uses: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers the codes that occur by their uses.

    Returns:
        The bags as row numbers, int32 [n], and the code of each row, int32 [R].
    """
    # Not an array of all codes: most buckets of a large number have no n-gram.
    present, places = np.unique(codes, return_inverse=True)
    order = np.argsort(-np.bincount(places, np.repeat(uses, np.diff(offsets))), kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return number[places], present[order]
