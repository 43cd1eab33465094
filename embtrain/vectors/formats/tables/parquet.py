"""Reads Parquet tables with a column of words, and one of lists or one of numbers per dimension."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, EmbtrainError
from embtrain.io.documents.parquet import check_rows, counted_rows
from embtrain.option_names import option
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, VectorInput, VectorSource
from embtrain.vectors.formats.binary.seekable_copy import seekable
from embtrain.vectors.formats.tables.parquet_write import METADATA_PREFIX, load_pyarrow
from embtrain.vectors.formats.tables.stored_table import to_float32
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_WORDS = ("word", "words", "token", "text", "key", "name")
_COUNTS = ("count", "counts", "freq", "frequency")
_BLOCK_BYTES = 1 << 20
_KEPT_BLOCKS = 16


@dataclass(frozen=True)
class _Columns:
    """Names of the columns: words, vectors (one of lists, or one per dimension), and counts, if any."""

    word: str
    vectors: tuple[str, ...]
    is_list: bool
    count: str | None

    @property
    def names(self) -> list[str]:
        return [self.word, *self.vectors, *([self.count] if self.count else [])]


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a table; holds one page per column in memory. A pipe is first copied to a temporary file.

    Raises:
        BackendError: pyarrow is not installed.
        DataError: the file is damaged, or its columns are not those of vectors.
    """
    pyarrow = load_pyarrow(source.name)
    with seekable(source, options.tmp_dir) as file:
        try:
            # When reading a file, pyarrow allocates the size that a page claims; a mapped file bounds it.
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            table = pyarrow.parquet.ParquetFile(
                pyarrow.BufferReader(pyarrow.py_buffer(mapping)), pre_buffer=False
            )
            columns = _columns(table.schema_arrow, source.name)
            n_rows = counted_rows(table, columns.word, source.name)
            dim = _dim(table, columns, source.name)
        except EmbtrainError:
            raise
        except Exception as error:  # pyarrow does not wrap errors of names and numbers in its own
            raise _damaged(source.name, error) from error
        stored = table.schema_arrow.metadata or {}
        metadata = {
            key.removeprefix(METADATA_PREFIX).decode("utf-8", "replace"): value.decode("utf-8", "replace")
            for key, value in stored.items()
            if key.startswith(METADATA_PREFIX)
        }
        others = [name for name in table.schema_arrow.names if name not in columns.names]
        yield VectorSource(
            dim,
            n_rows,
            _Reader(source.name, table, mapping, columns, dim, n_rows, options).blocks(),
            metadata=metadata,
            left_out=tuple(f"the column {name!r}" for name in others[:20]) + _rounded(table, columns),
        )


def _damaged(name: str, error: Exception) -> DataError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return DataError(f"{name}: damaged Parquet data: {reason}; fetch the file again")


def _columns(schema: Any, name: str) -> _Columns:
    from pyarrow import types

    def named(names: list[str], wanted: tuple[str, ...]) -> str | None:
        lower = {found.lower(): found for found in reversed(names)}
        return next((lower[key] for key in wanted if key in lower), None)

    fields = [(field.name, field.type) for field in schema]
    if len({field for field, _ in fields}) < len(fields):
        raise DataError(f"{name}: expected columns of different names, found one twice; rename it")
    texts = [field for field, kind in fields if _is_text(kind)]
    lists = [field for field, kind in fields if _is_list(kind) and types.is_floating(kind.value_type)]
    numbers = [field for field, kind in fields if types.is_floating(kind)]
    word = named(texts, _WORDS) or (texts[0] if len(texts) == 1 else None)
    if word is None or len(lists) > 1 or not (lists or numbers):
        found = ", ".join(f"{field} ({kind})" for field, kind in fields[:6])
        raise DataError(
            f"{name}: expected a text column 'word' and one column of lists of floats, or of a float per"
            f" dimension; found {found or 'no columns'}; rename or select columns"
        )
    counts = [field for field, kind in fields if types.is_integer(kind)]
    return _Columns(word, tuple(lists or numbers), bool(lists), named(counts, _COUNTS))


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return any(
        test(kind)
        for test in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    )


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _rounded(table: Any, columns: _Columns) -> tuple[str, ...]:
    from pyarrow import types

    kind = table.schema_arrow.field(columns.vectors[0]).type
    double = types.is_float64(kind.value_type if columns.is_list else kind)
    return ("the digits of its float64 values beyond float32",) if double else ()


def _dim(table: Any, columns: _Columns, name: str) -> int:
    """Values per row: the number of columns, or the length of the first list."""
    if not columns.is_list:
        return len(columns.vectors)
    kind = table.schema_arrow.field(columns.vectors[0]).type
    dim = getattr(kind, "list_size", None)
    if dim is None:
        first = next(table.iter_batches(1, columns=list(columns.vectors), use_threads=False), None)
        value = first.column(0)[0].as_py() if first is not None and len(first) else None
        dim = len(value) if value is not None else 0
    if dim < 1:
        raise DataError(f"{name}: row 1: expected a vector of 1 or more values, found none")
    return int(dim)


