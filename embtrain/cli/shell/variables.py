"""Variables of the environment in place of options: EMBTRAIN_TRAIN_DIM=300 for `embtrain train --dim 300`.

The command line wins over them, and they win over recipes.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.core import ParameterSource

from embtrain.cli.notes import warn

_PREFIX = "EMBTRAIN"
#: Where a context keeps, for each option that a variable gave, its names and the variable.
_GAVE = "variables that gave options"


def is_on(name: str) -> bool:
    """Whether a variable such as EMBTRAIN_DEBUG switches something on."""
    return os.environ.get(f"{_PREFIX}_{name}", "").lower() in {"1", "true", "t", "yes", "y", "on"}


def name_variables(command: click.Command, *path: str) -> None:
    """Names the variable of every option of a command, and of the commands in it.

    Args:
        path: the command's names, without the program's. An option that several commands share belongs to the
            one that is named first.
    """
    command.context_class = _Context
    for option in _options(command):
        if option.envvar is None:
            option.envvar = _variable(path, _long_name(option))
    if isinstance(command, click.Group):
        for name, own in command.commands.items():
            name_variables(own, *path, name)


def set_variables(*path: str) -> list[str]:
    """The variables that are set of a command's options, known and unknown, without empty ones."""
    start = _variable(path, "")
    return sorted(name for name, value in os.environ.items() if name.startswith(start) and value)


@contextmanager
def unset(options: Sequence[click.Parameter]) -> Iterator[list[str]]:
    """Takes no notice of the variables of some options; yields those that are set."""
    names = [(option, option.envvar) for option in options]
    for option, _ in names:
        option.envvar = None
    try:
        yield [name for _, name in names if isinstance(name, str) and os.environ.get(name)]
    finally:
        for option, name in names:
            option.envvar = name


def with_variables(message: str, ctx: click.Context | None) -> str:
    """The message of an error, with the variables that gave the options it names."""
    gave: dict[str, tuple[list[str], str]] = {} if ctx is None else ctx.meta.get(_GAVE, {})
    said = [
        f"{variable} gives {names[-1]}"
        for names, variable in gave.values()
        if any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", message) for name in names)
    ]
    return f"{message} ({'; '.join(said)})" if said else message


class _Context(click.Context):
    """Warns of variables that no option has, and remembers those that gave one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.resilient_parsing or isinstance(self.command, click.Group)):
            self._warn_of_unknown()

    def set_parameter_source(self, name: str, source: ParameterSource) -> None:
        """Also keeps the variable."""
        super().set_parameter_source(name, source)
        if source is ParameterSource.ENVIRONMENT:
            option = next(one for one in _options(self.command) if one.name == name)
            self.meta.setdefault(_GAVE, {})[name] = (option.opts, option.envvar)

    def _warn_of_unknown(self) -> None:
        known = {str(option.envvar): option for option in _options(self.command)}
        path = self.command_path.split()[1:]
        for variable in set_variables(*path):
            if variable not in known:
                hint = self._hint(variable, known)
                warn(f"{variable} is set, but '{self.command_path}' has no such option{hint}")

    def _hint(self, variable: str, known: dict[str, click.Option]) -> str:
        """The variable that may have been meant; other tools' names of options are known, too."""
        from difflib import get_close_matches

        from embtrain.option_aliases import squeeze

        tail = squeeze(variable.removeprefix(_variable(self.command_path.split()[1:], "")).lower())
        names: dict[str, str] = getattr(self.command, "known_names", dict)()
        meant = [name for name, option in known.items() if names.get(tail) in option.opts]
        near = meant or get_close_matches(variable, known, 1)
        return f"; did you mean {near[0]}?" if near else ""


def _options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option) and one.name != "help"]


def _long_name(option: click.Option) -> str:
    return next((name for name in option.opts if name.startswith("--")), option.opts[0]).lstrip("-")


def _variable(path: Sequence[str], option: str) -> str:
    return "_".join([_PREFIX, *path, option]).replace("-", "_").upper()
