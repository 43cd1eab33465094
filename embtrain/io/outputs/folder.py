"""Opens output folders that appear complete or not at all, like the files of `embtrain.io.outputs.atomic`."""

import os
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from embtrain.errors import UsageError
from embtrain.io.inputs.paths import log_warning
from embtrain.io.outputs.compress import check_name, compression_of
from embtrain.io.outputs.deferred_signals import deferred_signals
from embtrain.io.outputs.leftovers import (
    lock,
    remove_leftovers,
    remove_own,
    remove_unfinished,
    rename_to_free_name,
    strangers,
    temporary_name,
)
from embtrain.io.outputs.rename import exchange, rename_new
from embtrain.io.outputs.unbuffered import failed
from embtrain.option_names import option
from embtrain.wording import counted

IsOwn = Callable[[str], bool]


def check_output_folder(
    path: str, force: bool, own: Collection[str] = (), is_own: IsOwn | None = None
) -> None:
    """Checks that a folder can be written, before hours of work.

    Args:
        path: the folder.
        force: whether an existing folder may be replaced.
        own: the files that will be written, as paths within it: a folder that contains anything else is never
            replaced.
        is_own: whether the content of a folder with such files is of this format; None requires all of the
            files.

    Raises:
        UsageError: it exists and `force` is not set; it contains other files; it is the working folder, the
            home folder, a folder that contains either, or a file; its parent is missing or not writable.
    """
    if path == "-":
        raise UsageError("this format is a folder of files, which cannot go to stdout: give a name")
    check_name(path)
    if compression_of(path) is not None:
        raise UsageError(f"{path}: a folder is not compressed; give a name without that ending")
    if os.path.lexists(path):
        if not force:
            raise UsageError(f"{path}: exists already; use {option('force', True)} to replace it")
        _check_replaceable(path, own, is_own)
    parent = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(parent) or not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: the folder {parent} is missing or cannot be written to")


def _check_replaceable(path: str, own: Collection[str], is_own: IsOwn | None) -> None:
    if not os.path.isdir(path):
        raise UsageError(f"{path}: is a file, and this format is a folder; remove it or choose another name")
    for place, what in ((".", "the working folder"), (os.path.expanduser("~"), "the home folder")):
        if _holds(path, place):
            raise UsageError(f"{path}: is {what} or holds it, and is never replaced; name a new folder")
    if os.path.ismount(path):
        raise UsageError(
            f"{path}: a file system is mounted here, which cannot be replaced; name a new folder"
        )
    others = strangers(path, own)
    if others:
        shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        raise UsageError(
            f"{path}: holds {counted(len(others), 'file or folder', 'files or folders')} that this format "
            f"does not write ({shown}); they would be lost: name a new folder, or remove them first"
        )
    if os.listdir(path) and not (_has_all(path, own) if is_own is None else is_own(path)):
        raise UsageError(
            f"{path}: holds files of such names, but they are not of this format; they would be lost: name a "
            "new folder, or remove them first"
        )


def _has_all(folder: str, own: Collection[str]) -> bool:
    return all(os.path.isfile(os.path.join(folder, name)) for name in own)


def _holds(folder: str, place: str) -> bool:
    """Whether `place` is the folder or is inside it."""
    place = os.path.realpath(place)
    while True:
        with suppress(OSError):
            if os.path.samefile(folder, place):
                return True
        if (parent := os.path.dirname(place)) == place:
            return False
        place = parent


@contextmanager
def open_output_folder(
    path: str, force: bool, own: Collection[str] = (), is_own: IsOwn | None = None
) -> Iterator[str]:
    """Yields the path of an empty folder to write files into, which gets its name when the block succeeds.

    If `force` is set, an existing folder is replaced as a whole, in one step where the system can exchange
    two names. The folder and its files keep their permissions. Until then only this user can read the new
    one.

    Raises:
        UsageError: see `check_output_folder`; also when the folder appeared, or the existing one was changed,
            meanwhile (the new one is then kept under another name, which the message gives).
        ResourceError: the files could not be written in full.
    """
    target = os.path.realpath(path)
    remove_leftovers(target, own)
    check_output_folder(path, force, own, is_own)
    folder = _Folder(path, target, force, own, is_own)
    try:
        with folder.made():
            yield folder.temporary
            _sync(folder.temporary)
            folder.publish()
    except OSError as error:
        raise failed(path, error) from error


class _Folder:
    """A folder under its temporary name."""

    def __init__(
        self, path: str, target: str, force: bool, own: Collection[str], is_own: IsOwn | None
    ) -> None:
        self._path, self._target, self._force = path, target, force
        self._own, self._is_own = own, is_own
        self.temporary = temporary_name(target)

    @contextmanager
    def made(self) -> Iterator[None]:
        """Makes the folder; at the end removes anything left under its temporary name."""
        try:
            os.mkdir(self.temporary, 0o700 if self._is_replacing() else 0o777)
            descriptor = os.open(self.temporary, os.O_RDONLY | os.O_CLOEXEC)
            try:
                lock(descriptor)
                yield
            finally:
                os.close(descriptor)
        finally:
            with deferred_signals():
                remove_unfinished(self.temporary)

    def publish(self) -> None:
        """Gives the folder its name. Raises UsageError, OSError."""
        with deferred_signals():
            if not self._is_replacing():
                try:
                    rename_new(self.temporary, self._target)
                except FileExistsError:
                    self._keep("appeared while the output was being written and was not replaced")
                return
            try:
                _check_replaceable(self._path, self._own, self._is_own)
            except UsageError:
                self._keep("was changed while the output was being written and was not replaced")
            _keep_modes(self._target, self.temporary)
            old = self._replace()
            if not remove_own(old, self._own):
                kept = rename_to_free_name(old, self._target)
                log_warning(f"{self._path}: what was put into the replaced folder is kept in {kept or old}")

    def _is_replacing(self) -> bool:
        return self._force and os.path.lexists(self._target)

    def _replace(self) -> str:
        """Replaces the existing folder, and returns the new name of the old one."""
        if exchange(self.temporary, self._target):
            return self.temporary
        old = f"{self.temporary}.old"
        os.rename(self._target, old)
        try:
            os.rename(self.temporary, self._target)
        except BaseException:
            os.rename(old, self._target)
            raise
        return old

    def _keep(self, reason: str) -> None:
        kept = rename_to_free_name(self.temporary, self._target)
        where = f"the output was kept as {kept}" if kept else "no other name was found for the output"
        raise UsageError(f"{self._path}: {reason}; {where}")


def _keep_modes(old: str, new: str) -> None:
    """Gives a folder and its files the permissions and owners of those that they replace."""
    for place, _, names in os.walk(new, topdown=False):
        for path in (*(os.path.join(place, name) for name in names), place):
            with suppress(OSError):
                replaced = os.stat(os.path.join(old, os.path.relpath(path, new)), follow_symlinks=False)
                with suppress(OSError):
                    os.chown(path, replaced.st_uid, replaced.st_gid)
                os.chmod(path, stat.S_IMODE(replaced.st_mode))


def _sync(folder: str) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
