"""Chooses rows of a file by word, encoding, what the target can hold, duplicates and number."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embtrain._native import WordIndex, flag_words
from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

Duplicates = Literal["first", "last", "error", "mean"]
EncodingErrors = Literal["keep", "strict", "replace", "skip"]
_BAD_UTF8 = 1
_NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
# Number of first words that are tested for being numbers.
_SAMPLE = 1000


@dataclass(frozen=True)
class RowSelection:
    """Which rows to keep and how to change them.

    Attributes:
        limit: keep at most this many rows, the first ones.
        words: keep only these words.
        dim: keep only the first values of each row.
        unit_length: divide each row by its length.
        duplicates: what to do with a duplicate word: keep its first row, replace that row by the last or by
            the mean of all, or raise DataError.
        encoding_errors: what to do with words that are not UTF-8.
        drop_words: leave out words that the target cannot hold, instead of raising DataError.
    """

    limit: int | None = None
    words: Vocabulary | None = None
    dim: int | None = None
    unit_length: bool = False
    duplicates: Duplicates = "first"
    encoding_errors: EncodingErrors = "keep"
    drop_words: bool = False


@dataclass
class Counts:
    """Numbers of rows read, left out and changed."""

    read: int = 0
    kept: int = 0
    unwanted: int = 0
    duplicates: int = 0
    not_utf8: int = 0
    unwritable: int = 0
    without_length: int = 0


class Chosen(NamedTuple):
    """The kept rows of a block.

    Attributes:
        words: the words of the kept rows, as they will be written.
        keep: their rows in the block, int64 [kept]; None for all rows.
        again: pairs int64 [n, 2] of a row of the block and the earlier kept row with the same word, numbered
            over all blocks; only if duplicates change the earlier row.
    """

    words: Vocabulary
    keep: NDArray[np.int64] | None
    again: NDArray[np.int64]


class Chooser:
    """Chooses rows, block after block.

    Holds the kept words: about 25 bytes each in addition to the word.

    Args:
        selection: which rows to keep.
        separators: bytes that the target cannot have in words; if there are any, it has no empty words
            either.
        only_utf8: whether the target can hold only UTF-8.
        target: its name, for messages.
    """

    def __init__(self, selection: RowSelection, separators: bytes, only_utf8: bool, target: str) -> None:
        self.counts = Counts()
        self._selection = selection
        self._only_utf8 = only_utf8
        self._target = target
        self._known = WordIndex()
        self._forbidden = np.zeros(256, bool)
        self._forbidden[list(separators)] = True
        self._wanted: WordIndex | None = None
        if selection.words is not None:
            self._wanted = WordIndex()
            self._wanted.add(selection.words.arena, selection.words.offsets)
            self._found = np.zeros(len(self._wanted), bool)
        self._first_refused: dict[str, bytes] = {}
        # Whether the words of the first rows are all numbers; None before the first row.
        self._numbers: bool | None = None

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached, so that no more rows need to be read."""
        limit = self._selection.limit
        return limit is not None and self.counts.kept >= limit

    def choose(self, words: Vocabulary) -> Chosen:
        """Chooses among the next rows. Raises DataError if the selection says so."""
        n_words = len(words)
        if self._numbers is None and n_words > 1:
            first = (words.word_bytes(row) for row in range(min(n_words, _SAMPLE)))
            self._numbers = all(map(_NUMBER.fullmatch, first))
        self.counts.read += n_words
        keep = np.ones(n_words, bool)
        self._drop_unwanted(words, keep)
        flags = flag_words(words.arena, words.offsets)
        words = self._repair_encoding(words, flags, keep)
        self._drop_unwritable(words, keep)
        if not keep.all():
            rows = np.flatnonzero(keep)
            words = words.take(rows)
        else:
            rows = None
        return self._without_duplicates(words, rows)

    def _drop_unwanted(self, words: Vocabulary, keep: NDArray[np.bool_]) -> None:
        if self._wanted is not None:
            found = self._wanted.find(words.arena, words.offsets)
            keep &= found >= 0
            self._found[found[found >= 0]] = True
            self.counts.unwanted += len(words) - int(keep.sum())

    def _repair_encoding(
        self, words: Vocabulary, flags: NDArray[np.uint8], keep: NDArray[np.bool_]
    ) -> Vocabulary:
        bad = keep & (flags & _BAD_UTF8 != 0)
        n_bad, how = int(bad.sum()), self._selection.encoding_errors
        if not n_bad:
            return words
        self.counts.not_utf8 += n_bad
        if how == "strict":
            row = int(bad.argmax())
            raise DataError(
                f"word {words.word_bytes(row)!r} in row {self.counts.read - len(words) + row} is not UTF-8; "
                f"keep, replace or skip such words with {option('encoding-errors')}"
            )
        if how == "replace":
            repaired = [word.decode("utf-8", "replace").encode() for word in words.iter_bytes()]
            made = Vocabulary.from_words(repaired)
            return Vocabulary(made.arena, made.offsets, words.counts)
        if how == "skip":
            keep &= ~bad
        elif self._only_utf8:
            self._first_refused.setdefault("not UTF-8", words.word_bytes(int(bad.argmax())))
        return words

    def _drop_unwritable(self, words: Vocabulary, keep: NDArray[np.bool_]) -> None:
        if not self._forbidden.any():
            return
        bad = np.diff(words.offsets) == 0
        places = np.flatnonzero(self._forbidden[words.arena[: int(words.offsets[-1])]])
        bad[np.searchsorted(words.offsets, places, "right") - 1] = True
        bad &= keep
        if bad.any():
            self.counts.unwritable += int(bad.sum())
            self._first_refused.setdefault("unwritable", words.word_bytes(int(bad.argmax())))
            keep &= ~bad

    def _without_duplicates(self, words: Vocabulary, rows: NDArray[np.int64] | None) -> Chosen:
        n_before = len(self._known)
        found = self._known.add(words.arena, words.offsets)
        limit, n_kept = self._selection.limit, len(words)
        again = np.empty((0, 2), np.int64)
        if len(self._known) - n_before < len(words):
            highest = np.maximum.accumulate(np.concatenate([[n_before - 1], found]))
            is_new = found > highest[:-1]
            self._count_duplicates(words, found, is_new)
            if self._selection.duplicates in ("last", "mean"):
                twice = np.flatnonzero(~is_new)
                again = np.stack([twice if rows is None else rows[twice], found[twice]], axis=1)
            kept = np.flatnonzero(is_new)
            words, rows = words.take(kept), kept if rows is None else rows[kept]
            n_kept = len(kept)
        if limit is not None and self.counts.kept + n_kept > limit:
            n_kept = limit - self.counts.kept
            words, rows = words.part(0, n_kept), np.arange(n_kept) if rows is None else rows[:n_kept]
            again = again[again[:, 1] < limit]
        self.counts.kept += n_kept
        return Chosen(words, rows, again)

    def _count_duplicates(
        self, words: Vocabulary, found: NDArray[np.int64], is_new: NDArray[np.bool_]
    ) -> None:
        self.counts.duplicates += int((~is_new).sum())
        if self._selection.duplicates == "error":
            word = words.word_bytes(int((~is_new).argmax()))
            raise DataError(
                f"the word {word[:60]!r} has a duplicate; choose a row with {option('duplicates')} first, "
                "last or mean"
            )

    def check(self) -> None:
        """Raises DataError with the number and the first of the words that the target cannot hold, if any."""
        if "not UTF-8" in self._first_refused:
            count, word = self.counts.not_utf8, self._first_refused["not UTF-8"]
            raise DataError(
                f"{counted(count, 'word is', 'words are')} not UTF-8, which {self._target} cannot hold, the "
                f"first {word[:60]!r}; replace or skip them with {option('encoding-errors')}"
            )
        if self._numbers and self.counts.duplicates and self._selection.duplicates == "first":
            raise DataError(
                f"the words are all numbers, and {counted(self.counts.duplicates, 'row has', 'rows have')} "
                "an earlier one's: this looks like a table without words; put the words before the numbers, "
                f"or, if these are the words, choose rows with {option('duplicates', 'last')} or mean"
            )
        if "unwritable" in self._first_refused and not self._selection.drop_words:
            count, word = self.counts.unwritable, self._first_refused["unwritable"]
            what = " or ".join(_name_byte(byte) for byte in np.flatnonzero(self._forbidden).tolist())
            raise DataError(
                f"{counted(count, 'word is', 'words are')} empty or with a {what}, which {self._target} "
                f"cannot hold, the first {word[:60]!r}; leave them out with {option('drop', 'words')}, or "
                "choose another "
                "format"
            )

    def missing(self) -> tuple[int, str | None]:
        """The number of wanted words that were not found, and the first of them."""
        if self._wanted is None or self._selection.words is None or self._found.all():
            return 0, None
        wanted = Vocabulary(*self._wanted.take())
        return int((~self._found).sum()), wanted[int((~self._found).argmax())]

    def take_words(self) -> Vocabulary:
        """All kept words, in order. Can be called once."""
        arena, offsets = self._known.take()
        limit = self._selection.limit
        return Vocabulary(arena, offsets if limit is None else offsets[: limit + 1])


def _name_byte(byte: int) -> str:
    return {9: "tab", 10: "newline", 13: "carriage return", 32: "space"}.get(byte, f"byte {byte:#04x}")
