"""Opens inputs (files, stdin, remote addresses) and decompresses them by their content, never their name."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from embtrain.errors import BackendError, DataError, EmbtrainError, ResourceError, UsageError
from embtrain.io.file_range import FileRange, RangeReader
from embtrain.io.inputs import meter
from embtrain.io.inputs.compressions import MAGIC_BYTES
from embtrain.io.inputs.decompress import (
    Compression,
    DecompressingReader,
    TrailingError,
    TruncatedError,
    recognise,
)
from embtrain.io.inputs.lfs_pointers import BEGINNING, pointer_error
from embtrain.io.inputs.unchanged import unchanged
from embtrain.io.inputs.waiting import as_pipe
from embtrain.io.pipes import widen
from embtrain.wording import counted

BUFFER_BYTES = 1 << 20
#: The message for an empty name, which an unset shell variable gives.
NO_NAME = "the name of an input is empty; name a file, or use - to read stdin"
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_remote(source: str) -> bool:
    """Whether a source is an address (``scheme://...``) rather than a path."""
    return _REMOTE.match(source) is not None


def display_name(source: str) -> str:
    """The name of a source in messages."""
    return "stdin" if source == "-" else source


@contextmanager
def open_input(source: str, may_grow: bool = False) -> Iterator[io.BufferedReader]:
    """Opens a path, "-" for stdin, or a remote address for reading, decompressed.

    The file that it yields reads forward only. Reading raises DataError if compressed data is damaged or ends
    early, and so does the end of the context if the file has changed (see `unchanged`).

    Args:
        source: what to open.
        may_grow: whether data may be appended to the file while it is read.

    Raises:
        UsageError: no such file, a directory, no permission, a terminal on stdin, an address that fails.
        BackendError: a package that this input needs is missing.
    """
    name = display_name(source)
    with _open_bytes(source) as stream, unchanged(stream, name, may_grow):
        yield decompressed(as_pipe(stream), name)


def decompressed(stream: Any, name: str) -> io.BufferedReader:
    """Returns a forward-only reader of a stream, which decompresses what begins like compressed data.

    Reading raises DataError if compressed data is damaged or ends early. ``name`` is the stream's name in
    messages.
    """
    start = _Start(stream, name)
    if start.is_pointer():
        raise pointer_error(name)
    compression = recognise(start.head)
    raw = start if compression is None else _Decompressed(start, compression)
    return io.BufferedReader(raw, BUFFER_BYTES)


@contextmanager
def _open_bytes(source: str) -> Iterator[Any]:
    """Opens a source without decompressing it."""
    if source == "-":
        yield _stdin()
    elif is_remote(source):
        with _open_remote(source) as stream:
            yield stream
    else:
        with _open_file(source) as file:
            yield RangeReader(file, source.start, source.end) if isinstance(source, FileRange) else file


def _stdin() -> Any:
    if sys.stdin is None:
        raise UsageError("stdin is closed: name an input file, or pipe the input in")
    if sys.stdin.isatty():
        raise UsageError(
            "stdin is a terminal: name an input file, or pipe the input in (zcat corpus.gz | ... -)"
        )
    widen(sys.stdin)
    return sys.stdin.buffer


def _open_file(path: str) -> io.FileIO:
    if not path:
        raise UsageError(NO_NAME)
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115
        widen(file)
        meter.opened(path, file)
        return file
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file; check the name, or use - to read stdin") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path}: is a directory; a file was expected") from error
    except PermissionError as error:
        raise UsageError(f"{path}: permission denied; it must be readable by this user") from error
    except ValueError as error:
        raise UsageError(f"{path!r}: not a file name ({error})") from error


def _open_remote(address: str) -> Any:
    import smart_open

    try:
        return smart_open.open(address, "rb", compression="disable")
    except NotImplementedError as error:
        return _open_by_fsspec(address, error)
    except ImportError as error:
        raise BackendError(f"{address}: this kind of address cannot be read here: {error}") from error
    except Exception as error:
        raise UsageError(f"{address}: cannot be opened: {error}") from error


