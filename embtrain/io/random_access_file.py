"""Files that are read and written at any offset: the base of temporary files and outputs."""

import os
from collections.abc import Callable
from typing import Any

from embtrain.errors import ResourceError
from embtrain.io.disk_space import Reservation
from embtrain.io.unnamed import give_name

_BLOCK_BYTES = 1 << 20


class RandomAccessFile:
    """A file that only this process writes, given by a descriptor open for reading and writing.

    Reads go to the caller's buffers: memory-mapped pages would count as memory of this process.

    Attributes:
        size: bytes up to the end of the data written so far.
    """

    def __init__(self, descriptor: int, reservation: Reservation) -> None:
        self.size = 0
        self._descriptor = descriptor
        self._reservation = reservation

    def append(self, data: Any) -> None:
        """Writes a buffer at the end. Raises ResourceError when the disk is full."""
        self.write_at(self.size, data)

    def write_at(self, offset: int, data: Any) -> None:
        """Writes a buffer at a byte offset. Raises ResourceError when the disk is full."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        self._reservation.cover(offset, offset + len(view))
        done = 0
        while done < len(view):
            try:
                done += os.pwrite(self._descriptor, view[done:], offset + done)
            except OSError as error:
                raise self._full(error) from error
            finally:
                self.size = max(self.size, offset + done)

    def write_by(self, write: Callable[[int], None], stop: int) -> None:
        """Lets native code write at places below byte `stop`, given the descriptor.

        Raises ResourceError when the disk is full.
        """
        self._reservation.cover(0, stop)
        try:
            write(self._descriptor)
        except OSError as error:
            raise self._full(error) from error
        finally:
            self.size = max(self.size, stop)

    def read_at(self, offset: int, buffer: Any) -> None:
        """Fills a writable buffer from a byte offset. Raises ResourceError when the read fails."""
        view = memoryview(buffer).cast("B") if len(buffer) else memoryview(b"")
        done = 0
        while done < len(view):
            try:
                count = os.preadv(self._descriptor, [view[done:]], offset + done)
            except OSError as error:
                raise self._unreadable(offset + done, error.strerror) from error
            if count == 0:
                raise self._unreadable(offset + done, "the file ends here")
            done += count

    def move(self, start: int, stop: int, to: int) -> None:
        """Copies bytes [start, stop) to offset `to`. Raises ResourceError when a read or write fails."""
        if to == start:
            return
        buffer = memoryview(bytearray(min(_BLOCK_BYTES, stop - start)))
        places = range(start, stop, _BLOCK_BYTES)
        # The ranges may overlap: read each block before it is overwritten.
        for place in reversed(places) if to > start else places:
            piece = buffer[: stop - place]
            self.read_at(place, piece)
            self.write_at(place + to - start, piece)

    def truncate(self, size: int) -> None:
        """Cuts the file after `size` bytes and gives the rest of the disk space back."""
        try:
            os.ftruncate(self._descriptor, size)
        except OSError as error:
            raise self._full(error) from error
        self.size = size
        self._reservation.forget()

    def keep(self, path: str) -> None:
        """Syncs an unnamed file to the disk, and gives it a name that is free; it is copied to another disk.

        Raises ResourceError if that fails.
        """
        try:
            self._reservation.give_back()
            self._reservation.forget()
            os.fsync(self._descriptor)
            give_name(self._descriptor, path)
        except OSError as error:
            raise self._full(error) from error

    def fileno(self) -> int:
        """The file's descriptor, for callers that map it; a mapping stays valid when the file is closed."""
        return self._descriptor

    def close(self) -> None:
        """Closes the file; nothing can be read or written afterwards."""
        raise NotImplementedError

    def _full(self, error: OSError) -> ResourceError:
        """Builds the error for a failed write."""
        raise NotImplementedError

    def _unreadable(self, offset: int, reason: str | None) -> ResourceError:
        """Builds the error for a failed read."""
        raise NotImplementedError


class SequentialWriter:
    """Writes one buffer after another, starting at a byte offset."""

    def __init__(self, file: RandomAccessFile, offset: int) -> None:
        self._file = file
        self._offset = offset

    def write(self, data: Any) -> int:
        n_bytes = memoryview(data).nbytes
        self._file.write_at(self._offset, data)
        self._offset += n_bytes
        return n_bytes
