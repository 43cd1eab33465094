"""A file that is written without a name, or under a temporary one, and is renamed when it is complete."""

import os
import stat
from contextlib import suppress

from embtrain.errors import EmbtrainError, ResourceError, UsageError
from embtrain.io.disk_space import Reservation
from embtrain.io.outputs.deferred_signals import deferred_signals
from embtrain.io.outputs.leftovers import (
    at_free_name,
    lock,
    remove_leftovers,
    rename_to_free_name,
    temporary_name,
)
from embtrain.io.outputs.rename import rename_new
from embtrain.io.outputs.unbuffered import RawOutput, failed
from embtrain.io.unnamed import copy_to, give_name, open_unnamed, sync_folder


class Replacement:
    """The file that becomes an output.

    Where the system has files without a name (O_TMPFILE), it is one, and a killed run leaves nothing behind.
    Elsewhere it has a hidden name beside the output, and the next run for the same output removes it. The
    replacement of a file is never readable by more users than that file.

    Args:
        path: the output as it was given.
        force: whether an existing file may be replaced.
        spare: a folder for the finished file if the output's own is gone or no longer writable.

    Raises:
        ResourceError: the file cannot be made.
    """

    def __init__(self, path: str, force: bool, spare: str | None) -> None:
        self._path = path
        self._force = force
        self._spare = spare
        self._target = os.path.realpath(path)
        self._folder = os.path.dirname(self._target)
        self._temporary: str | None = None
        remove_leftovers(self._target)
        try:
            self._replaced: os.stat_result | None = os.stat(self._target)
        except OSError:
            self._replaced = None
        self.raw = RawOutput(self._open(), path)
        self.raw.reservation = Reservation(self.raw.fileno())

    def _open(self) -> int:
        mode = 0o666 if self._replaced is None else 0o600
        descriptor = open_unnamed(self._folder, mode)
        if descriptor is not None:
            return descriptor
        self._temporary = temporary_name(self._target)
        try:
            descriptor = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        except OSError as error:
            raise failed(self._path, error) from error
        lock(descriptor)
        return descriptor

    def sync(self) -> None:
        """Syncs the file to the disk, with the permissions and the owner of the file that it replaces."""
        descriptor = self.raw.fileno()
        try:
            if self.raw.reservation is not None:
                self.raw.reservation.give_back()
            if self._replaced is not None:
                with suppress(OSError):
                    os.chown(descriptor, self._replaced.st_uid, self._replaced.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(self._replaced.st_mode))
            os.fsync(descriptor)
        except OSError as error:
            raise failed(self._path, error) from error

    def publish(self) -> None:
        """Gives the file its name, or if that fails, another one, which the error names.

        Raises:
            UsageError: without `force`, a file of that name has appeared.
            ResourceError: the folder is gone or cannot be written to any more.
        """
        with deferred_signals():
            try:
                self._name()
                self._rename()
            except FileExistsError as error:
                raise self._kept(
                    UsageError, "appeared while the output was being written and was not replaced"
                ) from error
            except OSError as error:
                raise self._kept(
                    ResourceError, f"could not get its name: {error.strerror or error}"
                ) from error
        sync_folder(self._folder)

    def _name(self) -> None:
        """Gives an unnamed file a temporary name."""
        if self._temporary is not None:
            return
        name = temporary_name(self._target)
        give_name(self.raw.fileno(), name)
        self._temporary = name

    def _rename(self) -> None:
        assert self._temporary is not None
        if self._force:
            os.replace(self._temporary, self._target)
        else:
            rename_new(self._temporary, self._target)
        self._temporary = None

    def _kept(self, kind: type[EmbtrainError], reason: str) -> EmbtrainError:
        """Keeps the finished file under another name, and returns the error to raise."""
        kept = self._keep_beside() or self._keep_elsewhere()
        where = f"the output was kept as {kept}" if kept else "no other place was found for the output"
        error = kind(f"{self._path}: {reason}; {where}")
        error.kept = kept
        return error

    def _keep_beside(self) -> str | None:
        if self._temporary is None:
            return None
        kept = rename_to_free_name(self._temporary, self._target)
        if kept is not None:
            self._temporary = None
        return kept

    def _keep_elsewhere(self) -> str | None:
        from tempfile import gettempdir

        for folder in (self._spare, gettempdir()):
            if folder is not None and (kept := self._keep_in(folder)) is not None:
                return kept
        return None

    def _keep_in(self, folder: str) -> str | None:
        target = os.path.join(folder, os.path.basename(self._target))
        return at_free_name(target, lambda name: copy_to(self.raw.fileno(), name))

    def discard(self) -> None:
        """Removes the temporary name if there still is one."""
        if self._temporary is not None:
            with suppress(OSError):
                os.unlink(self._temporary)
