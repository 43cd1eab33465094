"""Writing word2vec's binary and text formats, and GloVe's, which is the text without its header line.

The binary layout is that of word2vec.c: a line "words dim", then per word its bytes, a space, dim
little-endian float32 and a newline. In text each value has the fewest characters that give back the same
float32.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from embtrain.errors import DataError
from embtrain.native import native_or

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.vocabulary import Vocabulary

    Blocks = Iterable[NDArray[np.float32]]


def write_binary(file: BinaryIO, vocabulary: "Vocabulary", dim: int, blocks: "Blocks") -> int:
    """Writes word2vec's binary format; arguments, result and errors as in ``registry.Format.write``."""
    return _write(file, vocabulary, blocks, header=b"%d %d\n" % (len(vocabulary), dim), text=False)


def write_text(file: BinaryIO, vocabulary: "Vocabulary", dim: int, blocks: "Blocks") -> int:
    """Writes word2vec's text format; arguments, result and errors as in ``registry.Format.write``."""
    return _write(file, vocabulary, blocks, header=b"%d %d\n" % (len(vocabulary), dim), text=True)


def write_glove(file: BinaryIO, vocabulary: "Vocabulary", dim: int, blocks: "Blocks") -> int:
    """Writes GloVe's text format; arguments, result and errors as in ``registry.Format.write``."""
    return _write(file, vocabulary, blocks, header=b"", text=True)


def _write(file: BinaryIO, vocabulary: "Vocabulary", blocks: "Blocks", *, header: bytes, text: bool) -> int:
    from embtrain.vectors.formats import plain

    _check_words(vocabulary)
    formatter = native_or(plain).RowFormatter(vocabulary.arena, vocabulary.offsets, text=text)
    file.write(header)
    n_bytes = len(header)
    for block in blocks:
        content = formatter.format(block)
        file.write(content)
        n_bytes += len(content)
    return n_bytes


def _check_words(vocabulary: "Vocabulary") -> None:
    """Refuses words that would shift everything after them in a file split by spaces and newlines."""
    from embtrain.vectors.formats import plain

    count, row = native_or(plain).find_unwritable(vocabulary.arena, vocabulary.offsets)
    if count:
        words = "1 word is" if count == 1 else f"{count} words are"
        first = f"the first in row {row}: {vocabulary.word_bytes(row)[:60]!r}"
        remedy = "this format cannot hold such words: remove or rename them"
        raise DataError(f"{words} empty or with a space or newline, {first}; {remedy}")
