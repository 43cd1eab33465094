"""Giving the operators their implementations."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch


@cache
def _library() -> Any:
    library: Any = torch.library.Library  # it has no types
    return library("embtrain", "FRAGMENT")


def register_cpu(operator: str, kernel: Callable[..., torch.Tensor]) -> None:
    """Makes `kernel` what ``torch.ops.embtrain.<operator>`` runs on the CPU.

    Not by torch.library.register_kernel, whose wrapper imports torch's compiler at the first call, which
    takes longer than training on a million words.
    """
    _library().impl(operator, kernel, "CPU")
