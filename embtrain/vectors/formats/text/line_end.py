"""Whether the last number of a text is whole, where no newline follows it.

A text that was cut within its last number looks like a whole one whose writer left out the last newline.
What tells them apart is what follows the number (a space, a carriage return), and how the other numbers are
written. Where all have as many digits after the point as the last, it is whole; so is an integer among
many. Where their lengths differ, the cut cannot be seen, and the number is doubtful.
"""

import re
from collections import Counter

from embtrain.option_names import option

# What is looked at: some rows before the last number.
TAIL_BYTES = 1 << 16
_NUMBER = re.compile(rb"[-+]?\d*(?:\.(\d*))?(?:[eE][-+]?(\d+))?")
_INTEGER = (0, 0)


def doubtful_number(tail: bytes, dim: int, separator: bytes) -> bytes | None:
    """The last number of a text, if it may be the beginning of a longer one; None where it is whole.

    Args:
        tail: the last TAIL_BYTES of the text, or all of it; without a newline at its end.
        dim: numbers per line.
        separator: what separates them.
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
    """The same, but only where the number has fewer digits than all others."""
    numbers = _last_numbers(tail, dim, separator)
    others = [digits for digits in map(_digits, numbers[:-1]) if digits is not None]
    last = _digits(numbers[-1]) if numbers else None
    return numbers[-1] if last is not None and others and last < min(others) else None


def _last_numbers(tail: bytes, dim: int, separator: bytes) -> list[bytes]:
    """The numbers in the tail; none where something follows the last one."""
    if tail.endswith((separator, b"\r", b"\n")):
        return []
    numbers = [number for line in tail.split(b"\n") for number in _numbers(line, dim, separator)]
    # The first may be the end of a number that begins before the tail.
    return numbers[1:] if len(tail) >= TAIL_BYTES else numbers


def _numbers(line: bytes, dim: int, separator: bytes) -> list[bytes]:
    fields = [field for field in line.rstrip(b"\r").split(separator) if field]
    return fields[1:][-dim:]


def _digits(number: bytes) -> tuple[int, int] | None:
    """How many digits follow the point, and how many the exponent has; None for what has no digits."""
    found = _NUMBER.fullmatch(number)
    return None if found is None else (len(found[1] or b""), len(found[2] or b""))


def doubt(number: bytes) -> str:
    """What to say of a doubtful number."""
    shown = repr(number[-40:])[1:]
    return (
        f"expected a newline after the last number, found the end of the file after {shown}, which may be "
        "the beginning of a longer number"
    )


REMEDY = (
    "the file may be cut short: fetch it again; if it is whole, end it with a newline, or keep the row "
    f"({option('on-error', 'replace')}) or leave it out ({option('on-error', 'skip')})"
)
