"""The shared vector format on disk and in pipes: writing, opening by memory map, reading as a stream."""

import math
import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.inputs.open import open_input
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.formats.base import Subwords
from embtrain.vectors.formats.unrecognised import is_plain_file
from embtrain.vectors.shared.header import (
    BYTES,
    CONTEXT,
    COUNTS,
    EMBEDDINGS,
    OFFSETS,
    SCALES,
    SUBWORD_TENSORS,
    Header,
    Tensor,
    bad_data,
    encode_header,
    layout,
    read_header,
)
from embtrain.vectors.shared.stream import BLOCK, DTYPES, TensorStream, to_float32
from embtrain.vectors.shared.subwords import KEY, describe, shapes_of, subwords_of, write_subwords
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


def write_store(
    file: BinaryIO,
    vocabulary: Vocabulary,
    vectors: NDArray[np.float32],
    context: NDArray[np.float32] | None = None,
    metadata: Mapping[str, str] | None = None,
    subwords: Subwords | None = None,
) -> int:
    """Writes the shared format as a stream and returns the number of bytes.

    The same content gives the same bytes. Tables are copied in blocks of rows, so that a padded table can be
    given as ``table[:, :dim]`` without a copy of it.

    Args:
        file: where to write; it need not be seekable.
        vocabulary: V words; their counts are written where it has them.
        vectors: float32 [V, D].
        context: float32 [V, D] or None.
        metadata: text by key; not ``format`` or ``version``, nor ``subword`` beside subwords.
        subwords: vectors of n-grams, or None.

    Raises:
        ValueError: if tables and vocabulary do not fit each other, or metadata holds a reserved key.
    """
    Embeddings(vocabulary, vectors, context, subwords=subwords)
    described = dict(metadata or {})
    if subwords is not None:
        if KEY in described:
            raise ValueError(f"metadata may not hold {KEY!r}: the n-grams' settings are written there")
        described[KEY] = describe(subwords)
    has_counts, has_context = vocabulary.counts is not None, context is not None
    n_words, dim = vectors.shape
    tensors = layout(
        n_words,
        n_word_bytes(vocabulary),
        dim,
        counts=has_counts,
        context=has_context,
        subwords=None if subwords is None else shapes_of(subwords),
    )
    header = encode_header(tensors, described)
    file.write(header)
    write_vocabulary(file, vocabulary, tensors)
    for table in (vectors, context):
        if table is not None:
            write_table(file, table)
    if subwords is not None:
        write_subwords(file, subwords)
    return len(header) + tensors[-1].stop


def n_word_bytes(vocabulary: Vocabulary) -> int:
    """Bytes of all words together."""
    return int(vocabulary.offsets[-1]) - int(vocabulary.offsets[0])


