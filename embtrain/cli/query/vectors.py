"""``embtrain vectors``: prints the vectors of words, as text, a NumPy file or raw values."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import Phrases
from embtrain.cli.query.options import line_form, oov_option, output_options, words_option
from embtrain.cli.query.queries import Query
from embtrain.cli.query.vector_output import VectorKind, VectorOutput, not_finite
from embtrain.cli.shell.completed import FILE

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords, Oov


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@output_options
@oov_option()
@words_option("words")
def command(vectors: str, words: tuple[str, ...], source: str | None, oov: "Oov", **output: Any) -> None:
    """Print the vector of each WORD.

    VECTORS is a file in the shared format, or - for stdin. Without WORDs, words are read from stdin, one per
    line, and answered as they arrive; on a terminal there is a prompt. A line of text is a word and its
    values, separated by spaces, as in files of GloVe and fastText. With --oov null, a word without a vector
    gets nan values (null with --json), so that there is a row for each word.

    \b
    Examples:
      embtrain vectors vectors.safetensors king queen
      embtrain vectors vectors.safetensors --words words.txt --to npy -o words.npy
    """
    answer(_Words(VectorOutput(lines=line_form(output), **output)), vectors, words, source, oov)


class _Words(VectorKind):
    """Words, answered by their vectors."""

    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[Any]:
        """The vector of each word."""
        return self.shown_vectors(found.vectors)

    def remarks(self, query: Query, found: "FoundWords") -> Iterable[tuple[Phrases, bytes]]:
        """Words with vectors that are not finite."""
        return not_finite(query, found, "word has", "words have")
