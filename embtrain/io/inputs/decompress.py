"""Decompresses gz, bz2, xz and zst, recognised by content; several members per file, in bounded memory."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from embtrain.errors import BackendError
from embtrain.io.inputs.compressions import MAGIC_BYTES, compression

if TYPE_CHECKING:
    from bz2 import BZ2Decompressor
    from lzma import LZMADecompressor

_XZ_MEMORY_LIMIT = 1 << 30
# One byte of zst can expand to 32 kB, and its decompressor does not take a limit on its output.
_ZST_PIECE = 1024


class Decompressor(Protocol):
    """One member of a compressed stream."""

    @property
    def eof(self) -> bool:
        """Whether the end of the member has been reached."""

    @property
    def unused_data(self) -> bytes:
        """Input after the end of the member."""

    def decompress(self, data: bytes, max_length: int) -> tuple[bytes, bool]:
        """Returns the next output, and whether the next call needs more input (otherwise pass b"")."""


class _Gzip:
    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> tuple[bytes, bool]:
        output = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        return output, not self._inner.unconsumed_tail and len(output) < max_length


class _Standard:
    """A member that a decompressor of the standard library decompresses."""

    def __init__(self, inner: "BZ2Decompressor | LZMADecompressor") -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> tuple[bytes, bool]:
        return self._inner.decompress(data, max_length), self._inner.needs_input


def _bz2() -> _Standard:
    import bz2

    return _Standard(bz2.BZ2Decompressor())


def _xz() -> _Standard:
    import lzma

    return _Standard(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_LIMIT))


class _Zst:
    def __init__(self) -> None:
        try:
            import zstandard
        except ImportError as error:
            raise BackendError(
                "zst input needs zstandard: pip install 'embtrain[zst]' (or pipe in zstd -dc FILE)"
            ) from error
        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting

    def decompress(self, data: bytes, max_length: int) -> tuple[bytes, bool]:
        waiting = self._waiting + data
        self._waiting = waiting[_ZST_PIECE:]
        return self._inner.decompress(waiting[:_ZST_PIECE]), not self._waiting


class Compression(NamedTuple):
    """A compressed format: its name, its decompressor, and whether zero bytes may follow a member."""

    name: str
    new: Callable[[], Decompressor]
    zero_padding: bool


_COMPRESSIONS = {
    "gz": Compression("gz", _Gzip, True),
    "bz2": Compression("bz2", _bz2, False),
    "xz": Compression("xz", _xz, True),
    "zst": Compression("zst", _Zst, False),
}


def recognise(head: bytes) -> Compression | None:
    """Recognises the compression of content by its first MAGIC_BYTES bytes (fewer if it is shorter)."""
    name = compression(head)
    return None if name is None else _COMPRESSIONS[name]


class TruncatedError(Exception):
    """The compressed data ends inside a member."""


class TrailingError(Exception):
    """The last member is followed by bytes that are not compressed data."""


class DecompressingReader:
    """Reads the members of a compressed stream one after another.

    Args:
        read: returns up to n bytes of compressed data, b"" at the end.
        compression: the format.
    """

    _READ_BYTES = 1 << 16

    def __init__(self, read: Callable[[int], bytes], compression: Compression) -> None:
        self._read = read
        self._compression = compression
        self._member: Decompressor | None = compression.new()
        self._pending = b""
        self._hungry = True
        self.consumed = 0

    def read(self, size: int) -> bytes:
        """Returns decompressed bytes (possibly a few more than `size`), b"" at the end.

        Raises:
            TruncatedError, TrailingError, and any error that the decompressor raises for corrupt data.
        """
        while self._member is not None:
            if self._hungry and not self._pending and not self._fill():
                raise TruncatedError
            data, self._pending = self._pending, b""
            output, self._hungry = self._member.decompress(data, size)
            if self._member.eof:
                self._pending = self._member.unused_data
                self._member = self._next_member()
                self._hungry = True
            if output:
                return output
        return b""

    def _fill(self) -> bool:
        data = self._read(self._READ_BYTES)
        self.consumed += len(data)
        self._pending += data
        return bool(data)

    def _next_member(self) -> Decompressor | None:
        if self._compression.zero_padding:
            self._pending = self._pending.lstrip(b"\0")
            while not self._pending and self._fill():
                self._pending = self._pending.lstrip(b"\0")
        while len(self._pending) < MAGIC_BYTES and self._fill():
            continue
        if not self._pending:
            return None
        if recognise(self._pending[:MAGIC_BYTES]) is not self._compression:
            raise TrailingError
        return self._compression.new()