@dataclass
class _Reader:
    """Reads batches of rows as words and float32 tables."""

    name: str
    table: Any
    mapping: mmap.mmap
    columns: _Columns
    dim: int
    n_rows: int
    options: ReadOptions

    def blocks(self) -> Iterator[RowBlock]:
        step = max(1, _BLOCK_BYTES // (4 * self.dim))
        batches = self.table.iter_batches(step, columns=self.columns.names, use_threads=False)
        first = 0
        try:
            for index, batch in enumerate(batches):
                yield self._block(batch, first)
                first += len(batch)
                if index % _KEPT_BLOCKS == _KEPT_BLOCKS - 1:
                    # Pages already read would count as memory of this process.
                    self.mapping.madvise(mmap.MADV_DONTNEED)
            check_rows(self.name, self.n_rows, first)
        except EmbtrainError:
            raise
        except Exception as error:
            raise _damaged(self.name, error) from error

    def _block(self, batch: Any, first: int) -> RowBlock:
        import pyarrow

        vectors, bad = self._vectors(batch, first)
        words = batch.column(self.columns.word)
        bad |= self._missing(words, first)
        counts = self._counts(batch)
        keep = ~bad
        if bad.any():
            batch = batch.filter(pyarrow.array(keep))
            words, vectors = batch.column(self.columns.word), vectors[keep]
            counts = None if counts is None else counts[keep]
        return RowBlock(_vocabulary(words, counts), np.ascontiguousarray(vectors))

    def _problem(self, problem: Problem) -> None:
        self.options.report(problem)
        if self.options.on_error == "fail":
            remedy = f"fix it, or leave such rows out with {option('on-error', 'skip')}"
            raise DataError(f"{self.name}: {problem.where}: {problem.message}; {remedy}")

    def _missing(self, words: Any, first: int) -> NDArray[np.bool_]:
        missing: NDArray[np.bool_] = words.is_null().to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(missing):
            self._problem(Problem("width", f"row {first + row + 1:,}", "expected a word, found null"))
        return missing

    def _counts(self, batch: Any) -> NDArray[np.int64] | None:
        if self.columns.count is None:
            return None
        counts: NDArray[np.int64] = (
            batch.column(self.columns.count).fill_null(0).to_numpy(zero_copy_only=False)
        )
        return counts.astype(np.int64)

    def _vectors(self, batch: Any, first: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Vectors float32 [rows, D], and which rows lack a complete vector."""
        if not self.columns.is_list:
            rows = np.arange(first, first + len(batch))
            columns = [self._numbers(batch.column(name), rows) for name in self.columns.vectors]
            gaps = np.logical_or.reduce([gap for _, gap in columns])
            values = np.stack([to_float32(column) for column, _ in columns], axis=1)
            return values, gaps & (self.options.on_error != "replace")
        import pyarrow

        lists = batch.column(self.columns.vectors[0])
        bad = self._wrong_widths(lists, first)
        vectors = np.zeros((len(batch), self.dim), np.float32)
        rows = np.repeat(first + np.flatnonzero(~bad), self.dim)
        numbers, gaps = self._numbers(lists.filter(pyarrow.array(~bad)).flatten(), rows)
        vectors[~bad] = to_float32(numbers).reshape(-1, self.dim)
        if self.options.on_error != "replace":
            bad[~bad] = gaps.reshape(-1, self.dim).any(axis=1)
        return vectors, bad

    def _numbers(self, column: Any, rows: NDArray[np.int64]) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
        """Numbers of a column for the given rows, with 0 for null, and the positions of the nulls."""
        if not column.null_count:
            return column.to_numpy(zero_copy_only=False), np.zeros(len(column), bool)
        gaps: NDArray[np.bool_] = column.is_null().to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(gaps):
            where = f"row {rows[place] + 1:,}"
            self._problem(Problem("number", where, "expected a number, found null"))
        return column.fill_null(0).to_numpy(zero_copy_only=False), gaps

    def _wrong_widths(self, lists: Any, first: int) -> NDArray[np.bool_]:
        import pyarrow.compute as pc

        lengths = pc.fill_null(pc.list_value_length(lists), -1).to_numpy(zero_copy_only=False)
        wrong: NDArray[np.bool_] = lengths != self.dim
        for row in np.flatnonzero(wrong):
            found = "null" if lengths[row] < 0 else f"{lengths[row]}"
            message = f"expected {counted(self.dim, 'value')}, found {found}"
            self._problem(Problem("width", f"row {first + row + 1:,}", message))
        return wrong


def _vocabulary(column: Any, counts: NDArray[np.int64] | None) -> Vocabulary:
    """The words of a column without nulls."""
    import pyarrow
    from pyarrow import types

    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    column = column.cast(pyarrow.large_binary())
    _, offsets, content = column.buffers()
    bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    arena = np.frombuffer(content, np.uint8) if content is not None else np.zeros(0, np.uint8)
    return Vocabulary(arena[bounds[0] : bounds[-1]], bounds - bounds[0], counts)
