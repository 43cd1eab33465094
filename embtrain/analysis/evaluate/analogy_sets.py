"""Reads analogy questions (a is to b as c is to what?) in Google's format or as BATS's pairs of words."""

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
        name: its name in the file.
        kind: "semantic", "syntactic", or None if the set does not distinguish them.
        questions: the questions in file order.
    """

    name: str
    kind: str | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class AnalogySet:
    """A set of analogy questions.

    Attributes:
        name: file or folder name without extension, or the built-in name.
        sections: the sections in the order of the files.
        n_skipped_lines: number of lines that are neither a heading nor a question nor a pair.
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

    A file holds lines of four words, with headings ": name" (as in questions-words.txt) or without (the
    section then has the file's name), or lines of two related words (BATS; alternatives for the second are
    separated by /). n pairs give n * (n - 1) questions, each pair with each other.

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
    # Like gensim, skip lines of any other length.
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
    """In a set with kinds (Google's, also as one file per section), sections without a kind are semantic."""
    if not any(section.kind for section in sections):
        return tuple(sections)
    return tuple(replace(section, kind=section.kind or SEMANTIC) for section in sections)


def _kind(heading: str | None, file_name: str) -> str | None:
    """The kind of a section; Google's syntactic sections are named gram1 to gram9."""
    coded = _BATS_NAME.match(heading or file_name)
    if coded:
        return _BATS[coded[1]]
    if (heading or file_name).startswith("gram"):
        return SYNTACTIC
    return None if heading is None else SEMANTIC
