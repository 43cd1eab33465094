"""Reads pairs of words with human similarity ratings, in the layouts of the well-known sets."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from embtrain.analysis.evaluate.set_files import locate
from embtrain.errors import DataError

# MEN and the ESSLLI sets append the part of speech: sun-n, eat-v, big-j.
_TAG = re.compile(r".-[a-z]$")
_SEPARATORS = ("\t", ";", ",")


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

    Each line holds two words and then a score, the first number after them. Further fields (part of speech,
    single ratings) are ignored. Fields are separated by tabs, semicolons, commas or blanks: the first of
    these that the line contains. Lines that begin with # are comments. SCWS is recognised by its columns, of
    which the second and fourth hold the words. A part of speech that every word has (sun-n) is removed.

    Raises UsageError if there is no such set, DataError if it holds no pair.
    """
    name, files = locate(given, "similarity")
    pairs: list[Pair] = []
    skipped = 0
    for file in files:
        for _, line in file.lines():
            if not line.startswith("#"):
                pair = _parse(line)
                pairs += [pair] if pair else []
                skipped += pair is None
    if not pairs:
        raise DataError(f"{given}: no pair found; expected lines of two words and a number")
    words = untagged([word for pair in pairs for word in pair[:2]])
    scores = (pair.score for pair in pairs)
    return SimilaritySet(name, tuple(map(Pair, words[::2], words[1::2], scores)), skipped)


def fields_of(line: str) -> list[str]:
    """Splits a line of any layout into fields, without quotes."""
    separator = next((mark for mark in _SEPARATORS if mark in line), None)
    return [field.strip().strip('"') for field in line.split(separator)]


def untagged(words: list[str]) -> list[str]:
    """Removes the part of speech if all words have one."""
    return [word[:-2] for word in words] if all(map(_TAG.search, words)) else words


def _parse(line: str) -> Pair | None:
    fields = fields_of(line)
    # SCWS: number, word, part of speech, word, part of speech, two contexts, mean, ratings.
    if len(fields) >= 8 and fields[0].isdigit() and len(fields[2]) == len(fields[4]) == 1:
        fields = [fields[1], fields[3], *fields[7:]]
    score = first_number(fields[2:])
    return None if score is None or not all(fields[:2]) else Pair(fields[0], fields[1], score)


def first_number(fields: Iterable[str]) -> float | None:
    """The first field that is a finite number."""
    for field in fields:
        try:
            value = float(field)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return None
