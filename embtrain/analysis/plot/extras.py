"""Imports the libraries for pictures, which the extra `plot` installs."""

from importlib import import_module
from typing import Any

from embtrain.errors import BackendError


def require(module: str, purpose: str) -> Any:
    """Imports a module of the extra `plot`.

    Raises:
        BackendError: the module is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = (error.name or module).split(".")[0]
        raise BackendError(
            f"{purpose} needs {package}, which is not installed: pip install 'embtrain[plot]'"
        ) from None
