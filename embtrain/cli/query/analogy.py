"""``embtrain analogy``: answers "a is to b as c is to what?"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import Phrases, RankedKind
from embtrain.cli.query.options import line_form, ranked_options
from embtrain.cli.query.output_lines import LineForm
from embtrain.cli.query.queries import Query, QueryForm
from embtrain.cli.shell.completed import FILE

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords
    from embtrain.vectors.search.exact import AnalogyMethod, Hits


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("words", metavar="[A B C]...", nargs=-1)
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul", "pair-direction"]),
    default="3cosadd",
    show_default=True,
    help="Score of x: cos(x, b - a + c); cos(x, b) cos(x, c) / cos(x, a), cosines shifted to 0..1; "
    "cos(x - c, b - a).",
)
@ranked_options("triples of words")
def command(
    vectors: str,
    words: tuple[str, ...],
    method: "AnalogyMethod",
    topn: int,
    **options: Any,
) -> None:
    """Print the words that complete "A is to B as C is to ...", best first, without A, B and C themselves.

    VECTORS is a file in the shared format, or - for stdin. Without words, lines "A B C" are read from stdin
    (separated by tabs if words hold spaces) and answered as they arrive; on a terminal there is a prompt.
    Each row is A, B, C, rank, word, score, separated by tabs.

    \b
    Examples:
      embtrain analogy vectors.safetensors man king woman
      embtrain analogy vectors.safetensors --method 3cosmul -k 1 --words triples.txt
    """
    form = line_form(options)
    answer(_Analogies(form, topn, method), vectors, words, **options)


class _Analogies(RankedKind):
    """Triples of words, answered by the words that complete them."""

    form = QueryForm("3 words (a b c)", 3, 3)
    noun = "triple"
    columns = ("a", "b", "c", "rank", "word", "score")
    key = "answers"

    def __init__(self, form: LineForm, topn: int, method: "AnalogyMethod") -> None:
        super().__init__(form, topn)
        self._method = method

    def search(self, queries: Sequence[Query], found: "FoundWords") -> "Hits":
        """The words that complete each triple."""
        triples = found.vectors.reshape(len(queries), 3, self.embeddings.dim)
        return self.embeddings.searcher.analogies(
            triples, self._topn, found.rows.reshape(-1, 3), self._method
        )

    def reason(self, query: Query, found: "FoundWords") -> Phrases:
        """Why a triple has no answer."""
        if not found.directed.all():
            return super().reason(query, found)
        why = self._cancelled(found) or self.no_other()
        return f"triple has no answer: {why}", f"triples have no answer: {why}"

    def _cancelled(self, found: "FoundWords") -> str | None:
        """Says that the direction the method looks for is zero, if it is."""
        import numpy as np

        from embtrain.floats import unit_rows_or_zeros

        a, b, c = unit_rows_or_zeros(found.vectors)
        if self._method == "3cosadd" and not np.any(b - a + c):
            return "b - a + c is zero"
        return "b - a is zero" if self._method == "pair-direction" and not np.any(b - a) else None
