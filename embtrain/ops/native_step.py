"""Runs steps in the native kernels, which change the tensors in place."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from embtrain import _native
from embtrain.ops.operator import StepArguments


def native_kernel(name: str) -> Callable[[StepArguments[torch.Tensor]], list[float]]:
    """The native kernel of an operator.

    It raises IndexError for an id, an offset or an alias out of range. With a bad id or offset it has trained
    nothing.
    """

    def train(step: StepArguments[torch.Tensor]) -> list[float]:
        tables, inputs = _arrays(step.tables()), _arrays(step.inputs())
        return _native.step(name, tables, inputs, step.position, step.dim, step)

    return train


def _arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, NDArray[Any]]:
    return {name: tensor.numpy() for name, tensor in tensors.items()}
