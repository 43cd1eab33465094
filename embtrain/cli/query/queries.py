"""Parses queries, and reads them in batches from arguments, a file, stdin or a terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ClassVar

from embtrain.cli.notes import say
from embtrain.cli.query.input_lines import BATCHES, batches
from embtrain.cli.query.output_lines import text_of
from embtrain.cli.query.prompt import prompted
from embtrain.errors import DataError, UsageError
from embtrain.wording import counted

# White space that no word begins or ends with, because text is split there.
_AROUND = b" \t\r\n\v\f"


@dataclass(frozen=True)
class Query:
    """One query: the words to look up, and its text as given."""

    words: tuple[bytes, ...]
    text: bytes


@dataclass(frozen=True)
class QueryForm:
    """The syntax of a query.

    Attributes:
        what: what a line holds, for messages: "a word", "3 words (a b c)".
        least, most: fewest and most words, None for any number. If most is 1, a word may hold blanks.
    """

    what: str
    least: int = 1
    most: int | None = 1
    #: Whether a blank line is also a query.
    blank: ClassVar[bool] = False

    def parse(self, line: bytes, where: str) -> Query:
        """Splits a line into words, at tabs if it holds any, else at white space. Raises DataError."""
        if self.most == 1:
            word = line.strip(_AROUND)
            return Query((word,), word)
        line = line.rstrip(_AROUND)
        words = (
            tuple(word.strip(_AROUND) for word in line.split(b"\t")) if b"\t" in line else tuple(line.split())
        )
        if len(words) < self.least or (self.most is not None and len(words) > self.most) or b"" in words:
            found = f"{len(words)} in {text_of(line[:80])!r}"
            between = "separated by spaces (by tabs if words hold spaces)"
            raise DataError(f"{where}: expected {self.what} {between}, found {found}")
        return Query(words, b"\t".join(words) if b"\t" in line else line.strip(_AROUND))

    def trimmed(self, line: bytes) -> int:
        """The number of words of a line that `parse` strips white space from."""
        rest = line.rstrip(_AROUND)
        if self.most == 1 or b"\t" not in rest:
            return int(line != line.strip(_AROUND))
        return sum(word != word.strip(_AROUND) for word in rest.split(b"\t")) + (line != rest)

    def of_arguments(self, given: tuple[str, ...]) -> list[Query]:
        """Groups the words of a command line into queries. Raises UsageError if their number does not fit."""
        words = tuple(os.fsencode(word) for word in given)
        size = self.most or len(words)
        if size < self.least or len(words) % size:
            raise UsageError(
                f"expected {self.what} for each query, found {counted(len(words), 'word')} in all"
            )
        groups = [words[start : start + size] for start in range(0, len(words), size)]
        return [Query(group, b" ".join(group)) for group in groups]


class Queries:
    """Batches of queries.

    Attributes:
        interactive: whether a person types them; a mistake is then reported and does not end the command.
    """

    def __init__(
        self, form: QueryForm, given: tuple[str, ...], source: str | None, most: int = BATCHES[-1]
    ) -> None:
        """Args: most: queries in a batch.

        Raises UsageError if arguments do not fit the form, or stdin is a terminal and stdout is not.
        """
        self._form = form
        self._given = form.of_arguments(given) if given else []
        self._source = source
        self._name = "stdin" if source is None or source == "-" else source
        self._most = min(most, BATCHES[-1])
        self._line = 0
        self._n_blank = self._n_trimmed = 0
        self.interactive = False
        if not given and source in (None, "-") and (sys.stdin is None or sys.stdin.isatty()):
            self.interactive = sys.stdin is not None and sys.stdout.isatty() and source is None
            if not self.interactive:
                raise UsageError("no words: stdin is a terminal; give words, --words FILE, or pipe words in")

    def batches(self) -> Iterator[list[Query]]:
        """Yields batches in the order given; the caller answers each before it takes the next.

        Raises DataError for a line that cannot be parsed, after the queries before it were yielded.
        """
        if self._given:
            for start in range(0, len(self._given), self._most):
                yield self._given[start : start + self._most]
        elif self.interactive:
            for line in prompted(f"{self._form.what}> "):
                yield from self._parsed([line])
        else:
            yield from self._of_lines()

    def _of_lines(self) -> Iterator[list[Query]]:
        from embtrain.io.documents.text_input import open_text
        from embtrain.io.inputs.open import open_input

        # open_input waits for enough bytes to recognise a compression: a program that sends one short word
        # and waits for the answer would wait forever.
        named = self._source not in (None, "-")
        # A named pipe is also answered as it arrives.
        opened = open_text if named and os.path.isfile(str(self._source)) else open_input
        with opened(str(self._source)) if named else nullcontext(sys.stdin.buffer) as stream:
            for lines in batches(stream, self._name, self._most):
                yield from self._parsed(lines)
        if self._n_blank:
            say(f"left out {counted(self._n_blank, 'blank line')}")
        if self._n_trimmed:
            say(f"left out white space around {counted(self._n_trimmed, 'word')}")

    def _parsed(self, lines: list[bytes]) -> Iterator[list[Query]]:
        parsed: list[Query] = []
        for line in lines:
            self._line += 1
            if not self._form.blank and not line.strip(_AROUND):
                self._n_blank += 1
                continue
            self._n_trimmed += self._form.trimmed(line)
            try:
                parsed.append(self._form.parse(line, f"{self._name}: line {self._line}"))
            except DataError as error:
                yield parsed
                if not self.interactive:
                    raise
                say(error.neutral)
                return
        yield parsed
