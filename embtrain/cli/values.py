"""Values of the command line, checked and refused in the words that recipes and Python use."""

from typing import TYPE_CHECKING, Any

import click

from embtrain.values import Allowed

# The base of option types, which takes a parameter only from release 8.4 of click on, and for mypy.
if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType


class ValueType(ParamType):
    """A number of an option."""

    def __init__(self, allowed: Allowed) -> None:
        self.name = "integer" if allowed.kind is int else "float"
        self.allowed = allowed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number that was given, as text or, by a recipe, as a number. Raises click.UsageError."""
        name = "the value" if param is None else param.opts[0]
        try:
            if isinstance(value, str):
                return self.allowed.parse(value, name)
            return self.allowed.check(value, name)
        except ValueError as error:
            raise click.UsageError(str(error), ctx) from None
