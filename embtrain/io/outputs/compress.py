"""Compresses outputs according to the ending of their names; inputs are recognised by their content."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, Protocol, cast

from embtrain.errors import BackendError, UsageError

_BUFFER_BYTES = 1 << 17
_GZIP_LEVEL = 6
#: Endings of archives and of compressions that are not written.
_OTHERS: Final = (
    *(".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".7z", ".rar"),
    *(".lzma", ".lz4", ".br", ".z", ".bgz", ".lz", ".lzo"),
)


class _Compressor(Protocol):
    def compress(self, data: Any, /) -> bytes:
        """Takes data and returns the compressed bytes that are ready."""

    def flush(self) -> bytes:
        """Returns the remaining compressed bytes."""


def _gz() -> _Compressor:
    import zlib

    # The header has no name and no time, so equal data gives equal files.
    return zlib.compressobj(_GZIP_LEVEL, wbits=31)


def _bz2() -> _Compressor:
    import bz2

    return bz2.BZ2Compressor()


def _xz() -> _Compressor:
    import lzma

    return lzma.LZMACompressor()


def _zst() -> _Compressor:
    try:
        import zstandard
    except ImportError as error:
        raise BackendError("zst output needs zstandard: pip install 'embtrain[zst]'") from error
    return cast(_Compressor, zstandard.ZstdCompressor().compressobj())


Compression = Callable[[], _Compressor]
_COMPRESSIONS: Final[dict[str, Compression]] = {".gz": _gz, ".bz2": _bz2, ".xz": _xz, ".zst": _zst}


def without_compression(path: str) -> str:
    """The name of a file without the ending of its compression."""
    return path[: -len(os.path.splitext(path)[1])] if compression_of(path) is not None else path


def compression_of(path: str) -> Compression | None:
    """The compression that the ending of an output's name asks for, or None."""
    return _COMPRESSIONS.get(os.path.splitext(path)[1].lower())


def check_name(path: str) -> None:
    """Checks the name of an output.

    Raises:
        UsageError: it is empty, or that of an archive or of a compression that is not written.
        BackendError: a package is missing for the compression that the ending asks for.
    """
    if not path:
        raise UsageError("the name of the output is empty; give the name of a file, or - for stdout")
    compression = compression_of(path)
    if compression is not None:
        compression()
    for ending in _OTHERS:
        if without_compression(path).lower().endswith(ending):
            raise UsageError(
                f"{path}: {ending} files are not written; give a name without it, or with one of "
                f"{', '.join(_COMPRESSIONS)}"
            )


@contextmanager
def compressed(stream: BinaryIO, compression: Compression) -> Iterator[BinaryIO]:
    """Yields a stream that compresses data to another one; complete if the block ends without exception."""
    raw = _Compressed(stream, compression())
    buffer = io.BufferedWriter(raw, _BUFFER_BYTES)
    try:
        yield cast(BinaryIO, buffer)
        buffer.flush()
        raw.finish()
    finally:
        raw.abandoned = True
        buffer.close()


class _Compressed(io.RawIOBase):
    def __init__(self, stream: BinaryIO, compressor: _Compressor) -> None:
        self._stream = stream
        self._compressor = compressor
        self.abandoned = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        if not self.abandoned:
            self._stream.write(self._compressor.compress(view))
        return len(view)

    def finish(self) -> None:
        """Writes the data that the compressor still holds."""
        self._stream.write(self._compressor.flush())
