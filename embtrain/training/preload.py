"""Importing torch in the background, while something else keeps the main thread busy."""

import ctypes
import os
import threading
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec


def start_preload() -> threading.Thread:
    """Begins to import the trainer and torch with it; join the thread before importing them for use.

    A failure is left to that import, which meets it again where it can be reported.
    """
    thread = threading.Thread(target=_preload, daemon=True)
    thread.start()
    return thread


def _preload() -> None:
    with suppress(Exception):
        _load_library()
        import_module("embtrain.training.trainer")


def _load_library() -> None:
    """Loads torch's largest library without holding the interpreter's lock.

    An import would hold it for a quarter of a second, in which no Ctrl-C is seen. Calling dlopen as a foreign
    function releases it; what is loaded here, the import finds in place. Only the library that knows nothing
    of Python can be loaded like this.
    """
    torch = find_spec("torch")
    for folder in torch.submodule_search_locations or [] if torch else []:
        library = os.path.join(folder, "lib", "libtorch_cpu.so")
        if os.path.exists(library):
            dlopen = ctypes.CDLL(None).dlopen
            dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
            dlopen(os.fsencode(library), os.RTLD_NOW)
