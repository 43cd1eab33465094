"""Decides whether the last number of a text without a final newline is complete.

A text truncated within its last number looks like a complete one without a final newline. Two things tell
them apart: what follows the number (a space, a carriage return), and how the other numbers are written. The
number is complete if all others have the same number of digits after the point, or if it is one of many
integers. If their lengths differ, a cut cannot be detected, and the number is doubtful.
"""

import re
from collections import Counter

from embtrain.option_names import option

# Bytes examined, enough for some rows before the last number.
TAIL_BYTES = 1 << 16
_NUMBER = re.compile(rb"[-+]?\d*(?:\.(\d*))?(?:[eE][-+]?(\d+))?")
_INTEGER = (0, 0)


def doubtful_number(tail: bytes, dim: int, separator: bytes) -> bytes | None:
    """The last number of a text if it may be the beginning of a longer one, or None if it is complete.

    Args:
        tail: the last TAIL_BYTES of the text, or all of it, without a final newline.
        dim: numbers per line.
        separator: separator of the numbers.
    """
    numbers = _last_numbers(tail, dim, separator)
    others = Counter(digits for digits in map(_digits, numbers[:-1]) if digits is not None)
    last = _digits(numbers[-1]) if numbers else None
    if last is None or not others or others.keys() == {last}:
        return None
    if last == _INTEGER and others[last] >= others.total() / 4:
        return None
    return numbers[-1]


def shortened_number(tail: bytes, dim: int, separator: bytes) -> bytes | None:
    """Like `doubtful_number`, but only if the number has fewer digits than all others."""
    numbers = _last_numbers(tail, dim, separator)
    others = [digits for digits in map(_digits, numbers[:-1]) if digits is not None]
    last = _digits(numbers[-1]) if numbers else None
    return numbers[-1] if last is not None and others and last < min(others) else None


def _last_numbers(tail: bytes, dim: int, separator: bytes) -> list[bytes]:
    """The numbers in the tail; empty if something follows the last one."""
    if tail.endswith((separator, b"\r", b"\n")):
        return []
    numbers = [number for line in tail.split(b"\n") for number in _numbers(line, dim, separator)]
    # The first may be the end of a number that starts before the tail.
    return numbers[1:] if len(tail) >= TAIL_BYTES else numbers


def _numbers(line: bytes, dim: int, separator: bytes) -> list[bytes]:
    fields = [field for field in line.rstrip(b"\r").split(separator) if field]
    return fields[1:][-dim:]


def _digits(number: bytes) -> tuple[int, int] | None:
    """Digits after the point and in the exponent; None if there are no digits."""
    found = _NUMBER.fullmatch(number)
    return None if found is None else (len(found[1] or b""), len(found[2] or b""))


def doubt(number: bytes) -> str:
    """The message for a doubtful number."""
    shown = repr(number[-40:])[1:]
    return (
        f"expected a newline after the last number, found the end of the file after {shown}, which may be "
        "the beginning of a longer number"
    )


REMEDY = (
    "the file may be cut short: fetch it again; if it is whole, end it with a newline, or keep the row "
    f"({option('on-error', 'replace')}) or leave it out ({option('on-error', 'skip')})"
)
