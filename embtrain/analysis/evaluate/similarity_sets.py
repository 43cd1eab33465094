"""Reads pairs of words with human similarity ratings, in the layouts of the well-known sets."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from embtrain.analysis.evaluate.set_files import SetFile, locate
from embtrain.errors import DataError

# MEN and the ESSLLI sets append the part of speech: sun-n, eat-v, big-j.
_TAG = re.compile(r".-[a-z]$")
# None stands for white space.
_SEPARATORS = ("\t", ";", ",", None, ":")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
# Headings of the columns that hold the words, and of the one that holds the mean of several ratings.
_WORD_HEADING = re.compile(r"word[ _]?[12]$", re.IGNORECASE)
_MEAN_HEADING = re.compile(r"\b(mean|average|avg)\b", re.IGNORECASE)
Row = list[str]


class Pair(NamedTuple):
    """Two words and their gold score; only the order of the scores matters."""

    left: str
    right: str
    score: float


@dataclass(frozen=True)
class SimilaritySet:
    """Pairs in file order; n_skipped_lines counts lines without a pair, including headings."""

    name: str
    pairs: tuple[Pair, ...]
    n_skipped_lines: int


def read_similarity(given: str) -> SimilaritySet:
    """Reads a set from a path, a folder of files, "-" or by its built-in name.

    Each line holds two words and then a score, the first number after them, or the one that a heading calls
    the mean or average. Other fields are ignored: numbers of lines, parts of speech, relations, single
    ratings. Fields are separated by tabs, semicolons, commas, blanks or colons: the first of these that gives
    three fields. Lines that begin with # are comments. A part of speech that every word has (sun-n) is
    removed.

    Raises UsageError if there is no such set, DataError if it holds no pair.
    """
    name, files = locate(given, "similarity")
    pairs: list[Pair] = []
    skipped = 0
    for file in files:
        found, n_lines = _read_file(file)
        pairs += found
        skipped += n_lines - len(found)
    if not pairs:
        raise DataError(f"{given}: no pair found; expected lines of two words and a number")
    words = untagged([word for pair in pairs for word in pair[:2]])
    scores = (pair.score for pair in pairs)
    return SimilaritySet(name, tuple(map(Pair, words[::2], words[1::2], scores)), skipped)


def fields_of(line: str, least: int = 2) -> Row:
    """Splits a line of any layout into fields, without quotes, by the first separator that gives enough."""
    fields = [line]
    for separator in _SEPARATORS:
        fields = line.split(separator)
        if len(fields) >= least:
            break
    return [field.strip().strip('"') for field in fields]


def untagged(words: list[str]) -> list[str]:
    """Removes the part of speech if all words have one."""
    return [word[:-2] for word in words] if all(map(_TAG.search, words)) else words


def _read_file(file: SetFile) -> tuple[list[Pair], int]:
    """The pairs of a file, and its number of lines that are no comments."""
    rows = [fields_of(line, 3) for _, line in file.lines() if not line.startswith("#")]
    heading = rows[0] if rows and _is_heading(rows[0]) else []
    lines = rows[1:] if heading else rows
    columns = _columns(heading, lines)
    return [pair for row in lines if (pair := columns.pair(row))], len(rows)


def _is_heading(row: Row) -> bool:
    """Whether a line has no number, or calls two columns words (and the single ratings 1, 2, 3)."""
    return first_number(row) is None or len(_titled(row, _WORD_HEADING)) == 2


def _titled(heading: Row, title: re.Pattern[str]) -> list[int]:
    return [place for place, name in enumerate(heading) if title.search(name)]


@dataclass(frozen=True)
class _Columns:
    """Where a file's lines hold the words, and the score if a heading says it."""

    left: int
    right: int
    score: int | None = None

    def pair(self, row: Row) -> Pair | None:
        """The pair of a line, or None."""
        if len(row) <= self.right or not (row[self.left] and row[self.right]):
            return None
        score = first_number(row[self.right + 1 :] if self.score is None else row[self.score :][:1])
        return None if score is None else Pair(row[self.left], row[self.right], score)


def _columns(heading: Row, rows: Sequence[Row]) -> _Columns:
    """Finds the columns by the heading or by what the others hold.

    Words are in the first two columns that are neither numbers nor tags (one letter: a part of speech, a kind
    of relation) in every line that has a number; in the first two of all if there are no two such columns.
    """
    data = [row for row in rows if first_number(row[2:]) is not None]
    width = min(map(len, data), default=0)
    # A heading without a name for the numbers of the lines is shorter than these.
    titles = heading if len(heading) == width else []
    words = _titled(titles, _WORD_HEADING)
    if len(words) != 2:
        words = [place for place in range(width) if not _is_other([row[place] for row in data])]
    left, right = words[:2] if len(words) >= 2 else (0, 1)
    means = _titled(titles, _MEAN_HEADING)
    return _Columns(left, right, means[0] if len(means) == 1 and means[0] > right else None)


def _is_other(column: Sequence[str]) -> bool:
    """Whether a column holds no words: all of it numbers, or all of it single letters of ASCII."""
    return all(first_number([field]) is not None for field in column) or all(
        len(field) == 1 and field.isascii() for field in column
    )


def first_number(fields: Iterable[str]) -> float | None:
    """The first field that is a finite number, with a decimal point or comma."""
    for field in fields:
        text = field.replace(",", ".") if _DECIMAL_COMMA.fullmatch(field) else field
        try:
            value = float(text)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return None
