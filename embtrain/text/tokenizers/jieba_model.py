"""jieba's dictionary, loaded from a cache that nobody but this user can have written.

jieba itself keeps its cache under a fixed name in the temporary folder, where other users can put one of
their own, and where it is not looked at whether the dictionary has changed since.
"""

import hashlib
import logging
import os
import stat
from contextlib import suppress
from typing import Any


def new_tokenizer(jieba: Any) -> Any:
    """A tokeniser of jieba's with its dictionary loaded.

    It comes from a cache in the user's cache folder, which is written where there is none; where that folder
    is not the user's alone, from jieba's own dictionary, which takes a second longer.

    Args:
        jieba: the package.
    """
    jieba.setLogLevel(logging.CRITICAL)  # it prints a traceback where its cache cannot be written
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
    """embtrain's folder for caches, made where it is missing; None where others could write to it."""
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
    """Whether a path is of that kind, no link, and can be written by this user only."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_IFMT(found.st_mode) == kind and found.st_uid == os.geteuid() and not others


def _identity(jieba: Any) -> str:
    """What changes with the dictionary."""
    path = os.path.join(os.path.dirname(jieba.__file__), "dict.txt")
    found = os.stat(path)
    facts = f"{jieba.__version__} {os.path.realpath(path)} {found.st_size} {found.st_mtime_ns}"
    return hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:16]
