"""All commands of the command line, with their parameters."""

import click

from embtrain.cli.main import cli


def parameters(found=cli, path="embtrain"):
    """All parameters of all commands, with the path of the command that has them."""
    context = click.Context(found)
    if isinstance(found, click.Group):
        for name in found.list_commands(context):
            yield from parameters(found.get_command(context, name), f"{path} {name}")
    else:
        yield from ((path, one) for one in found.params)
