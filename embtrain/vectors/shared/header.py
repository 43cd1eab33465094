"""Reads the header of the shared format (docs/reference/format.md) and checks its content, without numpy."""

import os
from collections.abc import Mapping
from typing import BinaryIO

from embtrain.errors import DataError
from embtrain.vectors.safetensors import (
    SafetensorsHeader,
    Tensor,
    bad_data,
    brief,
    read_safetensors_header,
    read_up_to,
)
from embtrain.vectors.shared.layout import (
    BYTES,
    CONTEXT,
    COUNTS,
    COUNTS_FORMAT,
    DTYPES,
    EMBEDDING_DTYPES,
    EMBEDDINGS,
    FORMAT,
    NGRAM_BYTES,
    NGRAM_OFFSETS,
    NGRAM_ROWS,
    OFFSETS,
    SCALES,
    SUBWORD_BUCKETS,
    SUBWORD_TENSORS,
    SUBWORDS,
    VERSION,
)


class SharedHeader(SafetensorsHeader):
    """A checked header; its metadata holds all keys except the format's name and version."""

    @property
    def n_words(self) -> int:
        """Number of words, V."""
        return self.tensors[EMBEDDINGS].shape[0]

    @property
    def dim(self) -> int:
        """Values per vector, D."""
        return self.tensors[EMBEDDINGS].shape[1]

    def relative(self) -> list[Tensor]:
        """The tensors, with places relative to the first tensor."""
        start = self.data_start
        return [t._replace(start=t.start - start, stop=t.stop - start) for t in self.tensors.values()]


def read_header(path: str | os.PathLike[str]) -> SharedHeader:
    """Reads and checks the header of a file, and checks the file's length against it.

    Raises:
        DataError: the file is not in the shared format, damaged, or too short or long.
        OSError: the file cannot be opened.
    """
    name = os.fsdecode(path)
    with open(path, "rb") as file:
        header = read_header_from(file, name)
        header.check_size(file, name)
    return header


def is_shared(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins like the shared format. Raises OSError if it cannot be opened."""
    with open(path, "rb") as file:
        return file.read(9)[8:] == b"{"


def read_header_from(stream: BinaryIO, name: str) -> SharedHeader:
    """Reads and checks the header at the start of a stream, and leaves the stream at the first tensor.

    Memory grows as bytes arrive, whatever length the header claims. Raises DataError.
    """
    head = read_up_to(stream, 9)
    if head[8:9] != b"{":
        from embtrain.vectors.formats.unrecognised import HEAD_BYTES, identify, import_command

        head += read_up_to(stream, HEAD_BYTES - len(head))
        kind = identify(head, name)
        remedy = kind.remedy or f"make one: {import_command(name)}"
        raise DataError(
            f"{name}: byte 0: expected vectors in the shared format, but this looks like {kind.looks}; "
            f"{remedy}"
        )
    return _check_format(read_safetensors_header(stream, name, head), name)


def _check_format(header: SafetensorsHeader, name: str) -> SharedHeader:
    metadata = dict(header.metadata)
    form, version = metadata.pop("format", None), metadata.pop("version", None)
    if form == COUNTS_FORMAT:
        raise DataError(
            f"{name}: holds co-occurrence counts, not vectors; embtrain cooccur show prints them, and "
            "vectors are trained on them"
        )
    if form != FORMAT:
        tensors = ", ".join(list(header.tensors)[:5]) or "none"
        found = f"a safetensors file of something else (tensors: {tensors})"
        raise bad_data(
            name, 8, f'vectors with "format": "{FORMAT}"', found, "give a file that embtrain has written"
        )
    if version != VERSION:
        found = f"version {version!r}"
        raise bad_data(name, 8, f'format version "{VERSION}"', found, "read it with a newer embtrain")
    checked = SharedHeader(header.tensors, metadata, header.data_start)
    _check_shapes(checked, name)
    return checked


def _check_shapes(header: SharedHeader, name: str) -> None:
    """Checks that the format's tensors are present, with matching dtypes and shapes."""
    tensors = header.tensors
    for required in (OFFSETS, BYTES, EMBEDDINGS):
        if required not in tensors:
            raise bad_data(name, 8, f"the tensor {required!r}", f"only {brief(list(tensors))}")
    table = tensors[EMBEDDINGS].shape
    if len(table) != 2 or table[1] < 1:
        raise bad_data(name, 8, "embeddings of shape [words, dim >= 1]", f"{list(table)}")
    if tensors[EMBEDDINGS].dtype not in EMBEDDING_DTYPES:
        expected = f"embeddings as one of {', '.join(EMBEDDING_DTYPES)}"
        raise bad_data(name, 8, expected, tensors[EMBEDDINGS].dtype, "this version reads no other")
    if (SCALES in tensors) != (tensors[EMBEDDINGS].dtype == "I8"):
        raise bad_data(name, 8, "scales where embeddings are I8, and only there", f"{brief(list(tensors))}")
    length = tensors[BYTES].stop - tensors[BYTES].start
    shapes = {
        OFFSETS: (table[0] + 1,), BYTES: (length,), COUNTS: (table[0],), SCALES: (table[0],),
        EMBEDDINGS: table, CONTEXT: table, **_subword_shapes(tensors, table[1]),
    }  # fmt: skip
    for key, shape in shapes.items():
        tensor = tensors.get(key)
        dtype = tensors[EMBEDDINGS].dtype if key == EMBEDDINGS else DTYPES[key]
        if tensor and (tensor.dtype, tensor.shape) != (dtype, shape):
            found = f"{tensor.dtype} {list(tensor.shape)}"
            raise bad_data(name, 8, f"{key!r} as {dtype} {list(shape)}", found, "this version reads no other")


def _subword_shapes(tensors: Mapping[str, Tensor], dim: int) -> dict[str, tuple[int, ...]]:
    """Shapes that the tensors of n-grams must have, given the first size of each."""
    first = {name: (tensors[name].shape or (0,))[0] for name in SUBWORD_TENSORS if name in tensors}
    n_rows, n_ngrams = first.get(SUBWORDS, 0), first.get(NGRAM_ROWS, 0)
    return {
        SUBWORDS: (n_rows, dim),
        SUBWORD_BUCKETS: (n_rows,),
        NGRAM_ROWS: (n_ngrams,),
        NGRAM_OFFSETS: (n_ngrams + 1,),
        NGRAM_BYTES: (first.get(NGRAM_BYTES, 0),),
    }
