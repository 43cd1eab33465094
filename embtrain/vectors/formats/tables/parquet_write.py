"""Writes vectors as a Parquet table."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from embtrain.errors import BackendError, DataError
from embtrain.io.encodings import is_whole_utf8
from embtrain.option_names import option
from embtrain.vectors.formats.base import RowBlock, Rows
from embtrain.wording import counted

METADATA_PREFIX = b"embtrain."
_GROUP_BYTES = 16 << 20


def load_pyarrow(name: str) -> Any:
    """Imports pyarrow with its Parquet module. Raises BackendError, naming the file, if it is missing."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise BackendError(
            f"{name}: Parquet needs a package that is not installed: pip install 'embtrain[parquet]'"
        ) from error
    return pyarrow


class _Counted(io.RawIOBase):
    """Passes data on to a file and counts the bytes; the file stays open when pyarrow closes this object."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.n_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.n_bytes += len(data)
        return len(data)

    def tell(self) -> int:
        return self.n_bytes


def write(file: BinaryIO, rows: Rows) -> int:
    """Writes columns ``word``, ``vector`` (lists of D float32) and, if counts are known, ``count``.

    Row groups hold 16 MB. Returns the number of bytes. Raises BackendError if pyarrow is missing, DataError
    for words that are not UTF-8.
    """
    pyarrow = load_pyarrow("output")
    if rows.vocabulary is not None:
        _check(pyarrow, _words(pyarrow, rows.vocabulary))
    output = _Counted(file)
    writer = None
    for table in _groups(pyarrow, rows):
        if writer is None:
            options = {"compression": "none", "use_dictionary": False, "write_statistics": False}
            writer = pyarrow.parquet.ParquetWriter(output, table.schema, **options)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return output.n_bytes


def _groups(pyarrow: Any, rows: Rows) -> Iterator[Any]:
    """Yields tables of about a row group each; a single empty table if there are no rows."""
    waiting: list[Any] = []
    size = 0
    with_counts: bool | None = None
    for block in rows.blocks:
        if with_counts is None:
            with_counts = block.words.counts is not None
        waiting.append(_table(pyarrow, block, rows, with_counts))
        size += block.vectors.nbytes
        if size >= _GROUP_BYTES:
            yield pyarrow.concat_tables(waiting)
            waiting, size = [], 0
    if waiting:
        yield pyarrow.concat_tables(waiting)
    elif with_counts is None:
        yield _schema(pyarrow, rows, with_counts=False).empty_table()


def _schema(pyarrow: Any, rows: Rows, *, with_counts: bool) -> Any:
    fields = [("word", pyarrow.string()), ("vector", pyarrow.list_(pyarrow.float32(), rows.dim))]
    fields += [("count", pyarrow.int64())] if with_counts else []
    metadata = {METADATA_PREFIX + key.encode(): value.encode() for key, value in rows.metadata.items()}
    return pyarrow.schema(fields, metadata=metadata)


def _table(pyarrow: Any, block: RowBlock, rows: Rows, with_counts: bool) -> Any:
    words = _words(pyarrow, block.words)
    _check(pyarrow, words)
    values = pyarrow.array(np.array(block.vectors, np.float32).reshape(-1))
    columns = [words.cast(pyarrow.string()), pyarrow.FixedSizeListArray.from_arrays(values, rows.dim)]
    if with_counts:
        counts = block.words.counts
        if counts is None:
            raise ValueError("counts must be known for all words or for none")
        columns.append(pyarrow.array(np.array(counts, np.int64)))
    return pyarrow.table(columns, schema=_schema(pyarrow, rows, with_counts=with_counts))


def _words(pyarrow: Any, words: Any) -> Any:
    """Words as an array of bytes that owns its memory."""
    first, last = int(words.offsets[0]), int(words.offsets[-1])
    offsets = pyarrow.py_buffer(np.ascontiguousarray(words.offsets - first, np.int64))
    content = pyarrow.py_buffer(words.arena[first:last].tobytes())
    return pyarrow.Array.from_buffers(pyarrow.large_binary(), len(words), [None, offsets, content])


def _check(pyarrow: Any, words: Any) -> None:
    """Raises DataError, with the number of words, if any are not UTF-8."""
    try:
        words.cast(pyarrow.large_string())
    except pyarrow.ArrowInvalid:
        bad = [row for row, word in enumerate(words) if not is_whole_utf8(word.as_py())]
        first = words[bad[0]].as_py()[:60]
        raise DataError(
            f"a text column of Parquet holds UTF-8, {len(bad):,} of {counted(len(words), 'word')} are not, "
            f"the first is {first!r}; see {option('encoding-errors')}"
        ) from None
