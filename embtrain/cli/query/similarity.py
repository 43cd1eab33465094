"""``embtrain similarity``: the cosine of pairs of words."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import RowKind, Run
from embtrain.cli.query.input_lines import text_of
from embtrain.cli.query.options import check_inputs, json_option, oov_option, words_option
from embtrain.cli.query.queries import Form, Queries, Query

if TYPE_CHECKING:
    from embtrain.analysis.queries import Found, Oov


@click.command()
@click.argument("vectors")
@click.argument("words", metavar="[A B]...", nargs=-1)
@json_option
@oov_option()
@words_option("pairs of words")
def command(vectors: str, words: tuple[str, ...], as_json: bool, oov: "Oov", source: str | None) -> None:
    """Print the cosine of each pair of words A and B.

    VECTORS is a file in the shared format, or - for stdin. Without words, lines "A B" are read from stdin
    (with a tab between where words hold spaces) and answered as they arrive; on a terminal there is a prompt.
    Each row is A, B, cosine, with tabs between.

    \b
    Examples:
      embtrain similarity vectors.safetensors cat dog cat car
      cut -f1,2 pairs.tsv | embtrain similarity vectors.safetensors --oov null
    """
    check_inputs(vectors, words, source)
    queries = Queries(Form("2 words", 2, 2), words, source)
    from embtrain.analysis.queries import Lookup
    from embtrain.cli.open_vectors import open_vectors

    embeddings = open_vectors(vectors)
    Run(Lookup(embeddings, oov), _Pairs(embeddings, as_json), oov).answer_all(queries)


class _Pairs(RowKind):
    """Pairs of words asked for their cosine."""

    noun = "pair"

    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Any]:
        """The cosine of each pair."""
        from embtrain.analysis.queries import pair_similarities

        return (None if math.isnan(cosine) else cosine for cosine in pair_similarities(found).tolist())

    def record(self, query: Query, answer: Any) -> dict[str, Any]:
        """``{"query": [a, b], "similarity": cosine or null}``."""
        similarity = None if answer is None else round(answer, 6)
        return {"query": [text_of(word) for word in query.words], "similarity": similarity}

    def rows(self, query: Query, answer: Any) -> list[Sequence[bytes]]:
        """One row of a, b, cosine, which is empty where there is none."""
        return [(*query.words, b"" if answer is None else b"%.6f" % answer)]
