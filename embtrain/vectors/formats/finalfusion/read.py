"""Reads finalfusion's format (https://finalfusion.github.io/spec), with all kinds of vocabulary and storage.

A file is a header with the kinds of its chunks, then the chunks: metadata (TOML), vocabulary, storage, norms.
The storage holds the words' rows, then the n-grams' rows. Rows are passed on as stored, as in the finalfusion
libraries; in files with norms they have unit length.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import without_warnings
from embtrain.io.inputs.mapped import check_whole
from embtrain.ngrams import MAX_N, Hashing
from embtrain.option_names import option
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import ReadOptions, RowBlock, VectorInput, VectorSource
from embtrain.vectors.formats.binary.ngram_matrix import Arriving, Decode, Matrix, block_rows
from embtrain.vectors.formats.binary.product_quantised import Codebooks
from embtrain.vectors.formats.binary.reading import ByteReader, Random, at_random, bad, report
from embtrain.vectors.formats.finalfusion.descriptors import MAGIC
from embtrain.vectors.formats.finalfusion.write import (
    BUCKETS,
    EXPLICIT,
    FASTTEXT,
    FLOAT32,
    FLORET,
    METADATA,
    METADATA_KEY,
    NDARRAY,
    NORMS,
    QUANTIZED,
    SIMPLE,
    UINT8,
)
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

# Most chunks read after the storage. Only norms are known to follow it; a damaged file may seem to have
# millions of empty chunks.
_MAX_CHUNKS_AFTER = 16
_VOCABULARIES = (SIMPLE, BUCKETS, FASTTEXT, EXPLICIT, FLORET)
_STORAGES = (NDARRAY, QUANTIZED)
_MAX_EXPONENT = 32
_HEAD = 12
_SHAPE = {NDARRAY: "QII", QUANTIZED: "IIIIIQII"}


@dataclass(frozen=True)
class _Words:
    """A vocabulary chunk: the words, and n-grams whose table comes later, with its n_rows if known."""

    words: Vocabulary
    subwords: Subwords | None = None
    n_rows: int | None = 0


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Reads a file; arguments, result and errors as in ``Format.read``."""
    reader = ByteReader(source)
    kinds = _read_header(reader)
    kind, length = _next_chunk(reader)
    metadata = {}
    if kind == METADATA:
        metadata[METADATA_KEY] = _text(reader, length, "metadata")
        kind, length = _next_chunk(reader)
    if kind not in _VOCABULARIES:
        raise bad(reader.name, reader.position - _HEAD, "a vocabulary chunk", f"a chunk of kind {kind}")
    start = reader.position
    found = _read_words(reader, kind)
    if reader.position - start != length:
        message = f"the vocabulary chunk says {counted(length, 'byte')} and has {reader.position - start:,}"
        report(options, "header", start - 8, message)
    with ExitStack() as stack:
        # The table of n-grams is needed before the first word's row but follows the last; codes follow norms.
        ahead = reader.peek(4)
        data = None
        if source.path is not None or found.subwords is not None or ahead == QUANTIZED.to_bytes(4, "little"):
            place = reader.position
            data = stack.enter_context(at_random(source, reader, options.tmp_dir))
            reader = ByteReader.over(data, place)
        matrix, dim = _read_storage(reader, data, found)
        subwords = None
        if found.subwords is not None and isinstance(matrix, Matrix):
            subwords = replace(found.subwords, vectors=matrix.table(len(found.words)))
        yield VectorSource(
            dim=dim,
            n_words=len(found.words),
            blocks=_blocks(reader, found.words, matrix, dim, options),
            metadata=metadata,
            subwords=subwords,
            left_out=("the norms (the words' vectors have unit length)",) if NORMS in kinds else (),
            scan=lambda: (found.words,),
        )


def _read_header(reader: ByteReader) -> tuple[int, ...]:
    magic, version, n_chunks = reader.unpack("4sII", "header")
    if magic != MAGIC:
        remedy = f"give a .fifu file, or say its format with {option('from')}"
        raise bad(reader.name, 0, f"{MAGIC!r}", f"a file that begins with {magic!r}", remedy)
    if version != 0:
        raise bad(reader.name, 4, "version 0", str(version), "write it with finalfusion 0.18 or older")
    content = reader.read(4 * n_chunks, "list of chunks")
    return tuple(np.frombuffer(content, "<u4").tolist())


def _next_chunk(reader: ByteReader) -> tuple[int, int]:
    kind, length = reader.unpack("IQ", "head of a chunk")
    return kind, length


