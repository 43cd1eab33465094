"""Defines the operators of ``torch.ops.embtrain``: the arguments of a step, and a kernel for each backend.

An operator has one name. ``torch.ops.embtrain.NAME`` runs the kernel of the device that holds the tables
(native code on the processor); its overload ``torch.ops.embtrain.NAME.batched`` runs plain torch calls on any
device. Both take the fields of the operator's `StepArguments`, in their order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Final, Generic, TypeVar

import torch

A = TypeVar("A")  # an array: torch.Tensor, or numpy's for the references and the native kernels
S = TypeVar("S", bound="StepArguments[Any]")

#: Types of a schema that are not tensors.
_PLAIN: Final[dict[Any, str]] = {int: "int", float: "float", bool: "bool"}


@dataclass(frozen=True)
class StepArguments(Generic[A]):
    """The arguments of one step; a subclass adds its own as fields, arrays with the type `A`.

    Attributes:
        TABLES: names of the arrays that the step changes, float32 [rows, stride].
        COUNTERS: names of the values that it returns, float64 each.
        position: where the first item is in the input of an epoch.
        dim: number of columns in use; the rest of a row is padding.
    """

    TABLES: ClassVar[tuple[str, ...]]
    COUNTERS: ClassVar[tuple[str, ...]]
    position: int
    dim: int

    @classmethod
    def schema(cls) -> str:
        """The fields in the notation of torch.library.define."""
        kinds = {one.name: _PLAIN.get(one.type, "Tensor") for one in fields(cls)}
        for letter, name in zip("abcdefgh", cls.TABLES, strict=False):
            kinds[name] += f"({letter}!)"
        return ", ".join(f"{kind} {name}" for name, kind in kinds.items())

    def check(self) -> None:
        """Raises ValueError if the dtype, shape or value of an argument breaks the contract."""
        raise NotImplementedError

    def values(self) -> list[Any]:
        """The arguments in the order of the schema."""
        return [getattr(self, one.name) for one in fields(self)]

    def tables(self) -> dict[str, A]:
        """The arrays that the step changes, by name."""
        return {name: getattr(self, name) for name in self.TABLES}

    def inputs(self) -> dict[str, A]:
        """The arrays that it only reads, by name."""
        names = [one.name for one in fields(self) if one.type not in _PLAIN and one.name not in self.TABLES]
        return {name: getattr(self, name) for name in names}


class Operator(Generic[S]):
    """An operator, defined with its arguments and its fake implementation.

    Args:
        name: under ``torch.ops.embtrain``.
        step: its arguments; the fake implementation and every kernel call their `check` first.
    """

    def __init__(self, name: str, step: type[S]) -> None:
        self.name = name
        self.step = step
        for overload, more in (("", ""), (".batched", ", int? batch=None")):
            full_name = f"embtrain::{name}{overload}"
            torch.library.define(full_name, f"({step.schema()}{more}) -> Tensor")
            torch.library.register_fake(full_name)(self._fake)

    def register(self, device: str, kernel: Callable[[S], Sequence[float]]) -> None:
        """Registers the kernel for a type of device: "CPU", "CUDA" (torch's dispatch keys)."""
        _library().impl(self.name, self._checked(kernel), device)

    def register_batched(self, kernel: Callable[[S, int | None], Sequence[float]]) -> None:
        """Registers the kernel of the overload ``batched``, which runs on any device."""
        _library().impl(f"{self.name}.batched", self._checked(kernel), "CompositeExplicitAutograd")

    def kernel(self, backend: str) -> Callable[[S], list[float]]:
        """Returns a function that runs a step with a backend (a module of the operator's folder).

        The function returns the counters of the step.
        """
        import_module(f"embtrain.ops.{self.name}.{backend}")  # registers the kernel
        overloads = getattr(torch.ops.embtrain, self.name)
        run = overloads.batched if backend == "batched" else overloads.default

        def train(step: S) -> list[float]:
            counters: list[float] = run(*step.values()).tolist()
            return counters

        return train

    def _checked(self, kernel: Callable[..., Sequence[float]]) -> Callable[..., torch.Tensor]:
        n_fields = len(fields(self.step))

        def run(*values: Any) -> torch.Tensor:
            step = self.step(*values[:n_fields])
            step.check()
            return torch.tensor(kernel(step, *values[n_fields:]), dtype=torch.float64)

        return run

    def _fake(self, *values: Any) -> torch.Tensor:
        self.step(*values[: len(fields(self.step))]).check()
        return torch.empty(len(self.step.COUNTERS), dtype=torch.float64)


@cache
def _library() -> Any:
    """The library in which kernels are registered.

    torch.library.register_kernel would be the usual way, but its wrapper imports torch's compiler at the
    first call, which takes longer than training on a million words.
    """
    library: Any = torch.library.Library  # torch does not annotate it
    return library("embtrain", "FRAGMENT")


def find_operator(name: str) -> Operator[Any]:
    """Finds an operator by its name, which is also the name of its folder."""
    operator: Operator[Any] = import_module(f"embtrain.ops.{name}.schema").OPERATOR
    return operator
