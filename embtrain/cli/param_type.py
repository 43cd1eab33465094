"""The base of option types: click's, which takes a parameter only from release 8.4 on, and for mypy."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType
