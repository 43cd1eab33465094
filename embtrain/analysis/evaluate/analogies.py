"""Finds the analogy questions that vectors answer correctly, with gensim's results but fewer products.

The score of a row x as an answer is computed from the products of x with a, b and c. A set has few distinct
words (Google's has 905 in 19,544 questions), so one product of these words with a block of rows serves all
questions. Each question and row then costs one float32 addition, which gives an upper bound. A question is
settled and removed as soon as some row beats the right answer. If the bound does not decide, float64 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.analogy_rows import AnalogyRows, analogy_rows, crowded_out, last_seen
from embtrain.analysis.evaluate.analogy_scores import METHODS, AddScores, Rough
from embtrain.analysis.evaluate.analogy_sets import Question
from embtrain.analysis.evaluate.lookup import SetLookup
from embtrain.analysis.unit_rows import BLOCK_VALUES, unit_block
from embtrain.floats import unit_rows_or_zeros

# Questions per pass over the vectors; bounds the size of a block's tables.
_BATCH = 20_000
# Values in the tables of a block: 32 MiB of float32.
_TABLE_VALUES = 1 << 23
# Questions whose bounds are held at a time.
_AT_ONCE = 64


@dataclass(frozen=True)
class AnalogyResult:
    """The result of asking questions.

    Attributes:
        right: bool [n], whether each covered question was answered correctly.
        tied: bool [n], whether a right and a wrong answer differ by less than 1e-6, so that rounding decides.
    """

    right: NDArray[np.bool_]
    tied: NDArray[np.bool_]


class AnalogyTask:
    """Questions prepared for a vocabulary, to be asked of any vectors of its words.

    Attributes:
        covered: int64 [n], numbers of the questions whose words and at least one answer are known. An
            answer must be in the vocabulary to be found.
        composed: int64 [m], those of them with a word whose vector is composed from n-grams.
    """

    def __init__(self, questions: Sequence[Question], lookup: SetLookup) -> None:
        self._questions = questions
        self._lookup = lookup
        covered = [i for i, question in enumerate(questions) if _is_covered(question, lookup)]
        composed = [i for i in covered if any(map(lookup.is_composed, questions[i][:3]))]
        self.covered, self.composed = np.array(covered, np.int64), np.array(composed, np.int64)

    @cached_property
    def _batches(self) -> list[AnalogyRows]:
        covered = self.covered.tolist()
        starts = range(0, len(covered), _BATCH)
        return [
            analogy_rows(self._questions, covered[start : start + _BATCH], self._lookup) for start in starts
        ]

    def ask(self, vectors: NDArray[np.float32], methods: Sequence[str]) -> dict[str, AnalogyResult]:
        """Answers by method, "3CosAdd" or "3CosMul"; vectors: float32 [V, D], may be mapped or strided."""
        right = {method: np.zeros(len(self.covered), bool) for method in methods}
        tied = {method: np.zeros(len(self.covered), bool) for method in methods}
        for batch in self._batches:
            places = np.searchsorted(self.covered, batch.numbers)
            for method, race in _run(batch, vectors, methods, self._lookup).items():
                right[method][places], tied[method][places] = ~race.lost, race.tied
        return {method: AnalogyResult(right[method], tied[method]) for method in methods}


def _is_covered(question: Question, lookup: SetLookup) -> bool:
    return all(word in lookup for word in question[:3]) and any(map(lookup.answer_rows, question.answers))


def _run(
    rows: AnalogyRows, vectors: NDArray[np.float32], methods: Sequence[str], lookup: SetLookup
) -> dict[str, "_Race"]:
    units = unit_rows_or_zeros(lookup.take(vectors, rows.terms))
    races = {method: _Race(rows, METHODS[method](rows, units, vectors)) for method in methods}
    terms, n_rows = units.astype(np.float32), lookup.n_rows
    step = max(
        64,
        min(_TABLE_VALUES // (2 * len(rows.terms) + len(rows.pairs)), 2 * BLOCK_VALUES // vectors.shape[1]),
    )
    for start in range(0, n_rows, step):
        block = unit_block(vectors, start, min(start + step, n_rows))
        products = terms @ block.T
        dead = np.flatnonzero(~block.any(axis=1))
        for race in races.values():
            race.meet(products, dead, start)
    for race in races.values():
        race.end()
    return races


class _Race:
    """Compares right answers with all rows by one score."""

    def __init__(self, rows: AnalogyRows, scores: AddScores) -> None:
        self._rows = rows
        self._scores = scores
        self._ties = scores.ties()
        self._goal = np.full(len(rows), -np.inf)
        self._goal_row = np.zeros(len(rows), np.int64)
        self._set_goals()
        self.lost = scores.aimless() | np.isneginf(self._goal)
        self.tied = np.zeros(len(rows), bool)
        self._open = np.flatnonzero(~self.lost)

    def _set_goals(self) -> None:
        """Sets the score that no other row may exceed: that of the best right row."""
        answers = self._rows.answers
        exact = self._scores.exact(answers.lines, answers.rows)
        # The last write wins: the best row or, among equals, the lowest.
        order = np.lexsort((-answers.rows, exact))
        self._goal[answers.lines[order]] = exact[order]
        self._goal_row[answers.lines[order]] = answers.rows[order]
        for question, right in self._rows.hidden.items():
            crowd = self._rows.crowds.get(question, [])
            scores = self._exact_of(question, crowd)
            seen = last_seen(crowd, scores)
            if seen in right:
                self._goal[question] = scores[crowd.index(seen)]
                self._goal_row[question] = seen

    def _exact_of(self, question: int, rows: list[int]) -> NDArray[np.float64]:
        return self._scores.exact(np.full(len(rows), question), np.asarray(rows, np.int64))

    def meet(self, products: Rough, dead: NDArray[np.intp], start: int) -> None:
        """Processes a block of rows: products of the terms with them, float32 [W, n], and its dead rows."""
        rows = self._rows
        pair_part, term_part = self._scores.rough(products)
        stop = start + products.shape[1]
        pair_part[rows.pair_variants.within(start, stop)] = -np.inf
        pair_part[:, dead] = -np.inf
        term_part[rows.term_variants.within(start, stop)] = -np.inf
        bounds = self._highest(pair_part, term_part)
        close = self._open[bounds >= (self._goal - self._ties)[self._open]]
        settled = np.zeros(len(rows), bool)
        for first in range(0, len(close), _AT_ONCE):
            some = close[first : first + _AT_ONCE]
            table = term_part[rows.c[some]]
            table += pair_part[rows.pair[some]]
            settled[self._settle(some, table, start)] = True
        self._open = self._open[~settled[self._open]]

    def _highest(self, pair_part: Rough, term_part: Rough) -> Rough:
        """The highest bound of each open question in the block, pair by pair."""
        rows, opened = self._rows, self._open
        highest = np.empty(len(opened), np.float32)
        table = np.empty((_AT_ONCE, term_part.shape[1]), np.float32)
        pair = rows.pair[opened]
        edges = [0, *(np.flatnonzero(np.diff(pair)) + 1).tolist(), len(opened)]
        for first, last in pairwise(edges):
            for low in range(first, last, _AT_ONCE):
                high = min(low + _AT_ONCE, last)
                part = table[: high - low]
                np.take(term_part, rows.c[opened[low:high]], axis=0, out=part, mode="clip")
                part += pair_part[pair[low]]
                part.max(axis=1, out=highest[low:high])
        return highest

    def _settle(self, questions: NDArray[np.intp], table: Rough, start: int) -> NDArray[np.intp]:
        """Compares rows with the goals exactly if the bounds (float32 [questions, n]) require it.

        Returns the questions for which a row is clearly better, which are then settled.
        """
        self._leave_out_answers(questions, table, start)
        goal, tie = self._goal[questions], self._ties[questions]
        best = table.argmax(axis=1)
        possible = table[np.arange(len(best)), best] >= goal - tie
        exact = np.full(len(best), -np.inf)
        exact[possible] = self._scores.exact(questions[possible], start + best[possible])
        clear = exact > goal + tie
        left = np.flatnonzero(possible & ~clear)
        lines, columns = np.nonzero(table[left] >= (goal - tie)[left, None])
        lines = left[lines]
        found, found_rows = questions[lines], start + columns
        scores = self._scores.exact(found, found_rows)
        clear[lines[scores > goal[lines] + tie[lines]]] = True
        near = np.abs(scores - goal[lines]) <= tie[lines]
        self.tied[found[near]] = True
        ahead = (scores > goal[lines]) | ((scores == goal[lines]) & (found_rows < self._goal_row[found]))
        self.lost[found[ahead]] = True
        self.lost[questions[clear]] = True
        self.tied[questions[clear]] = False
        return questions[clear]

    def _leave_out_answers(self, questions: NDArray[np.intp], table: Rough, start: int) -> None:
        lines, columns = self._rows.answers.within(start, start + table.shape[1])
        # The questions are in ascending order.
        places = np.searchsorted(questions, lines)
        inside = places < len(questions)
        inside[inside] = questions[places[inside]] == lines[inside]
        table[places[inside], columns[inside]] = -np.inf

    def end(self) -> None:
        """Removes right answers that gensim would have missed."""
        for question, crowd in self._rows.crowds.items():
            if not self.lost[question] and question not in self._rows.hidden:
                scores = self._exact_of(question, crowd)
                if crowded_out(scores, float(self._goal[question])):
                    self.lost[question] = True