def write_vocabulary(file: BinaryIO, vocabulary: Vocabulary, tensors: list[Tensor]) -> None:
    """Writes offsets, padded bytes, and counts where the layout has them."""
    n_words, first, last = len(vocabulary), int(vocabulary.offsets[0]), int(vocabulary.offsets[-1])
    for start in range(0, n_words + 1, BLOCK // 8):
        _write(file, vocabulary.offsets[start : start + BLOCK // 8] - first, "<i8")
    for start in range(first, last, BLOCK):
        _write(file, vocabulary.arena[start : min(start + BLOCK, last)], "u1")
    file.write(bytes(tensors[1].shape[0] - (last - first)))
    if vocabulary.counts is not None:
        for start in range(0, n_words, BLOCK // 8):
            _write(file, vocabulary.counts[start : start + BLOCK // 8], "<i8")


def write_table(file: BinaryIO, table: NDArray[np.float32]) -> None:
    """Writes a table [rows, D] as float32, in blocks."""
    step = max(1, BLOCK // (4 * table.shape[1]))
    for start in range(0, len(table), step):
        _write(file, table[start : start + step], "<f4")


def _write(file: BinaryIO, block: NDArray[np.generic], dtype: str) -> None:
    file.write(np.ascontiguousarray(block, dtype).data)


def load(source: str | os.PathLike[str]) -> Embeddings:
    """Opens vectors: a file by memory map; "-", pipes, remote and compressed files are read into memory.

    Raises:
        DataError: if the content is not in the format or damaged.
        OSError: if the file cannot be opened.
    """
    source = os.fspath(source)
    if is_plain_file(source):
        return open_store(source)
    with open_input(source) as stream:
        return read_store(stream, _display(source))


def _display(source: str) -> str:
    return "standard input" if source == "-" else source


def open_store(path: str | os.PathLike[str]) -> Embeddings:
    """Maps a file: milliseconds whatever its size; pages are read when touched. Arrays are read-only.

    Raises DataError if the file is not in the format or damaged, OSError if it cannot be opened.
    """
    name = os.fsdecode(path)
    header = read_header(path)
    return _assemble(header, map_tensors(path, header, tuple(_known(header))), name)


def map_tensors(
    path: str | os.PathLike[str], header: Header, names: tuple[str, ...]
) -> dict[str, NDArray[np.generic]]:
    """Those of these tensors that a file has, flat, read-only and mapped."""
    with open(path, "rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found = [header.tensors[name] for name in names if name in header.tensors]
    return {
        tensor.name: np.frombuffer(mapping, DTYPES[tensor.dtype], math.prod(tensor.shape), tensor.start)
        for tensor in found
    }


def _known(header: Header) -> dict[str, Tensor]:
    names = (OFFSETS, BYTES, COUNTS, SCALES, EMBEDDINGS, CONTEXT, *SUBWORD_TENSORS)
    return {key: tensor for key, tensor in header.tensors.items() if key in names}


def _assemble(header: Header, arrays: Mapping[str, NDArray[np.generic]], name: str) -> Embeddings:
    """Embeddings of flat arrays by tensor name, checking only what is cheap whatever the size."""
    vocabulary = _vocabulary(header, arrays, name)
    tables = {
        key: arrays[key].reshape(header.n_words, header.dim) for key in (EMBEDDINGS, CONTEXT) if key in arrays
    }
    scales: NDArray[np.float32] | None = arrays.get(SCALES)  # type: ignore[assignment]
    # float16 and int8 are read into memory, as the float32 that they stand for.
    vectors = to_float32(tables[EMBEDDINGS], scales)
    subwords = subwords_of(header, arrays, name)
    metadata = {key: text for key, text in header.metadata.items() if subwords is None or key != KEY}
    return Embeddings(vocabulary, vectors, tables.get(CONTEXT), metadata, subwords)  # type: ignore[arg-type]


def _vocabulary(header: Header, arrays: Mapping[str, NDArray[np.generic]], name: str) -> Vocabulary:
    # Another writer may have placed int64 off its alignment; a copy of these small tensors fixes that.
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


def validate(vocabulary: Vocabulary, name: str) -> None:
    """Checks every offset of a vocabulary, reading all of them once.

    Raises DataError where one is smaller than the one before it or outside the arena; name is the file's.
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


def read_store(stream: BinaryIO, name: str = "standard input") -> Embeddings:
    """Reads the shared format from a stream into memory; name is used in messages.

    Raises DataError if the data is not in the format, damaged, or ends early (then with the byte where it
    did).
    """
    source = TensorStream(stream, name)
    known = _known(source.header)
    arrays = {}
    for key, tensor in source.header.tensors.items():
        if key in known:
            arrays[key] = source.read(tensor)
        else:
            source.skip(tensor)
    source.check_end()
    return _assemble(source.header, arrays, name)


class RowReader:
    """Vectors for one sequential pass: the vocabulary at hand, the vectors block by block.

    Attributes:
        header: the checked header.
        vocabulary: the words; their offsets are fully checked.
    """

    def __init__(
        self,
        source: TensorStream,
        vocabulary: Vocabulary,
        scales: NDArray[np.float32] | None,
        rest: list[Tensor] | None,
    ) -> None:
        """Args: rest: tensors after the vectors, to be read up to the end; None if nobody waits for that."""
        validate(vocabulary, source.name)
        self.header = source.header
        self.vocabulary = vocabulary
        self._source = source
        self._scales = scales
        self._rest = rest

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Blocks float32 [rows, D] in row order, each valid until the next; can be read once.

        Raises DataError where a stream ends early. What follows the vectors is read too, so that a writer at
        the other end of the pipe can finish, and a cut is found.
        """
        yield from self._source.read_rows(self.header.tensors[EMBEDDINGS], self._scales)
        if self._rest is not None:
            for tensor in self._rest:
                self._source.skip(tensor)
            self._source.check_end()


@contextmanager
def open_rows(source: str | os.PathLike[str]) -> Iterator[RowReader]:
    """Opens vectors for one pass with bounded memory: words in memory or mapped, vectors in blocks.

    Raises:
        DataError: if the data is not in the format, is damaged, or (from a pipe) has its words after its
        vectors. OSError: if the file cannot be opened.
    """
    source = os.fspath(source)
    if is_plain_file(source):
        # The vectors are read, not mapped: pages touched in a scan would count as memory of the process.
        with open(source, "rb", buffering=0) as file:
            yield rows_of_file(source, file)
    else:
        with open_input(source) as stream:
            yield rows_of_stream(stream, _display(source))


def rows_of_file(path: str, file: Any) -> RowReader:
    """The rows of a plain file that has been opened. Raises as `open_rows`."""
    header = read_header(path)
    arrays = map_tensors(path, header, (OFFSETS, BYTES, COUNTS, SCALES))
    file.seek(0)
    arriving = TensorStream(file, path)
    file.seek(header.tensors[EMBEDDINGS].start)
    return RowReader(arriving, _vocabulary(header, arrays, path), _scales(arrays), None)


def subwords_of_file(path: str, name: str) -> Subwords | None:
    """The n-grams of a plain file, mapped; None if it has none. Raises DataError where they are damaged."""
    header = read_header(path)
    return subwords_of(header, map_tensors(path, header, SUBWORD_TENSORS), name)


@contextmanager
def spooled(source: TensorStream) -> Iterator[str]:
    """A copy on disk of a stream of which the header has been read; yields its path while it is there."""
    from embtrain.io.spool import Spool

    header = source.header
    with Spool() as spool:
        spool.append(encode_header(header.relative(), header.metadata))
        n_before = spool.size
        while block := source.stream.read(BLOCK):
            spool.append(block)
        n_bytes, n_found = header.file_size - header.data_start, spool.size - n_before
        if n_found != n_bytes:
            place = header.data_start + min(n_bytes, n_found)
            found = "the end of the data" if n_found < n_bytes else "more of it"
            raise bad_data(source.name, place, f"{counted(n_bytes, 'byte')} of tensors", found)
        # A temporary file has no name; its descriptor has one, by which it can be opened again.
        yield f"/dev/fd/{spool.fileno()}"


def rows_of_stream(stream: BinaryIO, name: str) -> RowReader:
    """The rows of a stream at its first byte. Raises as `open_rows`."""
    return rows_of_tensors(TensorStream(stream, name))


def rows_of_tensors(source: TensorStream) -> RowReader:
    """The rows of a stream of which the header has been read. Raises as `open_rows`."""
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
    vocabulary = _vocabulary(source.header, arrays, source.name)
    return RowReader(source, vocabulary, _scales(arrays), tensors[table + 1 :])


def _scales(arrays: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32] | None:
    return np.require(arrays[SCALES], np.float32, "A") if SCALES in arrays else None
