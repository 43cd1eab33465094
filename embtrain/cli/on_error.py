"""What --on-error takes, by one set of names in all commands."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    Choice = click.Choice[str]
else:
    Choice = click.Choice


class OnError(Choice):
    """Some of "fail", "skip" and "replace"; "stop" is taken for "fail"."""

    def __init__(self, *choices: str) -> None:
        super().__init__(choices)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name that was meant. Raises click.BadParameter."""
        return super().convert("fail" if value == "stop" else value, param, ctx)
