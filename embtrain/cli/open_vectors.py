"""Opens the vectors that a command queries."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embtrain.vectors.embeddings import Embeddings

# Bytes of vectors from which on reading a file anew for each command is slow enough to mention.
_LARGE = 1 << 27


def open_vectors(source: str, threads: int | None = None) -> "Embeddings":
    """Opens vectors, and checks that their words are within the file.

    Reads other tools' files into memory, and suggests importing a large one once.

    Args:
        source: a file or folder in any format, "-" for stdin.
        threads: threads of the search; None for one per core.

    Raises:
        DataError: the file is damaged, or embtrain cannot read its format.
        UsageError: the file cannot be opened.
    """
    import numpy as np

    from embtrain.vectors.load import load
    from embtrain.vectors.shared.contents import check_words

    # A file may hold any bits, such as signalling NaNs, of which numpy would warn.
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
