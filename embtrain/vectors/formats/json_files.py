"""Decodes JSON files that belong to other tools' models."""

from typing import TypeVar

import msgspec

from embtrain.errors import DataError

T = TypeVar("T")


def decode_json(content: bytes, kind: type[T], path: str, expected: str, remedy: str) -> T:
    """Decodes JSON of a known form.

    Args:
        content: the JSON text.
        kind: the type that the text must have.
        path, expected, remedy: for the message: the file, what it should hold, and what to do.

    Raises:
        DataError: the text is damaged or has another form.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}: expected {expected}, found {error}; {remedy}") from None
