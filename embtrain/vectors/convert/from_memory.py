"""Writes vectors in memory to a file of any single-file format."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.vectors.convert.convert import convert
from embtrain.vectors.convert.request import ConversionRequest, ConversionResult
from embtrain.vectors.formats.base import RowBlock, VectorSource
from embtrain.vectors.formats.format import Format
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from embtrain.subwords import Subwords

_BLOCK_ROWS = 4096


def write_vectors(
    file: BinaryIO,
    target: Format,
    vocabulary: Vocabulary,
    vectors: NDArray[np.float32],
    metadata: Mapping[str, str],
    subwords: "Subwords | None" = None,
    drop_subwords: bool = False,
) -> ConversionResult:
    """Writes vectors, float32 [V, D], and their V words in a format; the outcome lists what was left out.

    Raises DataError if the format cannot hold a word, UsageError if it cannot hold the n-grams and they are
    not to be dropped then.
    """

    def blocks() -> Iterator[RowBlock]:
        for start in range(0, len(vocabulary), _BLOCK_ROWS):
            stop = min(start + _BLOCK_ROWS, len(vocabulary))
            rows = np.ascontiguousarray(vectors[start:stop], np.float32)
            yield RowBlock(vocabulary.part(start, stop), rows)

    source = VectorSource(
        vectors.shape[1],
        len(vocabulary),
        blocks(),
        metadata,
        subwords=subwords,
        scan=lambda: [vocabulary],
    )
    return convert(source, ConversionRequest(target, drop_subwords=drop_subwords), file)
