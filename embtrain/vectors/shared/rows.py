"""Reads the shared format in one sequential pass: words in memory or mapped, vectors in blocks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.io.spool import Spool
from embtrain.subwords import Subwords
from embtrain.vectors.safetensors import Tensor, bad_data
from embtrain.vectors.shared.contents import check_words, map_tensors, vocabulary_of
from embtrain.vectors.shared.header import read_header
from embtrain.vectors.shared.layout import (
    BYTES,
    COUNTS,
    EMBEDDINGS,
    OFFSETS,
    SCALES,
    SUBWORD_TENSORS,
    encode_header,
)
from embtrain.vectors.shared.stream import BLOCK, TensorStream
from embtrain.vectors.shared.subwords import subwords_of
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


class RowReader:
    """Holds the vocabulary, and reads the vectors block by block in one sequential pass.

    Attributes:
        header: the checked header.
        vocabulary: the words, with all offsets checked.
    """

    def __init__(
        self,
        source: TensorStream,
        vocabulary: Vocabulary,
        scales: NDArray[np.float32] | None,
        rest: list[Tensor] | None,
    ) -> None:
        """Args: rest: tensors after the vectors, which are read to the end; None to leave them."""
        check_words(vocabulary, source.name)
        self.header = source.header
        self.vocabulary = vocabulary
        self._source = source
        self._scales = scales
        self._rest = rest

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yields blocks float32 [rows, D] in row order, each valid until the next. Iterate once.

        Raises DataError if a stream ends early. Data after the vectors is read too, so that a writer at the
        other end of a pipe can finish, and a truncated file is found.
        """
        yield from self._source.read_rows(self.header.tensors[EMBEDDINGS], self._scales)
        if self._rest is not None:
            for tensor in self._rest:
                self._source.skip(tensor)
            self._source.check_end()


def rows_of_file(path: str, file: Any, name: str) -> tuple[RowReader, Subwords | None]:
    """The rows of an uncompressed file, and its mapped n-grams (None without n-grams).

    Args:
        path: path of the file.
        file: the file, opened for reading.
        name: its name in messages.

    Raises DataError if the file is not in the format or damaged.
    """
    header = read_header(path)
    arrays = map_tensors(path, header, (OFFSETS, BYTES, COUNTS, SCALES, *SUBWORD_TENSORS))
    file.seek(header.tensors[EMBEDDINGS].start)
    arriving = TensorStream(file, path, header)
    reader = RowReader(arriving, vocabulary_of(header, arrays, path), _scales(arrays), None)
    return reader, subwords_of(header, arrays, name)


def rows_of_tensors(source: TensorStream) -> RowReader:
    """The rows of a stream whose header has been read.

    Raises DataError if the data is not in the format, is damaged, or has its words after its vectors.
    """
    tensors = list(source.header.tensors.values())
    table = list(source.header.tensors).index(EMBEDDINGS)
    arrays = {}
    for tensor in tensors[:table]:
        if tensor.name in (OFFSETS, BYTES, COUNTS, SCALES):
            arrays[tensor.name] = source.read(tensor)
        else:
            source.skip(tensor)
    needed = {OFFSETS, BYTES} | ({SCALES} & source.header.tensors.keys())
    if not needed <= arrays.keys():
        found = "the vectors first"
        remedy = "write it to a file and give its name"
        expected = "the words and scales before the vectors"
        raise bad_data(source.name, source.header.data_start, expected, found, remedy)
    vocabulary = vocabulary_of(source.header, arrays, source.name)
    return RowReader(source, vocabulary, _scales(arrays), tensors[table + 1 :])


@contextmanager
def spooled(source: TensorStream, tmp_dir: str | None) -> Iterator[str]:
    """Copies a stream whose header has been read to a file in `tmp_dir`, and yields the file's path."""
    header = source.header
    with Spool(tmp_dir) as spool:
        spool.append(encode_header(header.relative(), header.metadata))
        n_before = spool.size
        while block := source.stream.read(BLOCK):
            spool.append(block)
        n_bytes, n_found = header.file_size - header.data_start, spool.size - n_before
        if n_found != n_bytes:
            place = header.data_start + min(n_bytes, n_found)
            found = "the end of the data" if n_found < n_bytes else "more of it"
            raise bad_data(source.name, place, f"{counted(n_bytes, 'byte')} of tensors", found)
        # The temporary file has no name, but can be opened again through its descriptor.
        yield f"/dev/fd/{spool.fileno()}"


def _scales(arrays: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32] | None:
    return np.require(arrays[SCALES], np.float32, "A") if SCALES in arrays else None
