"""Reads sets of words in categories (AP, Battig, BLESS, ESSLLI) and outlier sets (8-8-8, WikiSem500)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from embtrain.analysis.evaluate.set_files import SetFile, locate
from embtrain.analysis.evaluate.similarity_sets import fields_of, untagged
from embtrain.errors import DataError

_BLESS_RELATIONS = {"attri", "coord", "event", "hyper", "mero", "random-n", "random-j", "random-v"}
_COLUMN_NAMES = {"word", "words", "concept", "category", "class", "cluster", "label"}


@dataclass(frozen=True)
class CategorySet:
    """Words and their categories.

    Attributes:
        words: the words, repeated for each category that a word is in.
        categories: the category of each word.
        n_skipped_lines: number of lines without a word and its category.
    """

    name: str
    words: tuple[str, ...]
    categories: tuple[str, ...]
    n_skipped_lines: int


class CategoryGroup(NamedTuple):
    """Words that belong together, and words that do not belong with them."""

    name: str
    members: tuple[str, ...]
    outliers: tuple[str, ...]


@dataclass(frozen=True)
class OutlierSet:
    """Groups, one per file; n_skipped_lines counts the lines of files that lack one of the two parts."""

    name: str
    groups: tuple[CategoryGroup, ...]
    n_skipped_lines: int


def read_categories(given: str) -> CategorySet:
    """Reads a set from a path, "-", or a folder with one file of words per category.

    A file holds lines of a word and its category (in either order: the column with fewer different values is
    the category; further, coarser columns are ignored), lines of BLESS (concept, category, relation,
    relatum), or words under headings ": category".

    Raises UsageError if there is no such set, DataError if it holds fewer than two categories.
    """
    name, files = locate(given, "categories")
    if len(files) > 1:
        found = [(word, file.name) for file in files for _, line in file.lines() for word in line.split()]
        skipped = 0
    else:
        found, skipped = _read_single(files[0])
    # BLESS repeats a concept and its category for each of its relations.
    found = list(dict.fromkeys(found))
    if len({category for _, category in found}) < 2:
        expected = "a word and its category on each line, headings ': category', or a folder of word lists"
        raise DataError(f"{given}: fewer than two categories found; expected {expected}")
    words = untagged([word for word, _ in found])
    return CategorySet(name, tuple(words), tuple(category for _, category in found), skipped)


def _read_single(file: SetFile) -> tuple[list[tuple[str, str]], int]:
    lines = [line for _, line in file.lines() if not line.startswith("#")]
    if any(line.startswith(":") for line in lines):
        return list(_under_headings(lines)), 0
    rows = [fields_of(line) for line in lines]
    rows = [row for row in rows if len(row) >= 2 and all(row[:2]) and not _is_heading(row)]
    skipped = len(lines) - len(rows)
    is_bless = any(len(row) == 4 and row[2] in _BLESS_RELATIONS for row in rows)
    first, second = (len({row[column] for row in rows}) for column in (0, 1))
    if first < second and not is_bless:
        return [(row[1], row[0]) for row in rows], skipped
    return [(row[0], row[1]) for row in rows], skipped


def _is_heading(row: list[str]) -> bool:
    return {field.lower() for field in row[:2]} <= _COLUMN_NAMES


def _under_headings(lines: list[str]) -> Iterator[tuple[str, str]]:
    category = ""
    for line in lines:
        if line.startswith(":"):
            category = line.lstrip(": ")
        else:
            yield from ((word, category) for word in line.split())


def read_outliers(given: str) -> OutlierSet:
    """Reads a set from a file, a folder of them, or "-": members, a blank line, outliers, one word a line.

    Blanks within a word become "_", as in word2vec's phrases.

    Raises UsageError if there is no such set, DataError if no file has two members and an outlier.
    """
    name, files = locate(given, "outliers")
    groups, skipped = [], 0
    for file in files:
        members, outliers = _two_parts(file)
        if len(members) >= 2 and outliers:
            groups.append(CategoryGroup(file.name, members, outliers))
        else:
            skipped += len(members) + len(outliers)
    if not groups:
        expected = "at least two words that belong together, a blank line, and words that do not"
        raise DataError(f"{given}: no group found; expected {expected}, one word a line")
    return OutlierSet(name, tuple(groups), skipped)


def _two_parts(file: SetFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before and after the first blank line between words."""
    parts: tuple[list[str], list[str]] = ([], [])
    previous = 0
    for number, line in file.lines():
        past_gap = bool(parts[1]) or (bool(parts[0]) and number > previous + 1)
        parts[past_gap].append("_".join(line.split()))
        previous = number
    return tuple(parts[0]), tuple(parts[1])
