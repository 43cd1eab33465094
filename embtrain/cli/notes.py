"""Notes and warnings of commands without progress: a line each on stderr."""

import click

from embtrain.option_names import on_command_line
from embtrain.wording import one_line


def say(message: str) -> None:
    """A note."""
    click.echo(f"embtrain: {one_line(on_command_line(message))}", err=True)


def warn(message: str) -> None:
    """Something was left out, changed or replaced."""
    say(f"warning: {message}")
