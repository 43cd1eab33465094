"""``embtrain neighbors``: the nearest words by cosine, as TSV or NDJSON."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.notes import say
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
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.queries import Found, Oov
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.search.index import IndexSearcher


@click.command()
@click.argument("vectors")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@topn_option
@json_option
@oov_option()
@words_option("words")
@threads_option
@click.option(
    "--index",
    metavar="FILE",
    help="For very many words: search approximately, in an index kept in FILE (made if it does not exist).",
)
def command(
    vectors: str,
    words: tuple[str, ...],
    topn: int,
    as_json: bool,
    oov: "Oov",
    source: str | None,
    threads: int | None,
    index: str | None,
) -> None:
    """Print the words nearest to each WORD by cosine, best first, without the word itself.

    VECTORS is a file in the shared format, or - for stdin. Without WORDs they are read from stdin, one per
    line, and answered as they arrive; on a terminal there is a prompt. Each row is query, rank, word, score,
    with tabs between; a tab or line break within a word is printed as \\t, \\n or \\r.

    The search is exact. With --index it is approximate; its recall is measured and printed.

    \b
    Examples:
      embtrain neighbors vectors.safetensors king queen
      cut -f1 terms.tsv | embtrain neighbors vectors.safetensors -k 3 --json --oov null
    """
    check_inputs(vectors, words, source)
    queries = Queries(Form("a word"), words, source, batch_limit(topn))
    from embtrain.analysis.queries import Lookup
    from embtrain.cli.open_vectors import open_vectors

    embeddings = open_vectors(vectors, threads)
    lookup = Lookup(embeddings, oov)
    indexed = _open_index(embeddings, index, topn) if index is not None else None
    Run(lookup, _Neighbors(embeddings, as_json, topn, indexed), oov).answer_all(queries)


def _open_index(embeddings: "Embeddings", path: str, topn: int) -> "IndexSearcher":
    from embtrain.vectors.search.index import open_index

    indexed = open_index(embeddings.searcher, path, say)
    recall = indexed.recall(topn)
    say(
        f"{path}: approximate search, recall@{topn} {recall.mean:.4f} against exact search "
        f"({counted(recall.queries, 'row')} from all over the vocabulary)"
    )
    return indexed


class _Neighbors(RowKind):
    """Words asked for their nearest."""

    def __init__(
        self, embeddings: "Embeddings", as_json: bool, topn: int, index: "IndexSearcher | None"
    ) -> None:
        super().__init__(embeddings, as_json)
        self._topn = topn
        self._searcher = index or embeddings.searcher

    def answers(self, queries: Sequence[Query], found: "Found") -> Iterable[Any]:
        """The neighbours of each word."""
        rows, scores = self._searcher.search(found.vectors, self._topn, found.rows)
        return (ranked(self.embeddings, *hits) for hits in zip(rows.tolist(), scores.tolist(), strict=True))

    def record(self, query: Query, answer: Any) -> dict[str, Any]:
        """``{"query": word, "neighbors": [{"word": ..., "score": ...}, ...] or null}``."""
        return {"query": text_of(query.words[0]), "neighbors": ranked_records(answer)}

    def rows(self, query: Query, answer: Any) -> list[Sequence[bytes]]:
        """Rows of query, rank, word, score."""
        return ranked_rows(query.words, answer)

    def reason(self, query: Query, found: "Found") -> Phrases:
        """Why a word has no neighbours."""
        if not found.directed.all():
            return (
                "word has no neighbours: its vector is zero or not finite",
                "words have no neighbours: their vectors are zero or not finite",
            )
        why = no_other(self.embeddings)
        return f"word has no neighbours: {why}", f"words have no neighbours: {why}"
