"""From a configuration to the function that runs a step, and the devices that steps can run on."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Final

import torch

from embtrain.config import TrainConfig
from embtrain.errors import BackendError

#: Operator of each model.
OPERATORS: Final = {"skipgram": "sgns", "cbow": "cbow"}

#: Tokens of a step where results depend on where steps end, so that they do not depend on the machine.
FIXED_STEP: Final = 50_000

Step = Callable[..., torch.Tensor]


def step_function(config: TrainConfig, backend: str) -> Step:
    """The function that runs a step of the configuration's model, for `cpu` or `batched`.

    Its arguments are those of `embtrain::sgns`; what other models have beyond them is filled in.
    """
    name = OPERATORS[config.model]
    module: Any = import_module(f"embtrain.ops.{name}.{backend}")
    # Importing the module has registered the kernel; the operator also serves torch.compile and opcheck.
    step: Step = getattr(torch.ops.embtrain if backend == "cpu" else module, name)
    return partial(step, corrected=config.cbow_gradient == "corrected") if name == "cbow" else step


def open_device(name: str) -> torch.device:
    """A torch device that can be computed on.

    Raises:
        BackendError: torch does not know it or cannot use it here; the message says why.
    """
    try:
        device = torch.device(name)
        if device.type != "meta":
            torch.zeros(1, device=device).add_(1)
            return device
        reason = "it only keeps shapes"
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
    raise BackendError(
        f"--device {name} cannot be used: {reason}; 'embtrain info --devices' lists what torch finds here"
    )
