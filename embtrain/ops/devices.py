"""The devices that steps can run on."""

import torch

from embtrain.ops.backends import unusable_device


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
    raise unusable_device(name, reason)
