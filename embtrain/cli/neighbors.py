"""``embtrain neighbors``: the nearest words by cosine, as TSV or NDJSON."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from embtrain.cli.lines import BATCH, Answers, JsonAnswers, TsvAnswers, batches
from embtrain.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from embtrain.vectors.embeddings import Embeddings


@click.command()
@click.argument("vectors")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option(
    "-k", "--topn", type=click.IntRange(min=1), default=10, show_default=True, help="Neighbours per word."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per word instead of rows.")
@click.option(
    "--oov",
    type=click.Choice(["error", "skip", "null"]),
    default="error",
    show_default=True,
    help="Words that have no vector: stop; leave them out and count them; answer with nothing.",
)
@click.option("--input", "source", metavar="FILE", help="Read words, one per line, from FILE (- for stdin).")
def command(
    vectors: str, words: tuple[str, ...], topn: int, as_json: bool, oov: str, source: str | None
) -> None:
    """Print the words nearest to each WORD by cosine, best first, without the word itself.

    VECTORS is a file in embtrain's format, or - for stdin. Without WORDs they are read from stdin, one per
    line, and answered as they arrive. Each row is query, rank, word, score, with tabs between; a tab or line
    break within a word is printed as \\t, \\n or \\r.

    \b
    Examples:
      embtrain neighbors vectors.safetensors king queen
      cut -f1 terms.tsv | embtrain neighbors vectors.safetensors -k 3 --json --oov null
    """
    _check_inputs(vectors, words, source)
    from embtrain.io.open import open_input
    from embtrain.vectors.store import load, validate

    embeddings = load(vectors)
    validate(embeddings.vocabulary, vectors)
    answers = JsonAnswers(sys.stdout.buffer) if as_json else TsvAnswers(sys.stdout.buffer)
    run = _Run(embeddings, answers, topn, oov)
    if words:
        given = [word.encode("utf-8", "surrogateescape") for word in words]
        run.answer_all(given[start : start + BATCH] for start in range(0, len(given), BATCH))
    else:
        # open_input waits for enough bytes to recognise a compression, and whoever sends one short word and
        # waits for its answer would wait for ever.
        named = source not in (None, "-")
        with open_input(str(source)) if named else nullcontext(sys.stdin.buffer) as stream:
            run.answer_all(batches(stream))
    run.report()


def _check_inputs(vectors: str, words: tuple[str, ...], source: str | None) -> None:
    if words and source is not None:
        raise UsageError("words were given both as arguments and by --input: choose one")
    from_stdin = not words and source in (None, "-")
    if vectors == "-" and from_stdin:
        raise UsageError(
            "stdin cannot hold both the vectors and the words: give words as arguments or by --input"
        )
    if from_stdin and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError("no words: stdin is a terminal; give words, --input FILE, or pipe words in")


class _Run:
    """Answers batches of words and counts what had no answer."""

    def __init__(self, embeddings: "Embeddings", answers: Answers, topn: int, oov: str) -> None:
        self._embeddings = embeddings
        self._answers = answers
        self._topn = topn
        self._oov = oov
        self._n_answered = 0
        self._n_unknown = 0
        self._n_aimless = 0

    def answer_all(self, batches: Iterable[list[bytes]]) -> None:
        """Answers each batch and passes the answers on before the next one is asked for."""
        for words in batches:
            self._answer(words)
            sys.stdout.flush()

    def _answer(self, words: list[bytes]) -> None:
        rows = self._embeddings.rows(words)
        n_known = len(words)
        if self._oov == "error" and (rows < 0).any():
            n_known = int((rows < 0).argmax())
        known = rows[:n_known][rows[:n_known] >= 0]
        found, scores = self._embeddings.searcher.search(self._embeddings.vectors[known], self._topn, known)
        hits = zip(found.tolist(), scores.tolist(), strict=True)
        for word, row in zip(words[:n_known], rows[:n_known].tolist(), strict=True):
            if row >= 0:
                self._write_known(word, *next(hits))
            else:
                self._write_unknown(word)
        if n_known < len(words):
            self._refuse(words[n_known])

    def _write_known(self, word: bytes, rows: list[int], scores: list[float]) -> None:
        vocabulary = self._embeddings.vocabulary
        found = [
            (vocabulary.word_bytes(row), score) for row, score in zip(rows, scores, strict=True) if row >= 0
        ]
        self._answers.write(word, found)
        self._n_answered += bool(found)
        self._n_aimless += not found

    def _write_unknown(self, word: bytes) -> None:
        self._n_unknown += 1
        if self._oov == "null":
            self._answers.write(word, None)

    def _refuse(self, word: bytes) -> None:
        sys.stdout.flush()
        from embtrain.vectors.suggest import suggest

        text = word.decode("utf-8", "surrogateescape")
        near = suggest(self._embeddings.vocabulary, word)
        hint = f"did you mean {near!r}? " if near else ""
        expected = f"is not among the {len(self._embeddings)} words"
        raise NotFoundError(f"{text!r} {expected}; {hint}--oov skip or --oov null goes on without it")

    def report(self) -> None:
        """Says on stderr what was left out. Raises NotFoundError where no word at all was known."""
        if self._n_unknown:
            done = "skipped" if self._oov == "skip" else "answered with nothing"
            _say(f"{self._n_unknown} words have no vector and were {done}")
        if self._n_aimless:
            _say(f"{self._n_aimless} words have no neighbours: their vectors are zero or not finite")
        n_rows = self._embeddings.searcher.n_without_direction
        if n_rows:
            _say(f"{n_rows} vectors are zero or not finite and are nobody's neighbours")
        if self._n_unknown and not self._n_answered:
            raise NotFoundError("none of the words has a vector")


def _say(message: str) -> None:
    click.echo(f"embtrain: {message}", err=True)
