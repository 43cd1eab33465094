"""The devices that steps can run on."""

import torch

from embtrain.errors import BackendError
from embtrain.option_names import option


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
        f"{option('device', name)} cannot be used: {reason}; 'embtrain info --devices' lists what "
        "torch finds here"
    )
