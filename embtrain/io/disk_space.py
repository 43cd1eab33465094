"""Checks disk space before the work, and reserves it ahead of writing.

A reservation makes writing a growing file a third cheaper.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from embtrain.native import problem
from embtrain.option_names import option

# Smaller files are written without a reservation. A reservation is as large as the file, up to a limit.
_SMALLEST = 1 << 20
_MOST_AHEAD = 1 << 26


class Reservation:
    """Space for a file that is written from beginning to end.

    Does nothing where space cannot be reserved: the file system does not support it or gains nothing from it,
    the disk is nearly full, or the native module is missing. If something is wrong, the write reports it.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._reserved = 0
        self._possible = True

    def cover(self, start: int, stop: int) -> None:
        """Reserves space for bytes [start, stop) of the file, which are written next, and for some more."""
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
        """Call this after truncating the file, which frees the reserved space."""
        self._reserved = 0

    def give_back(self) -> None:
        """Gives back the space past the end of the file, if any was reserved. Raises OSError."""
        if self._reserved:
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size)


@dataclass(frozen=True)
class Shortage:
    """A disk with less space than is needed: a folder on it, and both in bytes."""

    folder: str
    needed: int
    free: int

    def warning(self) -> str:
        """A warning with what to do."""
        return (
            f"{self.folder}: up to {self.needed / 1e6:,.0f} MB may be needed, but only "
            f"{self.free / 1e6:,.0f} MB are left; if the disk gets full, choose a directory on a larger one "
            f"with {option('tmp-dir')}"
        )


def find_shortage(needs: Iterable[tuple[str, int]]) -> Shortage | None:
    """Returns a disk with too little space, or None.

    Args:
        needs: folders, and the bytes that are needed in each; needs on the same disk add up.
    """
    found: dict[int, Shortage] = {}
    for folder, n_bytes in needs:
        try:
            device, system = os.stat(folder).st_dev, os.statvfs(folder)
        except (OSError, AttributeError):
            continue
        before = found[device].needed if device in found else 0
        found[device] = Shortage(folder, before + n_bytes, system.f_bavail * system.f_frsize)
    return next((short for short in found.values() if short.needed > short.free), None)
