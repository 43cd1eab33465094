"""Opens text inputs: removes byte order marks and converts other encodings and line ends.

Lists, vocabularies, recipes and sets of questions come from editors and shells that write UTF-16, byte order
marks, or the line ends of old Macs. All code that reads text opens it here.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from embtrain.errors import DataError
from embtrain.io.documents.text_form import recognise
from embtrain.io.encodings import AUTO, SAMPLE_BYTES, UTF8, are_counts
from embtrain.io.inputs.file_kinds import signature
from embtrain.io.inputs.open import display_name, open_input
from embtrain.io.inputs.paths import Warn, log_warning


@contextmanager
def open_text(
    source: str, encoding: str = AUTO, warn: Warn = log_warning, *, may_grow: bool = False
) -> Iterator[io.BufferedReader]:
    """Opens a path, "-" for stdin, or a remote address, and yields its text in UTF-8, without a mark.

    Args:
        source: what to open; compressed or not.
        encoding: the encoding of text that is not UTF-8 and has no mark; "auto" recognises UTF-16 and UTF-32,
            and leaves all other bytes as they are.
        warn: receives a warning when text is converted without a mark.
        may_grow: as for `open_input`.

    Raises:
        UsageError, BackendError: as `open_input`; no such encoding.
        DataError: on opening, the file is not text; while reading, compressed data is damaged.
    """
    with open_input(source, may_grow=may_grow) as stream:
        yield as_text(stream, display_name(source), encoding, warn)


def as_text(stream: BinaryIO, name: str, encoding: str = AUTO, warn: Warn = log_warning) -> io.BufferedReader:
    """Like `open_text`, for an open stream; `name` is its name in messages."""
    sample = stream.read(SAMPLE_BYTES)
    # Words are any bytes, so one of our vocabularies may begin like any kind of file.
    if not are_counts(sample) and (what := signature(sample)):
        raise DataError(f"{name}: is {what}; expected text")
    form = recognise(sample, encoding)
    if form.encoding != UTF8 and not form.mark:
        warn(f"{name}: read as {form.encoding}")
    return form.open(sample, stream)


def read_text(data: bytes, name: str, encoding: str = AUTO, warn: Warn = log_warning) -> bytes:
    """Like `open_text`, for data in memory."""
    return as_text(io.BytesIO(data), name, encoding, warn).read()
