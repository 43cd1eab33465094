"""Loads jieba's dictionary from a cache that only this user can write.

jieba itself keeps its cache under a fixed name in the temporary folder, where other users can plant a file,
and does not check whether the dictionary has changed since.
"""

import hashlib
import logging
import os
import stat
from contextlib import suppress
from typing import Any


def new_tokenizer(jieba: Any) -> Any:
    """Makes a jieba tokeniser with its dictionary loaded.

    The dictionary comes from a cache in the user's cache folder, which is written if it is missing. If others
    can write to that folder, it comes from jieba's own file, which takes a second longer.

    Args:
        jieba: the package.
    """
    jieba.setLogLevel(logging.CRITICAL)  # jieba prints a traceback if its cache cannot be written
    tokenizer = jieba.Tokenizer()
    folder = private_folder()
    if folder is None:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        return tokenizer
    name = f"jieba-{_identity(jieba)}.cache"
    if not _is_ours(os.path.join(folder, name), stat.S_IFREG):
        with suppress(OSError):
            os.unlink(os.path.join(folder, name))
    tokenizer.tmp_dir, tokenizer.cache_file = folder, name
    tokenizer.initialize()
    return tokenizer


def private_folder() -> str | None:
    """Returns embtrain's cache folder, made if it is missing; None if others could write to it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(base, "embtrain")
    if not os.path.isabs(folder):
        return None
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder if _is_ours(folder, stat.S_IFDIR) and os.access(folder, os.W_OK | os.X_OK) else None


def _is_ours(path: str, kind: int) -> bool:
    """Whether a path is of that kind, not a link, and writable by this user only."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_IFMT(found.st_mode) == kind and found.st_uid == os.geteuid() and not others


def _identity(jieba: Any) -> str:
    """A digest that changes with the dictionary."""
    path = os.path.join(os.path.dirname(jieba.__file__), "dict.txt")
    found = os.stat(path)
    facts = f"{jieba.__version__} {os.path.realpath(path)} {found.st_size} {found.st_mtime_ns}"
    return hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:16]
