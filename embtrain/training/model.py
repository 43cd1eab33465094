"""Holds the tables of an objective as tensors on one device."""

from collections.abc import Iterator, Mapping, Sequence

import torch

from embtrain.errors import ResourceError
from embtrain.io.memory import gib
from embtrain.option_names import option
from embtrain.training.objectives.tables import Role, TableSpec


class Model(Mapping[str, torch.Tensor]):
    """The tables of an objective by name.

    Args:
        tables: their descriptions.
        device: where the tensors are; None is the processor.

    Raises:
        ResourceError: the tables do not fit in memory.
    """

    def __init__(self, tables: Sequence[TableSpec], device: torch.device | None = None) -> None:
        self._tables = {table.name: table for table in tables}
        size = gib(sum(table.n_bytes for table in tables))
        try:
            self._tensors = {table.name: torch.from_numpy(table.make()) for table in tables}
        except MemoryError:
            raise ResourceError(
                f"the tables of the model need {size} of memory; raise {option('min-count')} or lower "
                f"{option('dim')}"
            ) from None
        if device is None or device.type == "cpu":
            return
        try:
            self._tensors = {name: tensor.to(device) for name, tensor in self._tensors.items()}
        except torch.OutOfMemoryError:
            raise ResourceError(
                f"the tables of the model, {size}, do not fit in the memory of {device}; raise "
                f"{option('min-count')}, lower {option('dim')} or leave out {option('device')}"
            ) from None

    def __getitem__(self, name: str) -> torch.Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def with_role(self, *roles: Role) -> dict[str, torch.Tensor]:
        """The tables with one of these roles, by name."""
        return {name: self[name] for name, table in self._tables.items() if table.role in roles}

    def keep(self) -> "Kept":
        """A copy of the trained tables."""
        return Kept(self.with_role("trained"))


class Kept:
    """Copies of tables, to restore them later.

    Attributes:
        copies: by name.
    """

    def __init__(self, tables: Mapping[str, torch.Tensor]) -> None:
        self._tables = tables
        self.copies = {name: tensor.clone() for name, tensor in tables.items()}

    def renew(self) -> None:
        """Copies the tables again."""
        for name, copy in self.copies.items():
            copy.copy_(self._tables[name])

    def restore(self) -> None:
        """Puts the copies back."""
        for name, copy in self.copies.items():
            self._tables[name].copy_(copy)
