"""A named file of a checkpoint that is read at any offset."""

import os

from embtrain.errors import DataError, ResourceError
from embtrain.io.disk_space import Reservation
from embtrain.io.random_access_file import RandomAccessFile
from embtrain.wording import counted


class KeptFile(RandomAccessFile):
    """Opens a file for reading. Raises DataError if it is missing or has another size than expected.

    Args:
        path: the file.
        size: its expected size in bytes; None accepts any.
    """

    def __init__(self, path: str, size: int | None = None) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise DataError(
                f"{path}: cannot be read ({error.strerror}); the checkpoint is damaged"
            ) from error
        super().__init__(descriptor, Reservation(-1))
        self._path = path
        self.size = os.fstat(descriptor).st_size
        if size is not None and self.size != size:
            self.close()
            raise DataError(
                f"{path}: expected {counted(size, 'byte')}, found {self.size:,}; the checkpoint is damaged"
            )

    def close(self) -> None:
        """Closes the file; it stays on the disk."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        return ResourceError(f"{self._path}: cannot be read at byte {offset:,}: {reason}")
