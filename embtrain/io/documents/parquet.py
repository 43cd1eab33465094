"""Reads documents from Parquet files."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from embtrain.errors import BackendError, DataError
from embtrain.io.documents.json_lines import BadRecords
from embtrain.io.inputs.seekable import seekable
from embtrain.option_names import option
from embtrain.wording import counted

MAGIC = b"PAR1"
_ROWS_AT_A_TIME = 256


def parquet_documents(
    source: str | None, stream: BinaryIO, name: str, field: str, bad: BadRecords, tmp_dir: str | None = None
) -> Iterator[bytes]:
    """Yields the text of one column, row by row, as UTF-8. Memory: one row group of that column.

    A Parquet file is read from its end, so a file that is compressed as a whole, is remote, or comes through
    a pipe is copied to a temporary file first.

    Args:
        source: as given by the user; a plain local file is read in place. None for a member of an archive.
        stream: the decompressed bytes.
        name: the input's name in messages.
        field: the name of a column of type string or binary.
        bad: handles rows without a value.
        tmp_dir: holds the temporary file; None is the system's choice.

    Raises:
        BackendError: pyarrow is not installed.
        DataError: the file is damaged, or has no such column.
        UsageError, ResourceError: the temporary file cannot be made, or the disk is full.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        raise BackendError(
            f"{name}: reading Parquet needs a package that is not installed: pip install 'embtrain[parquet]'"
        ) from error
    with seekable(source, stream, name, MAGIC, tmp_dir) as file:
        try:
            table = pyarrow.parquet.ParquetFile(file, pre_buffer=False)
            _check_column(table.schema_arrow, name, field)
            expected = counted_rows(table, field, name)
            row = 0
            for batch in table.iter_batches(_ROWS_AT_A_TIME, columns=[field], use_threads=False):
                for value in _as_bytes(batch.column(0)):
                    row += 1
                    if value is None:
                        bad.add(f"{name}: row {row:,}: field '{field}' is null")
                    else:
                        yield value
            check_rows(name, expected, row)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{name}: damaged Parquet data: {error}; fetch the file again") from error


def counted_rows(table: Any, column: str, name: str) -> int:
    """Returns the number of rows that a Parquet file states. Raises DataError if its counts disagree.

    Args:
        table: the open file.
        column: a column that is not nested; the number of its values is compared, too.
        name: the file's name in messages.
    """
    footer = table.metadata
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    place = next((i for i in range(len(table.schema)) if table.schema.column(i).path == column), None)
    rows = [group.num_rows for group in groups]
    values = rows if place is None else [group.column(place).num_values for group in groups]
    if min(footer.num_rows, *rows, 0) < 0 or sum(rows) != footer.num_rows or values != rows:
        raise DataError(
            f"{name}: damaged Parquet data: it counts {counted(footer.num_rows, 'row')}, {sum(rows):,} in "
            f"its row groups, and {counted(sum(values), 'value')} of '{column}'; fetch the file again"
        )
    return int(footer.num_rows)


def check_rows(name: str, expected: int, found: int) -> None:
    """Raises DataError if the number of rows read differs from the number that the file states."""
    if found != expected:
        raise DataError(
            f"{name}: damaged Parquet data: expected {counted(expected, 'row')}, as the file states, found "
            f"{found:,}; fetch the file again"
        )


def _check_column(schema: Any, name: str, field: str) -> None:
    import pyarrow as pa

    if field not in schema.names:
        columns = ", ".join(f"'{column}'" for column in schema.names[:8])
        raise DataError(f"{name}: no column '{field}' ({option('field')}), only {columns or 'none at all'}")
    kind = schema.field(field).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    text = [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()]
    if hasattr(pa, "string_view"):  # since pyarrow 16
        text.append(pa.string_view())
    if kind not in text:
        raise DataError(f"{name}: column '{field}' must be text, found {kind}")


def _as_bytes(column: Any) -> list[bytes | None]:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return values
