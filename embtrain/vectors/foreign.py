"""Saying what a file is that is not in the shared format, so that an error names the real mistake."""

import os
import re
import stat

_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_KNOWN = (
    (b"PK\x03\x04", "a zip archive (torch, numpy .npz)"),
    (b"\x93NUMPY", "a numpy array without words"),
    (b"PAR1", "a Parquet table"),
    (b"FiFu", "a finalfusion file"),
    (b"\xba\x16\x4f\x2f", "a fastText model (.bin)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"{", "JSON text"),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_HTML = re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
_WORD2VEC = re.compile(rb"\d+ \d+\s*?\n")
_GLOVE = re.compile(rb"[^\n]*?\S( -?\d+\.?\d*(e-?\d+)?){4}")

HEAD_BYTES = 512


def compression(head: bytes) -> str | None:
    """Name of the compression that the first bytes of a file announce, or None."""
    return next((name for magic, name in _COMPRESSED if head.startswith(magic)), None)


def describe(head: bytes) -> str:
    """What a file with these first bytes (at most HEAD_BYTES) looks like, to follow "this looks like"."""
    if not head:
        return "an empty file"
    packed = compression(head)
    if packed:
        return f"{packed}-compressed data"
    if _PICKLE.match(head):
        return "a Python pickle (a gensim or torch model), which can run code and is not read"
    if _HTML.match(head):
        return "a web page, so the download failed"
    if _WORD2VEC.match(head):
        return _describe_word2vec(head)
    if _GLOVE.match(head):
        return "text vectors without a header (GloVe)"
    known = next((name for magic, name in _KNOWN if head.startswith(magic)), None)
    return known or f"an unknown file that begins with {head[:12]!r}"


def _describe_word2vec(head: bytes) -> str:
    header, _, rest = head.partition(b"\n")
    words, dim = header.split()
    kind = "text" if re.match(rb"[^\n]*? [-+]?[\d.]+(e-?\d+)?[ \n]", rest) else "binary"
    return f"word2vec's {kind} format with {int(words[:20])} words of {int(dim[:20])} values"


def is_plain_file(source: str) -> bool:
    """Whether the source is an uncompressed regular file, which can be mapped; False if it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(source).st_mode):
            return False
        with open(source, "rb") as file:
            return compression(file.read(8)) is None
    except (OSError, ValueError):
        return False
