"""The choice between the native module and its plain counterpart, where the native one cannot be loaded."""

import os
from functools import cache
from importlib import import_module
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


def native_or_plain() -> Any:
    """The native module or, where it cannot be used, `embtrain.plain`, which does the same more slowly.

    Typed as Any: all that the two have in common are names and signatures, which a test compares.
    """
    return import_module("embtrain.plain" if problem() is not None else "embtrain._native")


def require(purpose: str) -> None:
    """Checks that the native module can be used, for `purpose`, which has no plain counterpart.

    Raises:
        BackendError: it cannot be used.
    """
    reason = problem()
    if reason is not None:
        raise BackendError(f"{purpose} needs the native module: {reason}; install a build that has it")
