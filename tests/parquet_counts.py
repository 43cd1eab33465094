"""Parquet files whose footers count other rows than they hold."""

import struct
from pathlib import Path


def change_counts(path: Path, old: int, new: int, places: tuple[int, ...] | None = None) -> int:
    """Writes another count wherever the footer has one, or at some of these places; how many there are.

    The footer is Thrift's compact form: numbers have any length, and nothing counts the bytes between them.
    """
    content = path.read_bytes()
    size = int(struct.unpack("<I", content[-8:-4])[0])
    parts = content[-8 - size : -8].split(_zigzag(old))
    footer = parts[0]
    for place, part in enumerate(parts[1:]):
        footer += _zigzag(new if places is None or place in places else old) + part
    path.write_bytes(content[: -8 - size] + footer + struct.pack("<I", len(footer)) + b"PAR1")
    return len(parts) - 1


def _zigzag(number: int) -> bytes:
    rest = 2 * number if number >= 0 else -2 * number - 1
    groups = bytearray()
    while rest > 0x7F:
        groups.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes((*groups, rest))
