"""Masks what differs between two runs of one program: times, speeds, memory, names of temporary files."""

import re
from typing import Final

#: Fields of JSON that hold times, speeds and memory, and messages that repeat them.
_FIELDS: Final = (
    b"time|started|memory|seconds|epoch_seconds|words/s|pairs/s|words_per_second|pairs_per_second|message"
)
_TIMED_FIELD: Final = re.compile(rb'"(' + _FIELDS + rb')": ("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,}\]]+)')
_UNITS: Final = rb"s|ms|min|h|words/s|pairs/s|rows/s|vectors/s|queries/s|[KMG]i?B/s"
_QUANTITY: Final = re.compile(rb"\d[\d,.]*(?= (?:" + _UNITS + rb")\b)")
_MACHINE: Final = re.compile(rb'("?(?:python|platform)"?: "?)[^"\n,]+')
_TEMPORARY: Final = re.compile(rb"\S*/temporary/\S+")


def mask_json(content: bytes) -> bytes:
    """JSON with 0 in place of times, speeds, memory and messages."""
    return _TIMED_FIELD.sub(rb'"\1": 0', content)


def mask_wording(content: bytes) -> bytes:
    """Messages without times, speeds, details of the machine and names of temporary files."""
    masked = _QUANTITY.sub(b"N", mask_json(content))
    return _TEMPORARY.sub(b"TEMPORARY", mask_machine(masked))


def mask_machine(content: bytes) -> bytes:
    """The output of `embtrain info` without the versions of Python and of the system."""
    return _MACHINE.sub(rb"\1X", content)