def _text(reader: ByteReader, length: int, what: str) -> str:
    start = reader.position
    content = reader.read(length, what)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"the byte {content[error.start]:#04x}"
        raise bad(reader.name, start + error.start, f"{what} in UTF-8", found) from None


def _read_words(reader: ByteReader, kind: int) -> _Words:
    if kind == FLORET:
        return _read_floret(reader)
    place = reader.position
    if kind == SIMPLE:
        (n_words,) = reader.unpack("Q", "number of words")
        return _Words(_entries(reader, n_words))
    if kind == EXPLICIT:
        n_words, n_ngrams, min_n, max_n = reader.unpack("QQII", "sizes of the vocabulary")
        _check_lengths(reader.name, place + 16, min_n, max_n)
        words = _entries(reader, n_words)
        ngrams, rows, _ = reader.entries(n_ngrams, "indexed", "n-gram")
        return _Words(words, _subwords("explicit", min_n, max_n, 0, ngrams=ngrams, ngram_rows=rows), None)
    n_words, min_n, max_n, size = reader.unpack("QIII", "sizes of the vocabulary")
    _check_lengths(reader.name, place + 8, min_n, max_n)
    if kind == BUCKETS and size > _MAX_EXPONENT:
        raise bad(reader.name, place + 16, f"2^0 to 2^{_MAX_EXPONENT} buckets", f"2^{size}")
    n_rows = 1 << size if kind == BUCKETS else size
    hashing: Hashing = "finalfusion" if kind == BUCKETS else "fasttext"
    return _Words(_entries(reader, n_words), _subwords(hashing, min_n, max_n, n_rows), n_rows)


def _read_floret(reader: ByteReader) -> _Words:
    place = reader.position
    min_n, max_n, n_rows, n_hashes, seed = reader.unpack("IIQII", "settings of the n-grams")
    _check_lengths(reader.name, place, min_n, max_n)
    if not 1 <= n_hashes <= 4:
        raise bad(reader.name, place + 16, "1 to 4 hashes", str(n_hashes))
    marks = [_text(reader, reader.unpack("I", "length of a mark")[0], "mark of a word's end") for _ in "<>"]
    settings = {"n_hashes": n_hashes, "seed": seed, "begin": marks[0], "end": marks[1]}
    subwords = _subwords("floret", min_n, max_n, n_rows)
    nothing = Vocabulary.from_words([])
    return _Words(nothing, replace(subwords, settings={**subwords.settings, **settings}), n_rows)


def _check_lengths(name: str, place: int, min_n: int, max_n: int) -> None:
    if not min_n <= max_n <= MAX_N:
        raise bad(name, place, f"n-grams of up to {MAX_N} characters", f"{min_n} to {max_n}")


def _entries(reader: ByteReader, n: int) -> Vocabulary:
    reader.expect(4 * n, "words of the vocabulary")
    return reader.entries(n, "prefixed", "word")[0]


def _subwords(
    kind: Hashing,
    min_n: int,
    max_n: int,
    n_buckets: int,
    ngrams: Vocabulary | None = None,
    ngram_rows: NDArray[np.int64] | None = None,
) -> Subwords:
    """N-grams whose table comes later; in the libraries, vectors of unseen words have unit length."""
    nothing = np.zeros((0, 1), np.float32)
    settings = {"normalize": True}
    return Subwords(kind, min_n, max_n, n_buckets, nothing, settings, None, ngrams, ngram_rows)


def _read_storage(reader: ByteReader, data: Random | None, found: _Words) -> tuple[Matrix | Arriving, int]:
    place = reader.position
    kind, length = _next_chunk(reader)
    if kind not in _STORAGES:
        raise bad(reader.name, place, "a storage chunk", f"a chunk of kind {kind}")
    values = reader.unpack(_SHAPE[kind], "shape of the storage")
    n_rows, dim = (values[0], values[1]) if kind == NDARRAY else (values[5], values[3])
    if dim < 1:
        raise bad(reader.name, place + _HEAD, "rows of at least one value", str(dim))
    if values[-1] != FLOAT32 or (kind == QUANTIZED and values[-2] != UINT8):
        found_types = ", ".join(str(value) for value in values[-2:])
        raise bad(reader.name, place + _HEAD, "float32 (10) or codes of 8 bits (1)", f"types {found_types}")
    _check_rows(reader.name, place + _HEAD, n_rows, found)
    sizes = [4 * n_rows * dim] if kind == NDARRAY else _quantized_sizes(values)
    if kind == QUANTIZED and (values[2] < 1 or dim % values[2] or not 1 <= values[4] <= 256):
        shape = (
            f"{counted(values[2], 'piece')} with {counted(values[4], 'centroid')} for {counted(dim, 'value')}"
        )
        raise bad(reader.name, place + _HEAD, "equal pieces with 1 to 256 centroids", shape)
    padding = length - (reader.position - place - _HEAD) - sum(sizes)
    if not 0 <= padding <= 4:
        expected = f"{counted(sum(sizes), 'byte')} of {n_rows} x {counted(dim, 'value')} in the storage chunk"
        raise bad(reader.name, place + 4, expected, f"a chunk of {counted(length, 'byte')}")
    reader.read(padding, "padding")
    if data is None:
        return Arriving(reader, dim), dim
    start = reader.position
    data.expect(start, sum(sizes), "the storage")
    decode = None if kind == NDARRAY else _decoder(data, start, values, sizes)
    reader.skip(sum(sizes), "the storage")
    return Matrix(data, start, start + sum(sizes), n_rows, dim, decode), dim


