"""Recognises compressed data by its first bytes, and the names of compressed files by their endings."""

import os
import stat
from typing import Final

#: Number of first bytes that recognition needs.
MAGIC_BYTES: Final = 10
# What follows bzip2's level: a block, or the end of an empty file.
_BZ2_BLOCKS: Final = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
_ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst")


def compression(head: bytes) -> str | None:
    """Returns "gz", "bz2", "xz" or "zst" for data that begins like it, and None for any other.

    Args:
        head: the first MAGIC_BYTES bytes, or all if there are fewer.
    """
    if head.startswith(b"\x1f\x8b\x08"):
        return "gz"
    if head.startswith(b"BZh") and head[4:10] in _BZ2_BLOCKS:
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    skippable = len(head) >= 4 and 0x50 <= head[0] <= 0x5F and head[1:4] == b"\x2a\x4d\x18"
    if skippable or head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zst"
    return None


def is_plain_file(source: str) -> bool:
    """Whether the source is an uncompressed regular file, which can be mapped; False if it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(source).st_mode):
            return False
        with open(source, "rb") as file:
            return compression(file.read(MAGIC_BYTES)) is None
    except (OSError, ValueError):
        return False


def stem(path: str) -> str:
    """The name of a file or folder without folders, the ending of a compression, and then one more ending.

    "rw" for "sets/rw.txt.gz"; empty for a path without a name, such as "/".
    """
    name = os.path.basename(path.rstrip("/"))
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return os.path.splitext(name)[0]
