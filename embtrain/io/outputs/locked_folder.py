"""A folder in which one run at a time keeps its state."""

import os

from embtrain.errors import UsageError


def make_writable(path: str) -> bool:
    """Makes a folder unless it is there. Returns whether it was made.

    Raises UsageError if it cannot be made or written to.
    """
    made = False
    try:
        if not os.path.isdir(path):
            os.mkdir(path)
            made = True
    except OSError as error:
        raise UsageError(f"{path}: cannot be made: {error.strerror}; name another folder") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: permission denied; the folder cannot be written to")
    return made


def lock_folder(descriptor: int, path: str, user: str) -> None:
    """Locks a folder, given its descriptor too, until that is closed. Raises UsageError if it is locked.

    Args:
        user: what uses it: "training".
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock

        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise UsageError(
            f"{path}: another {user} uses this folder; wait for its end, or name another"
        ) from None
    except (ImportError, OSError):
        return


def check_no_others(path: str, own: tuple[str, ...]) -> None:
    """Raises UsageError if a folder holds files other than these; hidden ones do not count."""
    others = sorted(name for name in os.listdir(path) if name not in own and name[0] != ".")
    if others:
        shown = ", ".join(others[:3]) + ", ..." * (len(others) > 3)
        raise UsageError(f"{path}: holds other files ({shown}); name a new folder")
