"""Opens the device that steps run on."""

import torch

from embtrain.ops.backends import unusable_device


def open_device(name: str) -> torch.device:
    """Opens a torch device and checks that it can compute.

    Raises:
        BackendError: torch does not know the device or cannot use it here; the message says why.
    """
    try:
        device = torch.device(name)
        if device.type != "meta":
            torch.zeros(1, device=device).add_(1)
            return device
        reason = "it only keeps shapes"
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
    raise unusable_device(name, reason)
