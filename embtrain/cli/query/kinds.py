"""Kinds of queries: how each is written and answered, and how its answers are shown."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from embtrain.cli.query.input_lines import BATCHES
from embtrain.cli.query.output_lines import json_line, text_of, tsv_line
from embtrain.cli.query.queries import Form, Query

if TYPE_CHECKING:
    from embtrain.analysis.queries import Found
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.search.exact import Found as Hits


#: What is said of one, and of several: "word has no vector", "words have no vector".
Phrases = tuple[str, str]
#: Words and scores, best first.
Ranked = list[tuple[bytes, float]]

# Answers in memory at most.
_MOST_ANSWERS = 1 << 20


class Kind(ABC):
    """One kind of query.

    Attributes:
        form: how one is written.
        noun: what one is, for messages: "word", "pair".
        skips_words: --oov skip leaves out unknown words, not the queries that hold them; `answers` gets all
            queries, with what is known of each.
        batch_size: queries that are answered together at most.
        embeddings: the vectors that the queries are about, from `open` on.
    """

    form: ClassVar[Form] = Form("a word")
    noun: ClassVar[str] = "word"
    skips_words: ClassVar[bool] = False
    batch_size = BATCHES[-1]
    embeddings: "Embeddings"

    def check_output(self, inputs: Sequence[str | None]) -> None:  # noqa: B027 - rows always can be
        """Raises UsageError, before any work, where answers cannot be written or would replace an input."""

    def open(self, embeddings: "Embeddings") -> None:
        """Takes the vectors, before the first query."""
        self.embeddings = embeddings

    def open_output(self) -> AbstractContextManager[BinaryIO]:
        """Where answers go."""
        return nullcontext(sys.stdout.buffer)

    def prepared(self, queries: list[Query]) -> list[Query]:
        """The queries with the words that are looked up for them."""
        return queries

    @abstractmethod
    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Any]:
        """An answer per query, whose words all have vectors; None or [] where there is none all the same."""

    @abstractmethod
    def show(self, query: Query, answer: Any) -> bytes:
        """What is printed for an answer, None standing for none."""

    def rest(self) -> Iterable[bytes]:
        """What is printed when all queries are answered."""
        return ()

    def reason(self, query: Query, found: "Found") -> Phrases:
        """Why a query has no answer although its words have vectors; what was found is that of its words."""
        return (
            f"{self.noun} has no answer: a vector of it is zero or not finite",
            f"{self.noun}s have no answer: a vector of theirs is zero or not finite",
        )

    def remarks(self, query: Query, found: "Found") -> Iterable[tuple[Phrases, bytes]]:
        """What is to be said of the words of an answered query of which some are zero or not finite."""
        return ()


class RowKind(Kind):
    """A kind of query whose answers are rows or JSON objects."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json

    @abstractmethod
    def fields(self, query: Query, answer: Any) -> dict[str, Any]:
        """The fields of the JSON object of an answer beside "query", None standing for none."""

    @abstractmethod
    def rows(self, query: Query, answer: Any) -> list[Sequence[bytes]]:
        """The rows of an answer, the query repeated in each."""

    def show(self, query: Query, answer: Any) -> bytes:
        """The lines of an answer."""
        if not self._as_json:
            return b"".join(tsv_line(row) for row in self.rows(query, answer))
        words = [text_of(word) for word in query.words]
        asked = words[0] if self.form.most == 1 else words
        return json_line({"query": asked, **self.fields(query, answer)})


class RankedKind(RowKind):
    """A kind of query that is answered by other words, best first.

    Attributes:
        key: what the answers are called in JSON.
    """

    key: ClassVar[str]

    def __init__(self, as_json: bool, topn: int) -> None:
        super().__init__(as_json)
        self._topn = topn
        self.batch_size = min(max(1, _MOST_ANSWERS // topn), BATCHES[-1])

    @abstractmethod
    def search(self, queries: Sequence[Query], found: "Found") -> "Hits":
        """Rows int64 and scores float64 [queries, topn] of the best words, row -1 where there are fewer."""

    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Ranked]:
        """The best words of each query."""
        rows, scores = self.search(queries, found)
        return map(self._ranked, rows.tolist(), scores.tolist())

    def _ranked(self, rows: list[int], scores: list[float]) -> Ranked:
        word = self.embeddings.vocabulary.word_bytes
        return [(word(row), score) for row, score in zip(rows, scores, strict=True) if row >= 0]

    def fields(self, query: Query, answer: Ranked | None) -> dict[str, Any]:
        """``{key: [{"word": ..., "score": ...}, ...] or null}``."""
        if answer is None:
            return {self.key: None}
        return {self.key: [{"word": text_of(word), "score": round(score, 6)} for word, score in answer]}

    def rows(self, query: Query, answer: Ranked | None) -> list[Sequence[bytes]]:
        """Rows of query, rank (from 1), word, score; one with these three empty where there is no answer."""
        if answer is None:
            return [(*query.words, b"", b"", b"")]
        return [
            (*query.words, b"%d" % rank, word, b"%.6f" % score)
            for rank, (word, score) in enumerate(answer, 1)
        ]

    def no_other(self) -> str:
        """Why a search among the words that were not asked about finds none."""
        if self.embeddings.searcher.n_without_direction:
            return "every other vector is zero or not finite"
        return "these vectors hold no other word"
