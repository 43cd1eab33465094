"""Maps a file in the shared format or reads it into memory, with the checks that are cheap."""

import math
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.subwords import Subwords
from embtrain.vectors.safetensors import bad_data
from embtrain.vectors.shared.header import SharedHeader, read_header
from embtrain.vectors.shared.layout import (
    BYTES,
    CONTEXT,
    COUNTS,
    EMBEDDINGS,
    OFFSETS,
    SCALES,
    SUBWORD_TENSORS,
)
from embtrain.vectors.shared.stream import BLOCK, NUMPY_DTYPES, TensorStream, to_float32
from embtrain.vectors.shared.subwords import KEY, subwords_of
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_KNOWN = (OFFSETS, BYTES, COUNTS, SCALES, EMBEDDINGS, CONTEXT, *SUBWORD_TENSORS)


@dataclass(frozen=True)
class Contents:
    """The contents of a file.

    Attributes:
        vocabulary: V words, with only the first and last offset checked; see `check_words`.
        vectors: float32 [V, D].
        context: float32 [V, D], the output (context) table of the training, or None.
        metadata: text by key.
        subwords: vectors of n-grams, or None.
    """

    vocabulary: Vocabulary
    vectors: NDArray[np.float32]
    context: NDArray[np.float32] | None
    metadata: dict[str, str]
    subwords: Subwords | None


def map_contents(path: str | os.PathLike[str]) -> Contents:
    """Maps a file, in milliseconds whatever its size. Arrays are read-only; pages are read on access.

    Raises DataError if the file is not in the format or damaged, OSError if it cannot be opened.
    """
    header = read_header(path)
    return _assembled(header, map_tensors(path, header, _KNOWN), os.fsdecode(path))


def read_contents(stream: BinaryIO, name: str) -> Contents:
    """Reads the shared format from a stream into memory; name is used in messages.

    Raises DataError if the data is not in the format, is damaged, or ends early (the message names the byte).
    """
    source = TensorStream(stream, name)
    arrays = {}
    for key, tensor in source.header.tensors.items():
        if key in _KNOWN:
            arrays[key] = source.read(tensor)
        else:
            source.skip(tensor)
    source.check_end()
    return _assembled(source.header, arrays, name)


def map_tensors(
    path: str | os.PathLike[str], header: SharedHeader, names: tuple[str, ...]
) -> dict[str, NDArray[np.generic]]:
    """Maps those of the given tensors that a file has, as flat read-only arrays."""
    with open(path, "rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found = [header.tensors[name] for name in names if name in header.tensors]
    return {
        tensor.name: np.frombuffer(mapping, NUMPY_DTYPES[tensor.dtype], math.prod(tensor.shape), tensor.start)
        for tensor in found
    }


def _assembled(header: SharedHeader, arrays: Mapping[str, NDArray[np.generic]], name: str) -> Contents:
    """Builds contents from flat arrays by tensor name, with checks whose cost does not depend on the size."""
    vocabulary = vocabulary_of(header, arrays, name)
    tables = {
        key: arrays[key].reshape(header.n_words, header.dim) for key in (EMBEDDINGS, CONTEXT) if key in arrays
    }
    scales: NDArray[np.float32] | None = arrays.get(SCALES)  # type: ignore[assignment]
    # float16 and int8 are read into memory and converted to float32.
    vectors = to_float32(tables[EMBEDDINGS], scales)
    subwords = subwords_of(header, arrays, name)
    metadata = {key: text for key, text in header.metadata.items() if subwords is None or key != KEY}
    return Contents(vocabulary, vectors, tables.get(CONTEXT), metadata, subwords)  # type: ignore[arg-type]


def vocabulary_of(header: SharedHeader, arrays: Mapping[str, NDArray[np.generic]], name: str) -> Vocabulary:
    """The words of a file and their counts. Raises DataError if the first or last offset is wrong."""
    # Other writers may leave int64 tensors unaligned; a copy of these small tensors fixes that.
    offsets = np.require(arrays[OFFSETS], np.int64, "A")
    counts = np.require(arrays[COUNTS], np.int64, "A") if COUNTS in arrays else None
    place = header.tensors[OFFSETS]
    if offsets[0] != 0:
        raise bad_data(name, place.start, "the first vocab.offsets to be 0", str(offsets[0]))
    n_bytes = header.tensors[BYTES].shape[0]
    if not 0 <= offsets[-1] <= n_bytes:
        expected = f"the last vocab.offsets within the {counted(n_bytes, 'byte')} of words"
        raise bad_data(name, place.stop - 8, expected, str(offsets[-1]))
    return Vocabulary(arrays[BYTES], offsets, counts)  # type: ignore[arg-type]


def check_words(vocabulary: Vocabulary, name: str) -> None:
    """Checks every offset of a vocabulary in one pass.

    Raises DataError if an offset is smaller than the previous one or outside the arena; name is the file's.
    """
    offsets, step = vocabulary.offsets, BLOCK // 8
    for start in range(0, len(vocabulary), step):
        block = offsets[start : start + step + 1]
        wrong = (block[1:] < block[:-1]) | (block[1:] > len(vocabulary.arena)) | (block[:-1] < 0)
        if wrong.any():
            row = start + int(wrong.argmax())
            found = f"word {row} from byte {offsets[row]} to {offsets[row + 1]}"
            limit = f"words one after another within {counted(len(vocabulary.arena), 'byte')}"
            raise DataError(f"{name}: vocab.offsets: expected {limit}, found {found}; write the file again")
