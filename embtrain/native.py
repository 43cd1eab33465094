"""Chooses the native module, or its plain counterpart where the native one cannot be loaded."""

import os
from functools import cache
from importlib import import_module
from typing import Any, Final

from embtrain.errors import BackendError

#: Environment variable; "0" switches the native module off, as on a machine where it was not built.
SWITCH: Final = "EMBTRAIN_NATIVE"


def problem() -> str | None:
    """Why the native module cannot be used, or None if it can."""
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


def native_or_plain() -> Any:
    """The native module or, if it cannot be used, its slower counterpart `embtrain.plain`.

    Typed as Any: the two share only names and signatures, which a test compares.
    """
    return import_module("embtrain.plain" if problem() is not None else "embtrain._native")


def require(purpose: str) -> None:
    """Checks that the native module is usable, for a `purpose` without a plain counterpart.

    Raises:
        BackendError: the native module cannot be used.
    """
    reason = problem()
    if reason is not None:
        raise BackendError(f"{purpose} needs the native module: {reason}; install a build that has it")
