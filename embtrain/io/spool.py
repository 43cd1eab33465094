"""Temporary files for data too large for memory; they are gone when the process is, however it ends."""

import errno
import os
import tempfile
from types import TracebackType
from typing import Any

from embtrain.errors import ResourceError, UsageError
from embtrain.io.reserve import Reservation


class Spool:
    """An unnamed temporary file that is written at its end, read anywhere, and rewritten from its beginning.

    It has no name in the file system (or loses it at once), so that even a killed process leaves nothing.
    It is read into the caller's buffers: memory-mapped pages would count as memory of this process.

    Args:
        directory: where the data goes; None is the system's directory for temporary files.

    Raises:
        UsageError: the directory cannot be written to.
    """

    def __init__(self, directory: str | None = None) -> None:
        self.directory = directory or tempfile.gettempdir()
        self.size = 0
        try:
            self._file = tempfile.TemporaryFile(dir=self.directory, buffering=0)  # noqa: SIM115
        except OSError as error:
            raise UsageError(
                f"{self.directory}: cannot hold temporary files ({error.strerror}); choose another --tmp-dir"
            ) from error
        self._reservation = Reservation(self._file.fileno())

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def append(self, data: Any) -> None:
        """Writes a buffer at the end. Raises ResourceError when the disk is full."""
        self._reservation.cover(self.size, self.size + memoryview(data).nbytes)
        self.write_at(self.size, data)

    def write_at(self, offset: int, data: Any) -> None:
        """Writes a buffer at a byte offset. Raises ResourceError when the disk is full."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        done = 0
        while done < len(view):
            try:
                done += os.pwrite(self._file.fileno(), view[done:], offset + done)
            except OSError as error:
                raise self._full(error) from error
            finally:
                self.size = max(self.size, offset + done)

    def read_at(self, offset: int, buffer: Any) -> None:
        """Fills a writable buffer from a byte offset. Raises ResourceError when that cannot be read back."""
        view = memoryview(buffer).cast("B") if len(buffer) else memoryview(b"")
        done = 0
        while done < len(view):
            try:
                count = os.preadv(self._file.fileno(), [view[done:]], offset + done)
            except OSError as error:
                raise self._unreadable(offset + done, error.strerror) from error
            if count == 0:
                raise self._unreadable(offset + done, "the file ends here")
            done += count

    def fileno(self) -> int:
        """The file's descriptor, for who maps it; a mapping stays valid after `close`."""
        return self._file.fileno()

    def truncate(self, size: int) -> None:
        """Cuts the spool after `size` bytes and gives the rest of the disk space back."""
        self._file.truncate(size)
        self.size = size
        self._reservation = Reservation(self._file.fileno())

    def close(self) -> None:
        """Gives the disk space back."""
        self._file.close()

    def _full(self, error: OSError) -> ResourceError:
        reason = "no space left" if error.errno in {errno.ENOSPC, errno.EDQUOT} else error.strerror
        return ResourceError(
            f"{self.directory}: {reason} after {self.size:,} bytes of temporary data; free some space, "
            "or choose a directory on a larger disk with --tmp-dir"
        )

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        return ResourceError(
            f"{self.directory}: temporary data cannot be read back at byte {offset:,}: {reason}"
        )
