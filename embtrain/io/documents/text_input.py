"""Opening what is text: byte order marks removed, other encodings and line ends turned into ours.

What users name as a list, a vocabulary, a recipe or a set of questions comes from editors and shells that
write UTF-16, marks, or the line ends of old Macs. All that reads text opens it here.
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
    """Opens a path, "-" for stdin, or a remote address, and gives its text in UTF-8, without a mark.

    Args:
        source: where the text is; compressed or not.
        encoding: of text that is not UTF-8 and has no mark; "auto" knows UTF-16 and UTF-32, and leaves all
            other bytes as they are.
        warn: told of what was converted without a mark that says so.
        may_grow: as `open_input` takes it.

    Raises:
        UsageError, BackendError: as `open_input`; no such encoding.
        DataError: a file that is no text, while it is opened; damaged compressed data, while it is read.
    """
    with open_input(source, may_grow=may_grow) as stream:
        yield as_text(stream, display_name(source), encoding, warn)


def as_text(stream: BinaryIO, name: str, encoding: str = AUTO, warn: Warn = log_warning) -> io.BufferedReader:
    """What `open_text` gives, of a stream; `name` is what messages call it."""
    sample = stream.read(SAMPLE_BYTES)
    # Words are any bytes, so a vocabulary of ours may begin like anything.
    if not are_counts(sample) and (what := signature(sample)):
        raise DataError(f"{name}: is {what}; expected text")
    form = recognise(sample, encoding)
    if form.encoding != UTF8 and not form.mark:
        warn(f"{name}: read as {form.encoding}")
    return form.open(sample, stream)


def read_text(data: bytes, name: str, encoding: str = AUTO, warn: Warn = log_warning) -> bytes:
    """Text that is in memory, as `open_text` gives it."""
    return as_text(io.BytesIO(data), name, encoding, warn).read()
