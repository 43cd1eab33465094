"""Describes the named arrays that an objective keeps in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final, Literal

from embtrain.ops import ROW_MULTIPLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BYTES: Final = {"float32": 4, "int32": 4, "int64": 8}

#: `trained`: the parameters. `state`: the optimiser's state, which resuming needs. `fixed`: derived from the
#: vocabulary and the options, never changed by a step.
Role = Literal["trained", "state", "fixed"]


@dataclass(frozen=True)
class TableSpec:
    """An array of an objective.

    Attributes:
        name: the operator's argument.
        role: see `Role`.
        shape, dtype: of the array.
        make: returns the initial values.
    """

    name: str
    role: Role
    shape: tuple[int, ...]
    dtype: Literal["float32", "int32", "int64"]
    make: "Callable[[], NDArray[Any]]"

    @property
    def n_bytes(self) -> int:
        """Size in memory."""
        return prod(self.shape) * _BYTES[self.dtype]


def row_length(dim: int) -> int:
    """Floats from one row to the next: dim rounded up to a whole number of cache lines."""
    return -(-dim // ROW_MULTIPLE) * ROW_MULTIPLE


def rows(name: str, n_rows: int, dim: int, seed: int | None = None) -> TableSpec:
    """A trained table [n_rows, row_length(dim)]: uniform in +-0.5 / dim, or zero without a seed."""

    def make() -> "NDArray[Any]":
        from embtrain.native import native_or_plain

        code = native_or_plain()
        table: NDArray[Any] = code.new_table(n_rows, row_length(dim))
        if seed is not None:
            code.fill_initial(table, dim, seed)
        return table

    return TableSpec(name, "trained", (n_rows, row_length(dim)), "float32", make)
