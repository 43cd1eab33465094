"""``embtrain neighbors``: prints the nearest words by cosine, as TSV or JSON lines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.notes import say
from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import Phrases, RankedKind
from embtrain.cli.query.options import line_form, ranked_options
from embtrain.cli.query.output_lines import LineForm
from embtrain.cli.query.queries import Query
from embtrain.cli.shell.completed import FILE
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.search.exact import Hits
    from embtrain.vectors.search.index import IndexSearcher


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@ranked_options("words")
@click.option(
    "--index",
    metavar="FILE",
    type=FILE,
    help="For very many words: search approximately, in an index kept in FILE (created if missing).",
)
def command(vectors: str, words: tuple[str, ...], topn: int, index: str | None, **options: Any) -> None:
    """Print the words nearest to each WORD by cosine, best first, without the word itself.

    VECTORS is a file in the shared format, or - for stdin. Without WORDs, words are read from stdin, one per
    line, and answered as they arrive; on a terminal there is a prompt. Each row is query, rank, word, score,
    separated by tabs; a tab or line break within a word is printed as \\t, \\n or \\r.

    The search is exact. With --index it is approximate; its recall is measured and printed.

    \b
    Examples:
      embtrain neighbors vectors.safetensors king queen
      cut -f1 terms.tsv | embtrain neighbors vectors.safetensors -k 3 --json --oov null
    """
    form = line_form(options)
    answer(_Neighbors(form, topn, index), vectors, words, **options)


class _Neighbors(RankedKind):
    """Words, answered by their nearest words."""

    columns = ("query", "rank", "word", "score")
    key = "neighbors"

    def __init__(self, form: LineForm, topn: int, index: str | None) -> None:
        super().__init__(form, topn)
        self._index = index
        self._indexed: IndexSearcher | None = None

    def open(self, embeddings: "Embeddings") -> None:
        """Also opens the index, if one was named."""
        super().open(embeddings)
        if self._index is not None:
            self._indexed = _open_index(embeddings, self._index, self._topn)

    def search(self, queries: Sequence[Query], found: "FoundWords") -> "Hits":
        """The neighbours of each word."""
        searcher = self._indexed or self.embeddings.searcher
        return searcher.search(found.vectors, self._topn, found.rows)

    def reason(self, query: Query, found: "FoundWords") -> Phrases:
        """Why a word has no neighbours."""
        if not found.directed.all():
            return (
                "word has no neighbours: its vector is zero or not finite",
                "words have no neighbours: their vectors are zero or not finite",
            )
        why = self.no_other()
        return f"word has no neighbours: {why}", f"words have no neighbours: {why}"


def _open_index(embeddings: "Embeddings", path: str, topn: int) -> "IndexSearcher":
    from embtrain.vectors.search.index import open_index

    indexed = open_index(embeddings.searcher, path, say)
    recall = indexed.recall(topn)
    say(
        f"{path}: approximate search, recall@{topn} {recall.mean:.4f} against exact search "
        f"({counted(recall.queries, 'row')} from all over the vocabulary)"
    )
    return indexed