def _open_by_fsspec(address: str, why: Exception) -> Any:
    """Opens an address of a kind that only fsspec knows, such as ``hf://datasets/...``."""
    try:
        import fsspec
    except ImportError:
        raise BackendError(
            f"{address}: this kind of address cannot be read here: {why}; fsspec may know it (pip install "
            "fsspec; for hf:// also huggingface_hub)"
        ) from why
    try:
        return fsspec.open(address, "rb", compression=None).open()
    except (ImportError, ValueError) as error:
        raise BackendError(f"{address}: this kind of address cannot be read here: {error}") from error
    except Exception as error:
        raise UsageError(f"{address}: cannot be opened: {error}") from error


def reading_failed(name: str, position: int, reason: str) -> ResourceError:
    """Builds the error for a read that fails."""
    return ResourceError(f"{name}: reading failed after {counted(position, 'byte')}: {reason}")


class _Start(io.RawIOBase):
    """A stream that reads its first bytes ahead, so that the content of pipes can be recognised, too."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream = stream
        self.name = name
        self._position = 0
        self.head = b""
        while len(self.head) < MAGIC_BYTES and (more := self._stream_read(MAGIC_BYTES - len(self.head))):
            self.head += more
        self._ahead = self.head

    def is_pointer(self) -> bool:
        """Whether this is a Git LFS pointer instead of the file; reads on only if it begins like one."""
        while BEGINNING.startswith(self._ahead) and len(self._ahead) < len(BEGINNING):
            more = self._stream_read(len(BEGINNING) - len(self._ahead)) if self._ahead else b""
            if not more:
                return False
            self._ahead += more
        return self._ahead.startswith(BEGINNING)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._ahead:
            size = min(len(self._ahead), len(buffer))
            buffer[:size], self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            size = self._guard(lambda: self._stream_readinto(buffer))
        self._position += size
        return size

    def _stream_read(self, size: int) -> bytes:
        buffer = bytearray(size)
        return bytes(buffer[: self._guard(lambda: self._stream_readinto(buffer))])

    def _stream_readinto(self, buffer: Any) -> int:
        # readinto1 returns what a pipe has ready; readinto of a buffered stream would wait for a full buffer.
        readinto = getattr(self._stream, "readinto1", None) or getattr(self._stream, "readinto", None)
        if readinto is not None:
            return readinto(buffer) or 0
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _guard(self, action: Callable[[], int]) -> int:
        try:
            return action()
        except EmbtrainError:
            raise
        except IsADirectoryError as error:
            raise UsageError(f"{self.name}: is a directory; a file was expected") from error
        except OSError as error:
            raise reading_failed(self.name, self._position, error.strerror or str(error)) from error
        except Exception as error:  # the clients of remote stores raise errors of many kinds
            reason = str(error) or type(error).__name__
            raise reading_failed(self.name, self._position, reason) from error


class _Decompressed(io.RawIOBase):
    """The decompressed bytes of a compressed stream."""

    def __init__(self, source: _Start, compression: Compression) -> None:
        self._reader = DecompressingReader(lambda size: source.read(size) or b"", compression)
        self._name = source.name
        self._format = compression.name
        self._left = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = memoryview(self._decompress(len(buffer)))
        size = min(len(self._left), len(buffer))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        self._position += size
        return size

    def _decompress(self, size: int) -> bytes:
        try:
            return self._reader.read(size)
        except (EmbtrainError, MemoryError):
            raise
        except TruncatedError as error:
            raise self._damaged("ends in the middle", "the file is truncated: fetch it again") from error
        except TrailingError as error:
            raise self._damaged(
                f"is followed by bytes that are not {self._format}", "cut them off"
            ) from error
        except Exception as error:  # zlib.error, OSError, LZMAError, ZstdError: each library has its own
            raise self._damaged(f"is damaged ({error})", "fetch or compress the file again") from error

    def _damaged(self, what: str, remedy: str) -> DataError:
        read = counted(self._reader.consumed, "compressed byte")
        where = f"after {counted(self._position, 'decompressed byte')} ({read} read)"
        return DataError(f"{self._name}: the {self._format} data {what} {where}; {remedy}")
