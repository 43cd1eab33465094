"""The rows of a file in the shared format, or of a stream with one, in a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from embtrain.io.inputs.compressions import is_plain_file
from embtrain.io.inputs.open import open_input
from embtrain.vectors.shared.rows import RowReader, rows_of_file, rows_of_tensors
from embtrain.vectors.shared.stream import TensorStream


@contextmanager
def open_rows(path) -> Iterator[RowReader]:
    """Opens vectors for one pass: a plain file by its path, anything else as a stream."""
    name = str(path)
    if is_plain_file(name):
        with open(name, "rb", buffering=0) as file:
            yield rows_of_file(name, file, name)[0]
    else:
        with open_input(name) as stream:
            yield rows_of_tensors(TensorStream(stream, name))
