"""The registry of other tools' formats: one entry each, one place to add another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, BinaryIO

from embtrain.errors import UsageError
from embtrain.vectors.formats import word2vec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.vocabulary import Vocabulary

    Writer = Callable[[BinaryIO, Vocabulary, int, Iterable[NDArray[np.float32]]], int]


@dataclass(frozen=True)
class Format:
    """A format of another tool.

    Attributes:
        name: what ``--to`` calls it.
        extensions: endings of file names that mean it, with their dot.
        description: one line for people.
        write: ``write(file, vocabulary, dim, blocks)`` writes blocks float32 [rows, dim], one row per word in
            all, and returns the number of bytes. It raises DataError, before it writes anything, where the
            format cannot hold a word.
    """

    name: str
    extensions: tuple[str, ...]
    description: str
    write: "Writer"


_ALL = (
    Format("word2vec", (".bin",), "word2vec's binary format", word2vec.write_binary),
    Format("word2vec-text", (".vec", ".txt"), "word2vec's text format", word2vec.write_text),
    Format("glove", (), "GloVe's text format: no header", word2vec.write_glove),
)
FORMATS = {entry.name: entry for entry in _ALL}


def find_format(name: str) -> Format:
    """The format of this name. Raises UsageError with the nearest name."""
    if name in FORMATS:
        return FORMATS[name]
    near = get_close_matches(name, FORMATS, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FORMATS)}"
    raise UsageError(f"{name!r} is not a format that can be written: {hint}")


def format_of_file(path: str) -> Format | None:
    """The format that the ending of a file name means, or None."""
    return next((entry for entry in _ALL if path.lower().endswith(entry.extensions)), None)
