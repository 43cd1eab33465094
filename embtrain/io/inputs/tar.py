"""Reads tar archives as streams, one member after another, in bounded memory whatever their headers claim.

Python's tarfile would be shorter, but in stream mode it keeps every member (some 440 bytes each), reads an
extended header whole, however large the header says it is, and takes a damaged or cut header after the first
member for the end of the archive, so that the rest of the text would be missing without an error.
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from embtrain.errors import DataError
from embtrain.wording import counted

MAGIC, MAGIC_AT = b"ustar", 257
_BLOCK = 512
_MAX_EXTENSION = 1 << 20
_BUFFER = 1 << 20
_FILES = (b"0", b"\0", b"7")
_WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6")
_EXTENSIONS = (b"L", b"K", b"x", b"g")


class TarMember(NamedTuple):
    """A file in a tar archive.

    Attributes:
        name: its name.
        size: its size in bytes.
        content: its bytes; read them before requesting the next member.
    """

    name: str
    size: int
    content: BinaryIO


class _Next:
    """The name and size that extended headers give for the member that follows."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.size: int | None = None


class _Archive:
    """The state of reading: the position in the stream, and what applies to the next member."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        self.position = 0
        self.next = _Next()

    def bad(self, expected: str, found: str) -> DataError:
        return DataError(
            f"{self.name}: byte {self.position}: expected {expected}, found {found}; the archive is damaged"
            " or no tar archive: fetch it again"
        )

    def take(self, size: int) -> bytes:
        """Reads exactly `size` bytes; fewer only at the end of the stream."""
        content = bytearray()
        while len(content) < size:
            piece = self.stream.read(size - len(content))
            if not piece:
                break
            content += piece
        self.position += len(content)
        return bytes(content)

    def skip(self, size: int) -> None:
        left = size
        while left > 0:
            piece = self.take(min(left, 1 << 16))
            if not piece:
                raise self.bad(f"{counted(size, 'more byte')} of a member", f"the end after {size - left}")
            left -= len(piece)


def looks_like_tar(head: bytes) -> bool:
    """Whether decompressed content with this beginning (512 bytes) is a tar archive.

    Archives from before the magic number are recognised by the checksum of their first header.
    """
    if head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC:
        return True
    header = head[:_BLOCK]
    return len(header) == _BLOCK and header[0] != 0 and 0 < _octal(header[148:156]) == _sum(header)


def tar_members(stream: BinaryIO, name: str) -> Iterator[TarMember]:
    """Yields the files of an archive, without folders and links.

    Args:
        stream: the decompressed archive.
        name: the archive's name in messages.

    Raises DataError if it is damaged, ends early, or is not a tar archive.
    """
    archive = _Archive(stream, name)
    while (header := _header(archive)) is not None:
        kind, size = header[156:157], _size(archive, header)
        if kind in _EXTENSIONS:
            _extend(archive, kind, size)
            continue
        if kind == b"S":
            raise archive.bad("plain members", "a sparse one")
        name_here = archive.next.name or _own_name(header)
        size = size if archive.next.size is None else archive.next.size
        archive.next = _Next()
        if kind in _WITHOUT_DATA:
            continue
        if kind in _FILES and not name_here.endswith("/"):
            content = _Content(archive, size)
            yield TarMember(name_here, size, io.BufferedReader(content, _BUFFER))
            archive.skip(content.left)
        else:
            archive.skip(size)
        archive.skip(-size % _BLOCK)


def _header(archive: _Archive) -> bytes | None:
    """Reads the next header and verifies its checksum; None at the end."""
    header = archive.take(_BLOCK)
    if not header.strip(b"\0"):
        return None
    if len(header) < _BLOCK:
        raise archive.bad(f"a header of {_BLOCK} bytes", f"the end after {len(header)}")
    if _octal(header[148:156]) != _sum(header):
        archive.position -= _BLOCK
        raise archive.bad("the header of a member", "other bytes")
    return header


def _sum(header: bytes) -> int:
    """The checksum that a header must state."""
    return sum(header[:148] + b" " * 8 + header[156:])


def _octal(text: bytes) -> int:
    """Parses an octal number of a header; -1 if it is not a number."""
    digits = text.strip(b" \0")
    return int(digits, 8) if digits and not digits.strip(b"01234567") else -1 if digits else 0


def _size(archive: _Archive, header: bytes) -> int:
    field_bytes = header[124:136]
    # Sizes of 8 GB and more are binary, marked by the first bit.
    size = int.from_bytes(field_bytes[1:], "big") if field_bytes[0] == 0x80 else _octal(field_bytes)
    if size < 0:
        raise archive.bad("the size of a member", repr(field_bytes))
    return size


def _own_name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "surrogateescape")


def _extend(archive: _Archive, kind: bytes, size: int) -> None:
    """Reads an extended header, and keeps the name and the size that it gives for the next member."""
    if kind in (b"g", b"K"):
        archive.skip(size + -size % _BLOCK)
        return
    if size > _MAX_EXTENSION:
        raise archive.bad(f"an extended header of at most {_MAX_EXTENSION} bytes", str(size))
    content = archive.take(size)
    archive.skip(-size % _BLOCK)
    if kind == b"L":
        archive.next.name = content.partition(b"\0")[0].decode("utf-8", "surrogateescape")
        return
    while content:
        length, _, _ = content.partition(b" ")
        n_bytes = int(length) if length.isdigit() and len(length) < 9 else 0
        record, content = content[len(length) + 1 : n_bytes], content[n_bytes:]
        key, equals, value = record.rstrip(b"\n").partition(b"=")
        if not equals:
            raise archive.bad("records 'key=value' in an extended header", "something else")
        if key == b"path":
            archive.next.name = value.decode("utf-8", "surrogateescape")
        elif key == b"size" and value.isdigit() and len(value) < 20:
            archive.next.size = int(value)


class _Content(io.RawIOBase):
    """The bytes of one member."""

    def __init__(self, archive: _Archive, size: int) -> None:
        self._archive = archive
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self.left)
        content = self._archive.take(size)
        if len(content) < size:
            raise self._archive.bad(
                f"{counted(self.left, 'more byte')} of a member", f"the end after {len(content)}"
            )
        buffer[:size] = content
        self.left -= size
        return size
