"""Lists the backends of this installation and chooses one. Imports neither torch nor numpy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from embtrain import native
from embtrain.errors import BackendError, UsageError
from embtrain.option_names import option

# Device types of torch and of its extensions; a number may follow.
_DEVICE = re.compile(
    r"(cpu|cuda|ipu|xpu|mkldnn|opengl|opencl|ideep|hip|ve|fpga|maia|xla|lazy|vulkan|mps|meta|hpu|mtia"
    r"|privateuseone|npu|musa|mlu|gcu|sdaa)(:\d+)?"
)


@dataclass(frozen=True)
class Backend:
    """A way to train; `detail` is its version or instruction set, or the reason why it is missing."""

    name: str
    available: bool
    detail: str


@dataclass(frozen=True)
class Choice:
    """The backend to train with; `fallback` says why it is not the usual one, None if it is."""

    name: str
    fallback: str | None = None


def instruction_sets() -> list[tuple[str, bool]]:
    """Instruction sets compiled into the kernels, best first, and whether this processor has them."""
    _need_native()
    from embtrain import _native

    return _native.instruction_sets()


def instruction_set() -> str:
    """The instruction set in use. Raises InstructionSetError when EMBTRAIN_ISA does not name a usable one."""
    _need_native()
    from embtrain import _native

    return _native.instruction_set()


def _need_native() -> None:
    problem = native.problem()
    if problem is not None:
        raise ImportError(problem)


def _package(name: str) -> str | None:
    """Version of an installed package, None when it is not installed."""
    if find_spec(name) is None:
        return None
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown version"


def _cpu(torch: str | None) -> Backend:
    try:
        name = instruction_set()
    except (ImportError, ValueError) as error:
        return Backend("cpu", False, str(error))
    if torch is None:
        return Backend("cpu", False, "torch is not installed")
    return Backend("cpu", True, f"native kernels ({name}), torch {torch}")


def _batched(torch: str | None) -> Backend:
    if torch is None:
        return Backend("batched", False, "torch is not installed")
    return Backend("batched", True, f"plain torch {torch} on any device")


def _gensim() -> Backend:
    gensim = _package("gensim")
    if gensim is None:
        return Backend("gensim", False, "gensim is not installed")
    return Backend("gensim", True, f"gensim {gensim}, the baseline")


def list_backends() -> list[Backend]:
    """Every backend that embtrain knows."""
    torch = _package("torch")
    return [_cpu(torch), _batched(torch), _gensim()]


def choose_backend(wanted: str, device: str, model: str, having: Sequence[str]) -> Choice:
    """The backend to train with.

    Args:
        wanted, device, model: values of the options `backend`, `device` and `model`.
        having: the backends that support the model.

    `auto` is `cpu` if the model has a native kernel that works here, else `batched`. Only `batched` supports
    devices other than the processor.

    Raises:
        UsageError: a device for a backend without devices, a model that the backend does not support.
        BackendError: the backend is not available here, or torch has no such device; the message says why.
        InstructionSetError: the native kernels are wanted, but EMBTRAIN_ISA does not name a usable set.
    """
    if device != "cpu" and wanted not in ("auto", "batched"):
        raise UsageError(
            f"{option('device', device)} is for {option('backend', 'batched')}; {option('backend', wanted)} "
            "uses the processor"
        )
    if wanted not in ("auto", *having):
        others = " or ".join(option("backend", name) for name in having)
        raise UsageError(
            f"{option('backend', wanted)} does not have {option('model', model)}; choose {others}"
        )
    if _DEVICE.fullmatch(device) is None:
        raise unusable_device(device, "torch has no devices of this name")
    backends = {backend.name: backend for backend in list_backends()}
    if wanted in ("auto", "cpu") and device == "cpu" and native.problem() is None:
        instruction_set()
    name, fallback = wanted, None
    if wanted == "auto":
        name = "batched"
        if device == "cpu":
            fallback = _why_not_native(backends["cpu"], model, having)
            name = "cpu" if fallback is None else "batched"
    if not backends[name].available:
        raise BackendError(f"{option('backend', name)} is not available: {backends[name].detail}")
    return Choice(name, fallback)


def unusable_device(name: str, reason: str) -> BackendError:
    """The error for a device that cannot be used."""
    return BackendError(
        f"{option('device', name)} cannot be used: {reason}; 'embtrain info --devices' lists what "
        "torch finds here"
    )


def _why_not_native(cpu: Backend, model: str, having: Sequence[str]) -> str | None:
    if not cpu.available:
        return cpu.detail
    return None if "cpu" in having else f"there is no native kernel for {option('model', model)}"
