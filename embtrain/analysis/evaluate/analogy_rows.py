"""Converts analogy questions to rows of a vocabulary, once for any vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogy_sets import Question
from embtrain.analysis.evaluate.lookup import SetLookup

# gensim looks at the five best rows other than a, b and c themselves.
_ASKED = 5
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Cells of a table with one column per row of the vocabulary, ordered by column."""

    lines: NDArray[np.intp]
    rows: Rows

    @classmethod
    def of(cls, rows_by_line: Sequence[Sequence[int]]) -> "Places":
        """Cells (i, row) for each row of the i-th list."""
        lines = np.repeat(np.arange(len(rows_by_line)), [len(rows) for rows in rows_by_line])
        flat = np.fromiter((row for rows in rows_by_line for row in rows), np.int64, len(lines))
        order = np.argsort(flat, kind="stable")
        return cls(lines[order], flat[order])

    def within(self, start: int, stop: int) -> tuple[NDArray[np.intp], Rows]:
        """Cells of the columns start to stop; columns are counted from start."""
        first, last = np.searchsorted(self.rows, (start, stop))
        return self.lines[first:last], self.rows[first:last] - start


@dataclass(frozen=True)
class AnalogyRows:
    """Questions whose words are all known, sorted so that equal pairs (a, b) are adjacent.

    Attributes:
        numbers: int64 [Q], positions of the questions in the original list.
        terms: int64 [W], rows of the distinct words in the questions.
        a, b, c: intp [Q], the words of a question as indices into terms.
        pairs: intp [P, 2], the distinct (a, b).
        pair: intp [Q], the pair of each question.
        answers: right rows by question, without variants of a, b and c.
        pair_variants, term_variants: rows that cannot be an answer, by pair and by term.
        crowds: question -> rows of variants of a, b, c other than the rows that represent them.
        hidden: question -> right rows in its crowd, for questions whose right rows are all there.
    """

    numbers: Rows
    terms: Rows
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    c: NDArray[np.intp]
    pairs: NDArray[np.intp]
    pair: NDArray[np.intp]
    answers: Places
    pair_variants: Places
    term_variants: Places
    crowds: dict[int, list[int]]
    hidden: dict[int, list[int]]

    def __len__(self) -> int:
        return len(self.numbers)


def analogy_rows(questions: Sequence[Question], numbers: Sequence[int], lookup: SetLookup) -> AnalogyRows:
    """Prepares the questions with the given numbers; their words and at least one answer must be known."""
    asked = np.array([[lookup.row(word) for word in questions[i][:3]] for i in numbers], np.int64)
    terms, places = np.unique(asked, return_inverse=True)
    places = places.reshape(-1, 3)
    order = np.lexsort((places[:, 2], places[:, 1], places[:, 0]))
    places = places[order]
    pairs, pair = np.unique(places[:, :2], axis=0, return_inverse=True)
    sorted_numbers = np.asarray(numbers, np.int64)[order]
    # Term -> all rows of its word.
    variants = {
        row: lookup.rows(word)
        for i in numbers
        for word, row in zip(questions[i][:3], map(lookup.row, questions[i][:3]), strict=True)
    }
    of_term = [variants[row] for row in terms.tolist()]
    answers, crowds, hidden = _answers([questions[i] for i in sorted_numbers], places, of_term, lookup)
    return AnalogyRows(
        numbers=sorted_numbers,
        terms=terms,
        a=places[:, 0],
        b=places[:, 1],
        c=places[:, 2],
        pairs=pairs,
        pair=pair.reshape(-1),
        answers=Places.of(answers),
        pair_variants=Places.of([of_term[a] + of_term[b] for a, b in pairs.tolist()]),
        term_variants=Places.of(of_term),
        crowds=crowds,
        hidden=hidden,
    )


def _answers(
    questions: Sequence[Question], places: NDArray[np.intp], of_term: Sequence[list[int]], lookup: SetLookup
) -> tuple[list[list[int]], dict[int, list[int]], dict[int, list[int]]]:
    answers: list[list[int]] = []
    crowds: dict[int, list[int]] = {}
    hidden: dict[int, list[int]] = {}
    for i, (question, own) in enumerate(zip(questions, places.tolist(), strict=True)):
        excluded = {row for term in own for row in of_term[term]}
        right = [row for answer in question.answers for row in lookup.answer_rows(answer)]
        answers.append(sorted({row for row in right if row not in excluded}))
        crowd = sorted(excluded - {of_term[term][0] for term in own})
        if len(crowd) >= _ASKED:
            crowds[i] = crowd
        if not answers[-1]:
            hidden[i] = [row for row in right if row in crowd]
    return answers, crowds, hidden


def crowded_out(crowd_scores: NDArray[np.float64], score: float) -> bool:
    """Whether enough variants of a, b, c score above an answer for gensim to miss it."""
    return int((crowd_scores > score).sum()) >= _ASKED


def last_seen(crowd: Sequence[int], scores: NDArray[np.float64]) -> int | None:
    """The row of a crowd that gensim takes as the answer if no other row scores above it, or None."""
    if len(crowd) < _ASKED:
        return None
    return crowd[int(np.lexsort((np.asarray(crowd), -scores))[_ASKED - 1])]
