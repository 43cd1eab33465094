"""Answering batches of queries in order: what is known, what is not, and what is said of it at the end."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.cli.lines import json_line, text_of, tsv_line
from embtrain.cli.query_input import Queries, Query, say
from embtrain.errors import NotFoundError

if TYPE_CHECKING:
    from embtrain.analysis.queries import Found, Lookup
    from embtrain.vectors.embeddings import Embeddings


class Kind(ABC):
    """One kind of query: how it is answered, and how answers are shown.

    Attributes:
        noun: what its queries are, for messages: "words", "pairs".
        skips_words: --oov skip leaves out unknown words, not the queries that hold them; `answers` gets them
            all, with what is known of each.
        embeddings: whom they are put to.
    """

    noun = "words"
    skips_words = False

    def __init__(self, embeddings: "Embeddings") -> None:
        self.embeddings = embeddings

    def prepared(self, queries: list[Query]) -> list[Query]:
        """The queries with the words that are looked up for them."""
        return queries

    @abstractmethod
    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Any]:
        """An answer per query, whose words all have vectors; None or [] where there is none all the same."""

    @abstractmethod
    def show(self, query: Query, answer: Any) -> bytes:
        """What is printed for an answer, None standing for none."""

    def aimless(self, count: int) -> str:
        """Says of `count` queries that their words have vectors and yet there is no answer."""
        return f"{count} {self.noun} have no answer: a vector of theirs is zero or not finite"


class RowKind(Kind):
    """A kind of query whose answers are rows or JSON objects."""

    def __init__(self, embeddings: "Embeddings", as_json: bool) -> None:
        super().__init__(embeddings)
        self._as_json = as_json

    @abstractmethod
    def record(self, query: Query, answer: Any) -> dict[str, Any]:
        """The JSON object of an answer, None standing for none."""

    @abstractmethod
    def rows(self, query: Query, answer: Any) -> list[Sequence[bytes]]:
        """The rows of an answer, the query repeated in each."""

    def show(self, query: Query, answer: Any) -> bytes:
        """The lines of an answer."""
        if self._as_json:
            return json_line(self.record(query, answer))
        return b"".join(tsv_line(row) for row in self.rows(query, answer))


def batch_limit(topn: int) -> int:
    """Queries in a batch, so that a million answers at most are in memory."""
    return max(1, (1 << 20) // topn)


def ranked(
    embeddings: "Embeddings", rows: Sequence[int], scores: Sequence[float]
) -> list[tuple[bytes, float]]:
    """Words and scores of one query's results, as long as there are any."""
    word = embeddings.vocabulary.word_bytes
    return [(word(row), score) for row, score in zip(rows, scores, strict=True) if row >= 0]


def ranked_rows(query: Sequence[bytes], answer: list[tuple[bytes, float]] | None) -> list[Sequence[bytes]]:
    """Rows of query, rank (from 1), word, score; one row without the last three where there is no answer."""
    if answer is None:
        return [(*query, b"", b"", b"")]
    return [(*query, b"%d" % rank, word, b"%.6f" % score) for rank, (word, score) in enumerate(answer, 1)]


def ranked_records(answer: list[tuple[bytes, float]] | None) -> list[dict[str, Any]] | None:
    """The same for JSON; None where there is no answer."""
    if answer is None:
        return None
    return [{"word": text_of(word), "score": round(score, 6)} for word, score in answer]


class Run:
    """Answers batches of queries and counts what had no answer."""

    def __init__(self, lookup: "Lookup", kind: Kind, oov: str, out: BinaryIO | None = None) -> None:
        """Args: out: where answers go; stdout unless given."""
        self._out = out or sys.stdout.buffer
        self._lookup = lookup
        self._kind = kind
        self._oov = oov
        self._interactive = False
        self._n_answered = 0
        self._n_unknown = 0
        self._n_left_out = 0
        self._n_aimless = 0

    def answer_all(self, queries: Queries) -> None:
        """Answers each batch and passes the answers on before the next one is asked for, then reports.

        Raises NotFoundError at the first unknown word where that is asked for, after the answers before it.
        """
        self._interactive = queries.interactive
        for batch in queries.batches():
            if batch:
                self._answer(self._kind.prepared(batch))
                self._out.flush()
        self._report()

    def _answer(self, queries: list[Query]) -> None:
        import numpy as np

        found = self._lookup.find([word for query in queries for word in query.words])
        starts = list(accumulate((len(query.words) for query in queries), initial=0))
        if self._oov == "skip" and self._kind.skips_words:
            self._n_left_out += int((~found.known).sum())
            whole = [True] * len(queries)
        else:
            whole = [bool(found.known[start:stop].all()) for start, stop in pairwise(starts)]
        n_answered = len(queries) if self._oov in ("skip", "null") or all(whole) else whole.index(False)
        known = [query for query, is_whole in zip(queries[:n_answered], whole, strict=False) if is_whole]
        chosen = np.repeat(whole, np.diff(starts))
        chosen[starts[n_answered] :] = False
        answers = iter(self._kind.answers(known, found.only(chosen)))
        for query, is_whole in zip(queries[:n_answered], whole, strict=False):
            self._write(query, is_whole, next(answers) if is_whole else None)
        if n_answered < len(queries):
            self._out.flush()
            unknown = int((~found.known[starts[n_answered] :]).argmax())
            self._refuse(queries[n_answered].words[unknown])

    def _write(self, query: Query, known: bool, answer: Any | None) -> None:
        empty = answer is None or (isinstance(answer, list) and not answer)
        self._n_unknown += not known
        self._n_answered += not empty
        self._n_aimless += known and empty
        if known or self._oov == "null":
            self._out.write(self._kind.show(query, answer))

    def _refuse(self, word: bytes) -> None:
        message = self._lookup.unknown_message(word)
        if not self._interactive:
            raise NotFoundError(message)
        say(message)

    def _report(self) -> None:
        """Says on stderr what was left out. Raises NotFoundError where no query at all was answered."""
        if (first := self._lookup.spelling.first_changed) is not None:
            given, found = map(text_of, first)
            n_words = self._lookup.spelling.n_changed
            what = f"{n_words} of the words, first {given!r} as {found!r}"
            say(f"looked up as the text of the training spells it: {what}")
        if self._n_left_out:
            say(f"{self._n_left_out} words have no vector and were left out")
        if self._n_unknown:
            done = "skipped" if self._oov == "skip" else "answered with nothing"
            say(f"{self._n_unknown} {self._kind.noun} have no vector and were {done}")
        if self._n_aimless:
            say(self._kind.aimless(self._n_aimless))
        n_rows = self._lookup.embeddings.searcher.n_without_direction
        if n_rows:
            say(f"{n_rows} vectors are zero or not finite and are nobody's neighbours")
        if self._n_unknown + self._n_left_out and not self._n_answered:
            raise NotFoundError("none of the words has a vector")
