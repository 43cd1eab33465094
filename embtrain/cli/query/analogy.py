"""``embtrain analogy``: a is to b as c is to what?"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import (
    Phrases,
    RowKind,
    Run,
    batch_limit,
    no_other,
    ranked,
    ranked_records,
    ranked_rows,
)
from embtrain.cli.query.input_lines import text_of
from embtrain.cli.query.options import (
    check_inputs,
    json_option,
    oov_option,
    threads_option,
    topn_option,
    words_option,
)
from embtrain.cli.query.queries import Form, Queries, Query

if TYPE_CHECKING:
    from embtrain.analysis.queries import Found, Oov
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.search.exact import AnalogyMethod


@click.command()
@click.argument("vectors")
@click.argument("words", metavar="[A B C]...", nargs=-1)
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul", "pair-direction"]),
    default="3cosadd",
    show_default=True,
    help="Score of x: cos(x, b - a + c); cos(x, b) cos(x, c) / cos(x, a), cosines moved to 0..1; "
    "cos(x - c, b - a).",
)
@topn_option
@json_option
@oov_option()
@words_option("triples of words")
@threads_option
def command(
    vectors: str,
    words: tuple[str, ...],
    method: "AnalogyMethod",
    topn: int,
    as_json: bool,
    oov: "Oov",
    source: str | None,
    threads: int | None,
) -> None:
    """Print the words that complete "A is to B as C is to ...", best first, without A, B and C themselves.

    VECTORS is a file in the shared format, or - for stdin. Without words, lines "A B C" are read from stdin
    (with tabs between where words hold spaces) and answered as they arrive; on a terminal there is a prompt.
    Each row is A, B, C, rank, word, score, with tabs between.

    \b
    Examples:
      embtrain analogy vectors.safetensors man king woman
      embtrain analogy vectors.safetensors --method 3cosmul -k 1 --words triples.txt
    """
    check_inputs(vectors, words, source)
    queries = Queries(Form("3 words (a b c)", 3, 3), words, source, batch_limit(topn))
    from embtrain.analysis.queries import Lookup
    from embtrain.cli.open_vectors import open_vectors

    embeddings = open_vectors(vectors, threads)
    Run(Lookup(embeddings, oov), _Analogies(embeddings, as_json, topn, method), oov).answer_all(queries)


class _Analogies(RowKind):
    """Triples of words asked for the word that completes them."""

    noun = "triple"

    def __init__(self, embeddings: "Embeddings", as_json: bool, topn: int, method: "AnalogyMethod") -> None:
        super().__init__(embeddings, as_json)
        self._topn = topn
        self._method = method

    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Any]:
        """The best words for each triple."""
        triples = found.vectors.reshape(len(queries), 3, self.embeddings.dim)
        rows, scores = self.embeddings.searcher.analogies(
            triples, self._topn, found.rows.reshape(-1, 3), self._method
        )
        return (ranked(self.embeddings, *hits) for hits in zip(rows.tolist(), scores.tolist(), strict=True))

    def record(self, query: Query, answer: Any) -> dict[str, Any]:
        """``{"query": [a, b, c], "answers": [{"word": ..., "score": ...}, ...] or null}``."""
        return {"query": [text_of(word) for word in query.words], "answers": ranked_records(answer)}

    def rows(self, query: Query, answer: Any) -> list[Sequence[bytes]]:
        """Rows of a, b, c, rank, word, score."""
        return ranked_rows(query.words, answer)

    def reason(self, query: Query, found: "Found") -> Phrases:
        """Why a triple has no answer."""
        if not found.directed.all():
            return super().reason(query, found)
        why = self._cancelled(found) or no_other(self.embeddings)
        return f"triple has no answer: {why}", f"triples have no answer: {why}"

    def _cancelled(self, found: "Found") -> str | None:
        """What the method looks for and is zero, if it is."""
        import numpy as np

        from embtrain.floats import unit_rows_or_zeros

        a, b, c = unit_rows_or_zeros(found.vectors)
        if self._method == "3cosadd" and not np.any(b - a + c):
            return "b - a + c is zero"
        return "b - a is zero" if self._method == "pair-direction" and not np.any(b - a) else None
