"""Checks a file of vectors and reports all problems."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embtrain._native import WordIndex, flag_words
from embtrain.errors import DataError
from embtrain.option_names import neutral
from embtrain.vectors.formats.base import Problem, ProblemKind, RowBlock, VectorSource

_FLAGS: tuple[tuple[int, ProblemKind, str], ...] = (
    (1, "encoding", "bytes that are not UTF-8"),
    (2 | 4, "white-space", "white space in it"),
    (8, "white-space", "white space of Unicode in it"),
    (16, "white-space", "no character"),
)


@dataclass
class Findings:
    """Problems of a file: counts all, and keeps the first `listed` of each kind.

    Attributes:
        listed: how many problems of a kind to keep.
        problems: the kept problems, in file order.
        counts: number of problems of each kind.
        n_words: rows read.
    """

    listed: int
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    n_words: int = 0

    def report(self, problem: Problem) -> None:
        """Records a problem."""
        self.counts[problem.kind] += 1
        if self.counts[problem.kind] <= self.listed:
            self.problems.append(problem)


def check_rows(source: VectorSource, findings: Findings) -> None:
    """Checks all rows of a source, which was opened with on_error "skip" and `findings.report`.

    A source that cannot be read to its end is also reported as a problem.
    """
    known = WordIndex()
    try:
        for block in source.blocks:
            _Rows(block, findings).check(known)
            findings.n_words += len(block.words)
    except DataError as error:
        findings.report(Problem("truncated", f"row {findings.n_words + 1}", neutral(error)))


class _Rows:
    """Checks one block and reports where its problems are."""

    def __init__(self, block: RowBlock, findings: Findings) -> None:
        self._block = block
        self._findings = findings

    def check(self, known: WordIndex) -> None:
        words, vectors = self._block.words, self._block.vectors
        flags = flag_words(words.arena, words.offsets)
        for bits, kind, what in _FLAGS:
            self._report(flags & bits != 0, kind, what)
        n_before = len(known)
        found = known.add(words.arena, words.offsets)
        highest = np.maximum.accumulate(np.concatenate([[n_before - 1], found]))
        self._report(found <= highest[:-1], "duplicate", "an earlier row")
        finite: NDArray[np.bool_] = np.asarray(np.isfinite(vectors).all(axis=1))
        self._report(~finite, "not-finite", "a value that is infinite or no number")
        filled: NDArray[np.bool_] = np.asarray(vectors.any(axis=1))
        self._report(~filled, "zero", "nothing but zeros")

    def _report(self, wrong: NDArray[np.bool_], kind: ProblemKind, what: str) -> None:
        rows = np.flatnonzero(wrong)
        room = max(0, self._findings.listed - self._findings.counts[kind])
        for row in rows[:room].tolist():
            word = self._block.words.word_bytes(row)[:60]
            self._findings.report(Problem(kind, self._where(row), f"the word {word!r} has {what}"))
        self._findings.counts[kind] += len(rows[room:])

    def _where(self, row: int) -> str:
        if self._block.where is not None:
            return self._block.where(row)
        return f"row {self._findings.n_words + row + 1}"
