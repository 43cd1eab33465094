"""`train --tensorboard`: the course of a training as scalars in TensorBoard."""

from collections.abc import Mapping
from typing import Any

from embtrain.errors import BackendError
from embtrain.option_names import option

#: Fields of a step or epoch that say when it was, or are not numbers of their own.
_NOT_SCALARS = {"step", "epoch", "done", "scores", "coverage", "words", "kept", "pairs", "records"}


class TensorBoard:
    """A recorder (`embtrain.training.reporting.log.Recorder`) that writes scalars, by units trained so far.

    Args:
        folder: where TensorBoard looks for them; it may hold other runs.

    Raises BackendError if the package tensorboard is missing.
    """

    def __init__(self, folder: str) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise BackendError(
                f"{option('tensorboard')} needs a package ({error}): pip install 'embtrain[tensorboard]'"
            ) from error
        self._writer: Any = SummaryWriter(folder)

    def record(self, name: str, fields: Mapping[str, Any]) -> None:
        """Writes the numbers of a step."""
        if name == "step":
            self._write("step", _scalars(fields), fields["done"])

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Writes the numbers and scores of an epoch."""
        if name == "epoch":
            self._write("epoch", _scalars(fields), fields["done"])
            self._write("score", fields.get("scores") or {}, fields["done"])
            self._writer.flush()

    def note(self, message: str) -> None:
        """Does nothing."""

    def warn(self, message: str) -> None:
        """Does nothing."""

    def update(self, *progress: Any, **named: Any) -> None:
        """Does nothing."""

    def end_phase(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Writes what is left."""
        self._writer.close()

    def _write(self, group: str, fields: Mapping[str, Any], done: int) -> None:
        for name, value in fields.items():
            if isinstance(value, int | float):
                self._writer.add_scalar(f"{group}/{name.replace('/', ' per ')}", value, done)


def _scalars(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _NOT_SCALARS}
