"""Which backends this installation has, and why one is missing. Imports neither torch nor numpy."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


@dataclass(frozen=True)
class Backend:
    """A way to run the operators; `detail` is its version or instruction set, or why it is missing."""

    name: str
    available: bool
    detail: str


def instruction_sets() -> list[tuple[str, bool]]:
    """Instruction sets compiled into the kernels, best first, and whether this processor has them."""
    from embtrain import _native

    return _native.instruction_sets()


def instruction_set() -> str:
    """The set that the kernels use. Raises ValueError if EMBTRAIN_ISA names one that is not there."""
    from embtrain import _native

    return _native.instruction_set()


def _package(name: str) -> str | None:
    """Version of an installed package, None when it is not installed."""
    if find_spec(name) is None:
        return None
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown version"


def _cpu() -> Backend:
    try:
        name = instruction_set()
    except (ImportError, ValueError) as error:
        return Backend("cpu", False, str(error))
    torch = _package("torch")
    if torch is None:
        return Backend("cpu", False, "torch is not installed")
    return Backend("cpu", True, f"native kernels ({name}), torch {torch}")


def list_backends() -> list[Backend]:
    """Every backend that embtrain knows."""
    return [_cpu()]
