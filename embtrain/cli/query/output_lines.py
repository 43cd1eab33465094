"""Formats answers as lines: tab-separated rows, and JSON."""

import json
from collections.abc import Sequence
from typing import Any


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
