"""Opening the vectors that queries are put to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embtrain.vectors.embeddings import Embeddings


def open_vectors(source: str, threads: int | None = None) -> "Embeddings":
    """Vectors whose words can be trusted to lie within the file, searched with so many threads.

    Raises:
        DataError: the file is not in the format or damaged. OSError: it cannot be opened.
    """
    from embtrain.vectors.store import load, validate

    embeddings = load(source)
    validate(embeddings.vocabulary, source)
    if threads is not None:
        embeddings.searcher.threads = threads
    return embeddings
