"""``embtrain similarity``: prints the cosines of pairs of words."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import RowKind
from embtrain.cli.query.options import line_form, row_options
from embtrain.cli.query.output_lines import Field
from embtrain.cli.query.queries import Query, QueryForm
from embtrain.cli.shell.completed import FILE

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("words", metavar="[A B]...", nargs=-1)
@row_options("pairs of words")
def command(vectors: str, words: tuple[str, ...], **options: Any) -> None:
    """Print the cosine of each pair of words A and B.

    VECTORS is a file in the shared format, or - for stdin. Without words, lines "A B" are read from stdin
    (separated by a tab if words hold spaces) and answered as they arrive; on a terminal there is a prompt.
    Each row is A, B, cosine, separated by tabs.

    \b
    Examples:
      embtrain similarity vectors.safetensors cat dog cat car
      cut -f1,2 pairs.tsv | embtrain similarity vectors.safetensors --oov null
    """
    answer(_Pairs(line_form(options)), vectors, words, **options)


class _Pairs(RowKind):
    """Pairs of words, answered by their cosines."""

    form = QueryForm("2 words", 2, 2)
    columns = ("a", "b", "similarity")
    noun = "pair"

    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[float | None]:
        """The cosine of each pair."""
        from embtrain.analysis.queries import pair_similarities

        return (None if math.isnan(cosine) else cosine for cosine in pair_similarities(found).tolist())

    def fields(self, query: Query, answer: float | None) -> dict[str, Any]:
        """``{"similarity": cosine or null}``."""
        return {"similarity": None if answer is None else round(answer, 6)}

    def rows(self, query: Query, answer: float | None) -> list[Sequence[Field]]:
        """One row of a, b, cosine, which is empty if there is none."""
        return [(*query.words, answer)]
