"""Temporary files for data too large for memory; they disappear with the process, however it ends."""

import errno
from types import TracebackType

from embtrain.errors import ResourceError
from embtrain.io.disk_space import Reservation
from embtrain.io.random_access_file import RandomAccessFile
from embtrain.io.temporary_files import open_temporary, temporary_directory
from embtrain.option_names import option
from embtrain.wording import counted


class Spool(RandomAccessFile):
    """An unnamed temporary file that is appended to, read at any offset, and rewritten from its beginning.

    It has no name in the file system (or loses it at once), so that a killed process leaves nothing behind.

    Args:
        directory: holds the file; None is the system's directory for temporary files.

    Raises:
        UsageError: the directory cannot be written to.
    """

    def __init__(self, directory: str | None = None) -> None:
        self.directory = temporary_directory(directory)
        self._file = open_temporary(directory, buffering=0)
        super().__init__(self._file.fileno(), Reservation(self._file.fileno()))

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; its disk space is freed unless `keep` gave it a name."""
        self._file.close()

    def _full(self, error: OSError) -> ResourceError:
        reason = "no space left" if error.errno in {errno.ENOSPC, errno.EDQUOT} else error.strerror
        return ResourceError(
            f"{self.directory}: {reason} after {counted(self.size, 'byte')} of temporary data; free some "
            f"space, or choose a directory on a larger disk with {option('tmp-dir')}"
        )

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        return ResourceError(
            f"{self.directory}: temporary data cannot be read back at byte {offset:,}: {reason}"
        )
