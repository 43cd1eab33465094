"""Answers batches of queries in order, and reports at the end what had no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.cli.notes import say
from embtrain.cli.query.kinds import Phrases, QueryKind
from embtrain.cli.query.options import check_inputs, words_from
from embtrain.cli.query.output_lines import text_of
from embtrain.cli.query.queries import Queries, Query
from embtrain.errors import NotFoundError
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords, Oov, QueryLookup


def answer(
    kind: QueryKind,
    vectors: str,
    given: tuple[str, ...],
    source: str | None,
    oov: "Oov",
    threads: int | None = None,
    inputs: Sequence[str | None] = (),
) -> None:
    """Answers all queries of a command, and reports on stderr what was left out.

    Args:
        kind: the kind of the queries.
        vectors: the file of vectors.
        given: the words on the command line.
        source: the file to read words from if none are given; "-" or None for stdin.
        oov: what to do about words without a vector.
        threads: threads of the search; None for one per core.
        inputs: other files that the command reads.

    Raises:
        UsageError: inputs contradict each other or cannot be opened, or the output cannot be written.
        DataError: an input cannot be read.
        NotFoundError: a word has no vector and `oov` is "error", or no query was answered.
    """
    check_inputs(vectors, given, source)
    kind.check_output([vectors, words_from(given, source), *inputs])
    queries = Queries(kind.form, given, source, kind.batch_size)
    from embtrain.analysis.queries import QueryLookup
    from embtrain.cli.open_vectors import open_vectors

    embeddings = open_vectors(vectors, threads)
    lookup = QueryLookup(embeddings, oov)
    kind.open(embeddings)
    with kind.open_output() as out:
        out.write(kind.head())
        _Answering(lookup, kind, oov, out).answer_all(queries)


@dataclass
class _Note:
    """The count of a message, and its first example."""

    first: bytes
    count: int = 0


class _Notes:
    """Counts messages on queries and words."""

    def __init__(self) -> None:
        self._notes: dict[Phrases, _Note] = {}

    def add(self, phrases: Phrases, of: bytes) -> None:
        self._notes.setdefault(phrases, _Note(of)).count += 1

    def take(self) -> list[str]:
        """Returns all messages and forgets them."""
        notes, self._notes = self._notes, {}
        return [f"{counted(note.count, *phrases)} ({_example(note)})" for phrases, note in notes.items()]


def _example(note: _Note) -> str:
    first = repr(text_of(note.first[:80]))
    return first if note.count == 1 else f"the first: {first}"


class _Answering:
    """Answers batches of queries and counts those without an answer."""

    def __init__(self, lookup: "QueryLookup", kind: QueryKind, oov: "Oov", out: BinaryIO) -> None:
        self._out = out
        self._lookup = lookup
        self._kind = kind
        self._oov = oov
        self._interactive = False
        self._n_answered = 0
        self._n_unknown = 0
        self._n_left_out = 0
        self._notes = _Notes()

    def answer_all(self, queries: Queries) -> None:
        """Answers each batch and flushes its answers before it reads the next one, then reports.

        Raises NotFoundError at the first unknown word if `oov` is "error", after the answers before it, and
        at the end if no query was answered.
        """
        self._interactive = queries.interactive
        for batch in queries.batches():
            if batch:
                self._answer(self._kind.prepared(batch))
                self._out.flush()
            if self._interactive:
                self._say_all(self._take_notes())
        self._report()
        for data in self._kind.rest():
            self._out.write(data)

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
        answers = iter(self._kind.answers(known, found.only(chosen)) if known else ())
        for i, query in enumerate(queries[:n_answered]):
            own = found.part(starts[i], starts[i + 1])
            self._write(query, own if whole[i] else None, next(answers) if whole[i] else None)
        if n_answered < len(queries):
            self._out.flush()
            unknown = int((~found.known[starts[n_answered] :]).argmax())
            self._refuse(queries[n_answered].words[unknown])

    def _write(self, query: Query, found: "FoundWords | None", answer: Any | None) -> None:
        """Writes and counts an answer; `found` is None if a word of the query has no vector."""
        if found is None:
            self._n_unknown += 1
        elif answer is None or (isinstance(answer, list) and not answer):
            self._notes.add(self._kind.reason(query, found), query.text)
        else:
            self._n_answered += 1
            if not found.directed.all():
                for phrases, word in self._kind.remarks(query, found):
                    self._notes.add(phrases, word)
        if found is not None or self._oov == "null":
            self._out.write(self._kind.show(query, answer))

    def _refuse(self, word: bytes) -> None:
        message = self._lookup.unknown_message(word)
        if not self._interactive:
            raise NotFoundError(message)
        say(message)

    def _take_notes(self) -> list[str]:
        """Returns the messages on queries so far and forgets them."""
        notes = []
        if self._n_left_out:
            words = counted(self._n_left_out, "word has no vector and was", "words have no vector and were")
            notes.append(f"{words} left out")
        if self._n_unknown:
            noun = self._kind.noun
            one, many = f"{noun} has no vector and was", f"{noun}s have no vector and were"
            done = "skipped" if self._oov == "skip" else "answered with nothing"
            notes.append(f"{counted(self._n_unknown, one, many)} {done}")
        self._n_left_out = self._n_unknown = 0
        return notes + self._notes.take()

    def _say_all(self, notes: list[str]) -> None:
        for note in notes:
            say(note)

    def _report(self) -> None:
        """Reports on stderr what was left out. Raises NotFoundError if no query was answered."""
        if (first := self._lookup.spelling.first_changed) is not None:
            given, found = map(text_of, first)
            n_words = self._lookup.spelling.n_changed
            what = f"{n_words:,} of the words, first {given!r} as {found!r}"
            say(f"looked up in the spelling of the training text: {what}")
        n_missed = self._n_unknown + self._n_left_out
        notes = self._take_notes()
        nothing = bool(notes) and not self._n_answered and not self._interactive
        self._say_all(notes if n_missed or not nothing else notes[:-1])
        n_rows = self._lookup.embeddings.searcher.n_without_direction
        if n_rows:
            one = "vector is zero or not finite and never a neighbour"
            many = "vectors are zero or not finite and never neighbours"
            say(counted(n_rows, one, many))
        if nothing:
            raise NotFoundError("none of the words has a vector" if n_missed else notes[-1])
