"""Documents from Parquet files."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from embtrain.errors import BackendError, DataError, ResourceError, UsageError
from embtrain.io.open import is_remote
from embtrain.io.records import BadRecords

MAGIC = b"PAR1"
_ROWS_AT_A_TIME = 256


def parquet_documents(
    source: str, stream: BinaryIO, name: str, field: str, bad: BadRecords, tmp_dir: str | None = None
) -> Iterator[bytes]:
    """Text of one column, row by row, as UTF-8. Memory: one row group of that column.

    A Parquet file is read from its end, so one that is compressed as a whole, remote, or comes through a pipe
    is written to a temporary file first.

    Args:
        source: as given by the user; a plain local file is read where it is.
        stream: the decompressed bytes.
        name: of the input, for messages.
        field: name of a column of type string or binary.
        bad: told of rows without a value.
        tmp_dir: where the temporary file goes; None is the system's choice.

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
    with _seekable(source, stream, name, tmp_dir) as file:
        try:
            table = pyarrow.parquet.ParquetFile(file, pre_buffer=False)
            _check_column(table.schema_arrow, name, field)
            row = 0
            for batch in table.iter_batches(_ROWS_AT_A_TIME, columns=[field], use_threads=False):
                for value in _as_bytes(batch.column(0)):
                    row += 1
                    if value is None:
                        bad.add(f"{name}: row {row:,}: field '{field}' is null")
                    else:
                        yield value
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{name}: damaged Parquet data: {error}; fetch the file again") from error


def _check_column(schema: Any, name: str, field: str) -> None:
    import pyarrow as pa

    if field not in schema.names:
        columns = ", ".join(f"'{column}'" for column in schema.names[:8])
        raise DataError(f"{name}: no column '{field}' (--field), only {columns or 'none at all'}")
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


def _seekable(source: str, stream: BinaryIO, name: str, tmp_dir: str | None) -> BinaryIO:
    """The source itself, or a temporary copy of what the stream holds."""
    if source != "-" and not is_remote(source) and os.path.isfile(source):
        file = open(source, "rb")  # noqa: SIM115
        if file.read(len(MAGIC)) == MAGIC:
            file.seek(0)
            return file
        file.close()
    try:
        copy = tempfile.TemporaryFile(dir=tmp_dir)  # noqa: SIM115
    except OSError as error:
        where = tmp_dir or tempfile.gettempdir()
        raise UsageError(
            f"{where}: cannot hold temporary files ({error.strerror}); choose another --tmp-dir"
        ) from error
    try:
        shutil.copyfileobj(stream, copy, 1 << 20)
    except OSError as error:
        copy.close()
        raise ResourceError(
            f"{name}: no temporary copy: {error.strerror}; choose a directory on a larger disk with --tmp-dir"
        ) from error
    copy.seek(0)
    return copy
