"""``embtrain completion``: the script that makes a shell complete command lines, and its answers."""

import os
import sys
from typing import TYPE_CHECKING, Final

import click

from embtrain.cli.bugs import split_debug
from embtrain.cli.shell import table
from embtrain.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete

#: In which a shell's script says what it wants, as for every program that is made with click.
VARIABLE: Final = "_EMBTRAIN_COMPLETE"
SHELLS: Final = ("bash", "zsh", "fish")

EPILOG = """\b
Examples:
  eval "$(embtrain completion bash)"     in ~/.bashrc
  eval "$(embtrain completion zsh)"      in ~/.zshrc, after compinit
  embtrain completion fish | source      in ~/.config/fish/config.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print a script with which SHELL completes commands, options, their values and names of files.

    SHELL is bash (4.4 or newer), zsh or fish.
    """
    click.echo(completing(shell, click.get_current_context().find_root().command).source())


def completing(shell: str, cli: click.Command) -> "ShellComplete":
    """What answers a shell, with all that the commands know.

    Raises:
        UsageError: no shell has this name.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"{VARIABLE}: no shell is called '{shell}'; known: {', '.join(SHELLS)}")
    return kind(cli, {}, "embtrain", VARIABLE)


def respond(cli: click.Command, instruction: str) -> None:
    """Prints what a shell asks for: its script (``bash_source``) or what may come next (``bash_complete``).

    Raises:
        UsageError: the instruction is of no shell.
    """
    shell, _, wanted = instruction.partition("_")
    completer = completing(shell, cli)
    if wanted == "source":
        click.echo(completer.source())
        return
    if wanted != "complete" or not {"COMP_WORDS", "COMP_CWORD"} <= os.environ.keys():
        raise UsageError(f"{VARIABLE} is '{instruction}'; expected {shell}_source, or what its script sets")
    typed, incomplete = completer.get_completion_args()
    # bash takes the = of --dim=300 for a word.
    arguments = [word for word in split_debug(typed)[0] if word != "="]
    found = table.complete(arguments, incomplete)
    if found is None:
        found = completer.get_completions(arguments, incomplete)
    lines = "\n".join(completer.format_completion(item) for item in found)
    sys.stdout.buffer.write(lines.encode("utf-8", "surrogateescape") + b"\n")
