"""The native module, or what stands in for it where it cannot be loaded.

Training, from the text to the vectors, has modules `plain` with the same functions in plain Python and numpy.
They are slower by one to two orders of magnitude, give the same results, and are the oracle of the native
ones. Searching, and converting other tools' files, have none: what they work on is too large for it.
"""

import os
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from embtrain.errors import BackendError

#: Environment variable; "0" switches the native module off, as on a machine where it was not built.
SWITCH: Final = "EMBTRAIN_NATIVE"


def problem() -> str | None:
    """Why the native module cannot be used, None where it can."""
    if os.environ.get(SWITCH) == "0":
        return f"{SWITCH}=0 switches the native module off"
    return _import_problem()


@cache
def _import_problem() -> str | None:
    try:
        import_module("embtrain._native")
    except ImportError as error:
        return f"the native module is missing or cannot be loaded ({error})"
    return None


def native_or(plain: ModuleType) -> Any:
    """The native module, or `plain`, which has the functions of it that a room uses.

    Typed as Any: the two have no common type but the names and signatures that `_native.pyi` lists, and tests
    compare what they do.
    """
    return import_module("embtrain._native") if problem() is None else plain


def require(purpose: str) -> None:
    """For what has no plain counterpart. Raises BackendError, naming `purpose`, where it cannot be used."""
    reason = problem()
    if reason is not None:
        raise BackendError(f"{purpose} needs the native module: {reason}; install a build that has it")
