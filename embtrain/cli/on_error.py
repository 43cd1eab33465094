"""The type of --on-error, with the same choices in all commands."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    Choice = click.Choice[str]
else:
    Choice = click.Choice


class OnError(Choice):
    """A choice of "fail", "skip" and "replace", or of some of them; "stop" means "fail"."""

    def __init__(self, *choices: str) -> None:
        super().__init__(choices)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Converts "stop" to "fail". Raises click.BadParameter for other names."""
        return super().convert("fail" if value == "stop" else value, param, ctx)
