"""Reads documents from JSON lines, and decides how invalid lines are handled."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

from embtrain.errors import DataError
from embtrain.option_names import option

#: "stop" is a synonym of "fail".
OnError = Literal["fail", "skip", "stop"]

_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)

#: The longest line, in bytes. The limit bounds the memory that a damaged file can take.
MAX_LINE = 1 << 26


class BadRecords:
    """Raises at the first bad record, or counts bad records.

    Attributes:
        count: records skipped.
        first: the message about the first of them; "" if none was skipped.
    """

    def __init__(self, on_error: OnError = "fail") -> None:
        self._on_error = on_error
        self.count = 0
        self.first = ""

    @property
    def skips(self) -> bool:
        """Whether bad records are skipped."""
        return self._on_error == "skip"

    def add(self, message: str) -> None:
        """Records a bad record. Raises DataError unless bad records are skipped."""
        if not self.skips:
            skip = option("on-error", "skip")
            raise DataError(f"{message}; correct it, or leave such records out with {skip}")
        self.count += 1
        self.first = self.first or message


def json_documents(stream: BinaryIO, name: str, field: str, bad: BadRecords) -> Iterator[bytes]:
    """Yields the text of one field of each line, as UTF-8. Empty lines are ignored.

    Args:
        stream: read forward, one line at a time.
        name: the input's name in messages.
        field: the name of a field of type string.
        bad: handles lines that are not UTF-8 or JSON, that are too long, or that lack the field.
    """
    import msgspec

    record = msgspec.defstruct("Record", [("value", str)], rename={"value": field})
    decoder = msgspec.json.Decoder(record)
    for number, line in _lines(stream):
        if line is None:
            bad.add(f"{name}: line {number:,}: longer than {MAX_LINE:,} bytes")
        elif line.strip():
            try:
                document: Any = decoder.decode(line)
            except (ValueError, RecursionError) as error:  # msgspec's own are ValueErrors
                bad.add(f"{name}: line {number:,}: {_explain(line, field, error)}")
            else:
                yield document.value.encode()


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yields numbered lines, None for one that is too long, without a byte order mark before the first."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield number, None
        else:
            yield number, line


def _explain(line: bytes, field: str, error: Exception) -> str:
    """Says what is wrong with a line: what was expected, what was found."""
    import msgspec

    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    if not isinstance(error, msgspec.ValidationError):
        return f"not a JSON object: {_reason(line, error)}"
    try:
        found = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        if line.lstrip().startswith(b"["):
            return (
                "expected a JSON object, found the beginning of an array; if the file is one array, or its "
                "objects go on over several lines, write one object a line (jq -c '.[]')"
            )
        return f"no field '{field}' that is a string ({option('field')})"
    if isinstance(found, list):
        return (
            f"expected a JSON object with a field '{field}', found list; if the file is one array, write one "
            "object a line (jq -c '.[]')"
        )
    if not isinstance(found, dict):
        return f"expected a JSON object with a field '{field}', found {_kind(found)}"
    if field in found:
        return f"field '{field}' must be a string, found {_kind(found[field])}"
    fields = ", ".join(f"'{name}'" for name in list(found)[:8])
    return f"no field '{field}' ({option('field')}), only {fields or 'none at all'}"


def _reason(line: bytes, error: Exception) -> str:
    """Returns the library's reason, or explains it where it is not clear."""
    if _LONE_SURROGATE.search(line):
        return "half of a surrogate pair (\\ud800 to \\udfff) stands alone in it"
    if line.strip() in (b"{", b"}", b"]", b"],", b"},"):
        only = line.strip().decode()
        return f"only '{only}'; objects that span several lines are not read: jq -c . joins their lines"
    if "trailing characters" in str(error):
        return f"{error}; several objects on one line are not read: jq -c . gives each a line"
    return str(error)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__