def _check_rows(name: str, place: int, n_rows: int, found: _Words) -> None:
    """Checks that the storage has a row for each word and n-gram."""
    n_words, table = len(found.words), found.n_rows
    if table is None:
        rows = found.subwords.ngram_rows if found.subwords is not None else None
        least = n_words if rows is None or not len(rows) else n_words + int(rows.max()) + 1
        if n_rows < least or (rows is not None and len(rows) and rows.min() < 0):
            raise bad(name, place, f"{counted(least, 'row')} or more, by the n-grams' indices", str(n_rows))
    elif n_rows != n_words + table:
        raise bad(
            name,
            place,
            f"{counted(n_words + table, 'row')} ({counted(n_words, 'word')}, {counted(table, 'n-gram')})",
            str(n_rows),
        )


def _quantized_sizes(values: tuple[int, ...]) -> list[int]:
    """Sizes in bytes of projection, centroids, norms and codes."""
    projects, has_norms, n_pieces, dim, n_centroids, n_rows = values[:6]
    return [
        4 * dim * dim * bool(projects),
        4 * dim * n_centroids,
        4 * n_rows * bool(has_norms),
        n_rows * n_pieces,
    ]


def _decoder(data: Random, start: int, values: tuple[int, ...], sizes: list[int]) -> Decode:
    _, _, n_pieces, dim, n_centroids, n_rows = values[:6]
    places = np.cumsum([start, *sizes]).tolist()
    projection = data.view(places[0], sizes[0] // 4, "<f4", "projection")
    centroids = np.array(data.view(places[1], sizes[1] // 4, "<f4", "centroids"))
    norms = data.view(places[2], sizes[2] // 4, "<f4", "norms")
    codes = data.view(places[3], sizes[3], "u1", "codes").reshape(n_rows, n_pieces)
    pieces = Codebooks(dim, list(centroids.reshape(n_pieces, n_centroids, dim // n_pieces)))
    turned = np.array(projection).reshape(dim, dim).T if sizes[0] else None
    return partial(_decode, data.name, places[3], pieces, codes, norms if sizes[2] else None, turned)


def _decode(
    name: str,
    place: int,
    pieces: Codebooks,
    codes: NDArray[np.uint8],
    norms: NDArray[np.float32] | None,
    projection: NDArray[np.float32] | None,
    which: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Decodes rows of a quantised storage (reductive's PQ::reconstruct_batch)."""
    check_whole(codes, name)
    chosen = codes[which]
    n_centroids = len(pieces.tables[0])
    if chosen.size and int(chosen.max()) >= n_centroids:
        raise bad(name, place, f"codes below {n_centroids}", str(chosen.max()))
    values = pieces.decode(chosen)
    with without_warnings():
        if projection is not None:
            values = values @ projection
        if norms is not None:
            values *= norms[which][:, None]
    return values


def _blocks(
    reader: ByteReader, words: Vocabulary, matrix: Matrix | Arriving, dim: int, options: ReadOptions
) -> Iterator[RowBlock]:
    step = block_rows(dim)
    for start in range(0, len(words), step):
        stop = min(start + step, len(words))
        yield RowBlock(words.part(start, stop), matrix.rows(start, stop))
    for _ in range(_MAX_CHUNKS_AFTER):
        if reader.at_end():
            return
        place = reader.position
        kind, length = _next_chunk(reader)
        if kind != NORMS:
            report(options, "header", place, f"a chunk of kind {kind} follows the storage; it is left out")
        reader.skip(length, "a chunk")
    if not reader.at_end():
        message = f"more than {_MAX_CHUNKS_AFTER} chunks follow the storage; the others are left out"
        report(options, "header", reader.position, message)
