"""Kinds of queries: their syntax, their answers, and the output of answers."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from embtrain.cli.query.input_lines import BATCHES
from embtrain.cli.query.output_lines import Field, LineForm, Table, json_line, text_of
from embtrain.cli.query.queries import Query, QueryForm

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.search.exact import Hits


#: Singular and plural of a message: "word has no vector", "words have no vector".
Phrases = tuple[str, str]
#: Words and scores, best first.
Ranked = list[tuple[bytes, float]]

# Most answers held in memory.
_MOST_ANSWERS = 1 << 20


class QueryKind(ABC):
    """One kind of query.

    Attributes:
        form: its syntax.
        noun: its name in messages: "word", "pair".
        skips_words: whether --oov skip leaves out unknown words instead of the queries that hold them;
            `answers` then gets all queries, with the known words of each.
        batch_size: the most queries that are answered together.
        embeddings: the vectors, after `open`.
    """

    form: ClassVar[QueryForm] = QueryForm("a word")
    noun: ClassVar[str] = "word"
    skips_words: ClassVar[bool] = False
    batch_size = BATCHES[-1]
    embeddings: "Embeddings"

    def check_output(self, inputs: Sequence[str | None]) -> None:  # noqa: B027 - rows always can be
        """Raises UsageError, before any work, if answers cannot be written or would replace an input."""

    def open(self, embeddings: "Embeddings") -> None:
        """Sets the vectors, before the first query."""
        self.embeddings = embeddings

    def head(self) -> bytes:
        """The output before the first answer; the vectors are open."""
        return b""

    def open_output(self) -> AbstractContextManager[BinaryIO]:
        """Opens the output for answers."""
        return nullcontext(sys.stdout.buffer)

    def prepared(self, queries: list[Query]) -> list[Query]:
        """The queries, with the words to look up for each."""
        return queries

    @abstractmethod
    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[Any]:
        """One answer per query, whose words all have vectors; None or [] if there is none nevertheless."""

    @abstractmethod
    def show(self, query: Query, answer: Any) -> bytes:
        """The output for an answer; None means no answer."""

    def rest(self) -> Iterable[bytes]:
        """The output after the last answer."""
        return ()

    def reason(self, query: Query, found: "FoundWords") -> Phrases:
        """Why a query has no answer although its words have vectors (`found`)."""
        return (
            f"{self.noun} has no answer: one of its vectors is zero or not finite",
            f"{self.noun}s have no answer: one of their vectors is zero or not finite",
        )

    def remarks(self, query: Query, found: "FoundWords") -> Iterable[tuple[Phrases, bytes]]:
        """Messages on words of an answered query whose vectors are zero or not finite."""
        return ()


class RowKind(QueryKind):
    """A kind of query whose answers are rows or JSON objects.

    Attributes:
        columns: names of the columns of its rows.
    """

    columns: ClassVar[tuple[str, ...]]

    def __init__(self, form: LineForm) -> None:
        self._table = Table(form, self.columns)

    def head(self) -> bytes:
        """The header of a table."""
        return self._table.head

    @abstractmethod
    def fields(self, query: Query, answer: Any) -> dict[str, Any]:
        """The JSON fields of an answer besides "query"; None means no answer."""

    @abstractmethod
    def rows(self, query: Query, answer: Any) -> list[Sequence[Field]]:
        """The rows of an answer; each repeats the query."""

    def show(self, query: Query, answer: Any) -> bytes:
        """The lines of an answer."""
        if self._table.form != "json":
            return b"".join(self._table.row(row) for row in self.rows(query, answer))
        words = [text_of(word) for word in query.words]
        asked = words[0] if self.form.most == 1 else words
        return json_line({"query": asked, **self.fields(query, answer)})


class RankedKind(RowKind):
    """A kind of query whose answers are other words, best first.

    Attributes:
        key: the name of the answers in JSON.
    """

    key: ClassVar[str]

    def __init__(self, form: LineForm, topn: int) -> None:
        super().__init__(form)
        self._topn = topn
        self.batch_size = min(max(1, _MOST_ANSWERS // topn), BATCHES[-1])

    @abstractmethod
    def search(self, queries: Sequence[Query], found: "FoundWords") -> "Hits":
        """Rows int64 and scores float64 [queries, topn] of the best words; row -1 if there are fewer."""

    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[Ranked]:
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

    def rows(self, query: Query, answer: Ranked | None) -> list[Sequence[Field]]:
        """Rows of query, rank (from 1), word, score; without an answer one row with the last three empty."""
        if answer is None:
            return [(*query.words, None, None, None)]
        return [(*query.words, rank, word, score) for rank, (word, score) in enumerate(answer, 1)]

    def no_other(self) -> str:
        """Why a search among the words outside the query finds no word."""
        if self.embeddings.searcher.n_without_direction:
            return "every other vector is zero or not finite"
        return "these vectors hold no other word"
