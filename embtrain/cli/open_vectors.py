"""Opening the vectors that queries are put to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embtrain.vectors.embeddings import Embeddings

# Bytes of vectors that are read anew for each command.
_LARGE = 1 << 27


def open_vectors(source: str, threads: int | None = None) -> "Embeddings":
    """Vectors whose words can be trusted to lie within the file, searched with the threads given.

    Files of other tools are read into memory; of large ones it is said that importing them once saves that.

    Raises:
        DataError: the file is in no format that embtrain reads, or damaged. UsageError: it cannot be opened.
    """
    import numpy as np

    from embtrain.vectors.load import load
    from embtrain.vectors.shared.contents import check_words

    # Whatever bits a file has are its data, and no reason for numpy to warn.
    with np.errstate(all="ignore"):
        embeddings = load(source)
    if embeddings.vectors.nbytes > _LARGE and embeddings.vectors.base is None:
        _advise(source)
    check_words(embeddings.vocabulary, source)
    if threads is not None:
        embeddings.searcher.threads = threads
    return embeddings


def _advise(source: str) -> None:
    from embtrain.cli.notes import say
    from embtrain.io.inputs.compressions import is_plain_file
    from embtrain.vectors.formats.unrecognised import import_command
    from embtrain.vectors.shared.header import is_shared

    if is_plain_file(source) and not is_shared(source):
        command = import_command(source)
        say(f"{source} was read into memory; a file that opens at once: {command}")
