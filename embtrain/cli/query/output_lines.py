"""Formats answers as lines: tab-separated rows, CSV, and JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

#: Rows as `cut` and `awk` read them, tables with a header, or JSON objects: one for each query, or each row.
LineForm = Literal["rows", "csv", "tsv", "json", "jsonl"]
#: A word, a count or rank, a score, or nothing.
Field = bytes | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows of named columns, as one of the forms of lines except "json", which nests them.

    In "csv" and "tsv", fields are quoted as RFC 4180 says: all words in CSV, so that a reader cannot mistake
    one for another delimiter; in TSV only those that could not be read back otherwise.
    """

    form: LineForm
    columns: Sequence[str]

    @property
    def head(self) -> bytes:
        """The line with the names of the columns, in forms that have one."""
        separator = {"csv": ",", "tsv": "\t"}.get(self.form)
        return b"" if separator is None else separator.join(self.columns).encode() + b"\n"

    def row(self, fields: Sequence[Field]) -> bytes:
        """The line of a row."""
        if self.form == "jsonl":
            return json_line(
                {name: _json_value(field) for name, field in zip(self.columns, fields, strict=True)}
            )
        if self.form == "rows":
            return tsv_line([_plain(field) for field in fields])
        return (b"," if self.form == "csv" else b"\t").join(map(self.field, fields)) + b"\n"

    def field(self, field: Field) -> bytes:
        """A field of "csv" or "tsv"."""
        if not isinstance(field, bytes):
            return _plain(field)
        if self.form == "tsv" and field and not any(byte in b'"\t\r\n' for byte in field):
            return field
        return b'"' + field.replace(b'"', b'""') + b'"'


def _plain(field: Field) -> bytes:
    if isinstance(field, float):
        return b"%.6f" % field
    return b"" if field is None else field if isinstance(field, bytes) else b"%d" % field


def _json_value(field: Field) -> str | float | None:
    if isinstance(field, float):
        return round(field, 6)
    return text_of(field) if isinstance(field, bytes) else field


def tsv_line(fields: Sequence[bytes]) -> bytes:
    """A tab-separated row; a tab or line break within a field is written as \\t, \\n or \\r."""
    return b"\t".join(one_field(field) for field in fields) + b"\n"


def one_field(word: bytes) -> bytes:
    """Escapes the bytes of a word that would end its field."""
    return word.replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\r", b"\\r")


def json_line(record: dict[str, Any]) -> bytes:
    """A JSON object on a line of its own."""
    return json_text(record) + b"\n"


def json_text(value: Any) -> bytes:
    """A value as JSON in UTF-8.

    Bytes that are not UTF-8 become the escapes \\udc80 to \\udcff, which is valid JSON and keeps them apart.
    """
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def text_of(word: bytes) -> str:
    """A word as text; bytes that are not UTF-8 are kept as lone surrogates."""
    return word.decode("utf-8", "surrogateescape")
