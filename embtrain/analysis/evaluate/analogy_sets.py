"""Analogy questions: a is to b as c is to what? Google's format, and pairs of words as BATS has them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from embtrain.analysis.evaluate.set_files import SetFile, locate
from embtrain.errors import DataError

SEMANTIC, SYNTACTIC = "semantic", "syntactic"
# BATS numbers its files by the kind of relation: inflection, derivation, encyclopaedia, lexicography.
_BATS = {"I": SYNTACTIC, "D": SYNTACTIC, "E": SEMANTIC, "L": SEMANTIC}
_BATS_NAME = re.compile(r"([IDEL])\d\d\b")


class Question(NamedTuple):
    """a is to b as c is to one of the answers."""

    a: str
    b: str
    c: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Questions about one relation.

    Attributes:
        name: what the file calls it.
        kind: "semantic", "syntactic", or None where the set does not tell them apart.
        questions: in the file's order.
    """

    name: str
    kind: str | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class AnalogySet:
    """A set of analogy questions.

    Attributes:
        name: file or folder name without extension, or the built-in name.
        sections: in the order of the files.
        n_skipped_lines: lines that are neither a heading nor a question nor a pair.
    """

    name: str
    sections: tuple[Section, ...]
    n_skipped_lines: int

    @property
    def questions(self) -> Iterator[Question]:
        """All questions, section by section."""
        return (question for section in self.sections for question in section.questions)


def read_analogies(given: str) -> AnalogySet:
    """Reads a set from a path, a folder of files, "-" or by its built-in name.

    A file holds lines of four words, under headings ": name" (as questions-words.txt) or without (then the
    section has the file's name), or lines of two words that are in a relation (BATS; alternatives to the
    second are separated by /). Of n pairs, each is asked with each other one: n * (n - 1) questions.

    Raises UsageError if there is no such set, DataError if it holds no question.
    """
    name, files = locate(given, "analogies")
    parts = [_read_file(file) for file in files]
    sections = _with_kinds([section for found, _ in parts for section in found if section.questions])
    if not sections:
        expected = "lines of four words (a b c d), or of two that are in a relation"
        raise DataError(f"{given}: no analogy question found; expected {expected}")
    return AnalogySet(name, sections, sum(skipped for _, skipped in parts))


def _read_file(file: SetFile) -> tuple[list[Section], int]:
    groups: list[tuple[str | None, list[list[str]]]] = [(None, [])]
    skipped = 0
    for _, line in file.lines():
        if line.startswith(":"):
            groups.append((line.lstrip(": "), []))
        elif len(fields := line.split()) in (2, 4):
            groups[-1][1].append(fields)
        else:
            skipped += 1
    # A stray line of another length is no question, as in gensim.
    width = _usual_width(fields for _, group in groups for fields in group)
    skipped += sum(len(fields) != width for _, group in groups for fields in group)
    sections = []
    for heading, group in groups:
        fitting = [fields for fields in group if len(fields) == width]
        questions = tuple(_pair_questions(fitting) if width == 2 else map(_question, fitting))
        sections.append(Section(heading or file.name, _kind(heading, file.name), questions))
    return sections, skipped


def _usual_width(lines: Iterable[list[str]]) -> int:
    widths = [len(fields) for fields in lines]
    return 2 if widths.count(2) > widths.count(4) else 4


def _question(words: list[str]) -> Question:
    return Question(words[0], words[1], words[2], (words[3],))


def _pair_questions(pairs: list[list[str]]) -> Iterator[Question]:
    split = [(left, tuple(filter(None, right.split("/"))) or (right,)) for left, right in pairs]
    for i, (a, rights) in enumerate(split):
        for j, (c, answers) in enumerate(split):
            if i != j:
                yield Question(a, rights[0], c, answers)


def _with_kinds(sections: list[Section]) -> tuple[Section, ...]:
    """In a set that has kinds (Google's, also as one file for each section), what has none is semantic."""
    if not any(section.kind for section in sections):
        return tuple(sections)
    return tuple(replace(section, kind=section.kind or SEMANTIC) for section in sections)


def _kind(heading: str | None, file_name: str) -> str | None:
    """Google's syntactic sections are called gram1 to gram9."""
    coded = _BATS_NAME.match(heading or file_name)
    if coded:
        return _BATS[coded[1]]
    if (heading or file_name).startswith("gram"):
        return SYNTACTIC
    return None if heading is None else SEMANTIC
