"""Renames that never replace a file, and renames that exchange two names in one step where the system can."""

import errno
import os
import sys
from typing import Any

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2
#: Errors of a kernel, a file system or a C library without such renames.
_NOT_THERE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
#: Errors of a file system without hard links.
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.EACCES}


def exchange(first: str, second: str) -> bool:
    """Exchanges the names of two files or folders of one file system in one step.

    Returns False, and does nothing, where the system cannot do that. Raises OSError.
    """
    return _renameat2(first, second, _EXCHANGE)


def rename_new(source: str, target: str) -> None:
    """Renames a file or folder, but never replaces anything. Raises FileExistsError, OSError."""
    if _renameat2(source, target, _NOREPLACE):
        return
    if os.path.isdir(source):
        os.mkdir(target)  # claims the name: a folder may replace an empty one
        os.rename(source, target)
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists", target) from error
        os.rename(source, target)
    else:
        os.unlink(source)


def _renameat2(source: str, target: str, flag: int) -> bool:
    call = _system_call()
    if call is None:
        return False
    import ctypes

    if call(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flag) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_THERE:
        return False
    raise OSError(code, os.strerror(code), source, None, target)


def _system_call() -> Any:
    """renameat2, or None."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, OSError, AttributeError):
        return None
