"""Disk space that is reserved before it is written: a file that grows then costs a third less to write."""

import os

from embtrain.native import problem

# A file that is smaller is written without; later, as much is reserved as there is already, up to a limit.
_SMALLEST = 1 << 20
_MOST_AHEAD = 1 << 26


class Reservation:
    """Space for a file that is written from its beginning to its end.

    Where space cannot be reserved (the file system has no such thing or gains nothing by it, the disk is
    nearly full, the native module is missing) nothing happens; writing will tell what is wrong.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._reserved = 0
        self._possible = True

    def cover(self, start: int, stop: int) -> None:
        """Reserves space for bytes [start, stop) of the file, which come next, and for some more."""
        if not self._possible or stop <= max(self._reserved, _SMALLEST):
            return
        start = max(start, self._reserved)
        wanted = stop + min(stop, _MOST_AHEAD)
        self._possible = self._reserve(start, wanted - start)
        if self._possible:
            self._reserved = wanted

    def _reserve(self, start: int, n_bytes: int) -> bool:
        if problem() is not None:
            return False
        from embtrain._native import reserve_space

        return reserve_space(self._descriptor, start, n_bytes)

    def forget(self) -> None:
        """To be called when the file has been cut, and its space with it."""
        self._reserved = 0

    def give_back(self) -> None:
        """Gives back what lies behind the file's end, if anything was reserved. Raises OSError."""
        if self._reserved:
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size)
