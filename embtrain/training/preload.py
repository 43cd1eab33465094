"""Imports torch in the background while the main thread does other work."""

import ctypes
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

from embtrain.errors import ResourceError
from embtrain.io.memory import address_space, gib

# Libraries of torch that every import maps. The first does not depend on Python.
_LIBRARIES = ("libtorch_cpu.so", "libtorch_python.so", "libc10.so")
# Address space that importing torch takes for each byte of these libraries; measured.
_PER_LIBRARY_BYTE = 1.3


def start_preload() -> threading.Thread:
    """Starts to import the trainer, and torch with it; join the thread before you import them for use.

    The thread ignores failures: your own import fails again and can report them.

    Raises:
        ResourceError: the limit on address space is too low for torch, which might crash during the import.
    """
    if "torch" not in sys.modules:
        _check_address_space()
    thread = threading.Thread(target=_preload, daemon=True)
    thread.start()
    return thread


def _preload() -> None:
    with suppress(Exception):
        _load_library()
        import_module("embtrain.training.trainer")


def _check_address_space() -> None:
    limit, used = address_space()
    size = sum(os.path.getsize(path) for path in _libraries())
    needed = used + int(_PER_LIBRARY_BYTE * size)
    if limit is not None and limit < needed:
        raise ResourceError(
            f"out of memory: this process may have {gib(limit)} of address space (ulimit -v), and training "
            f"needs {gib(needed)} before it begins, for torch: allow at least {gib(2 * needed)}"
        )


def _libraries() -> list[str]:
    torch = find_spec("torch")
    folders = (torch.submodule_search_locations or []) if torch else []
    paths = [os.path.join(folder, "lib", name) for folder in folders for name in _LIBRARIES]
    return [path for path in paths if os.path.exists(path)]


def _load_library() -> None:
    """Loads torch's largest library without holding the interpreter's lock.

    An import holds it for a quarter of a second, during which Ctrl-C has no effect. Calling dlopen through
    ctypes releases it, and the import then finds the library loaded. This works only for the library that
    does not depend on Python.
    """
    for library in _libraries()[:1]:
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
        dlopen(os.fsencode(library), os.RTLD_NOW)
