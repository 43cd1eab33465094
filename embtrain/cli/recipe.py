"""`--config`: the options of a TOML file as defaults, so that the command line wins over them."""

from collections.abc import Callable
from typing import Any

import click

from embtrain.cli.on_error import OnError
from embtrain.cli.values import ValueType
from embtrain.config import read_recipe, unknown_option
from embtrain.errors import UsageError
from embtrain.option_aliases import answer, squeeze
from embtrain.values import Allowed

#: What a recipe cannot hold: itself, and what only asks for help.
_NOT_IN_RECIPES = {"recipe", "help"}


def given_as(ctx: click.Context) -> dict[str, str]:
    """Options of a command line or recipe that were given under other tools' names -> these names."""
    names: dict[str, str] = ctx.meta.setdefault("given as", {})
    return names


def load_recipe(ctx: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    """Takes a recipe's options as defaults of a command's parameters.

    Names may be spelt with _ for -, and be those that other tools have for an option. Values are checked
    here, not as text by the command line: 100.5 for a whole number must be an error that names the file.

    Raises:
        UsageError: the recipe cannot be read; an unknown name, one that is given twice, a wrong value.
    """
    if path is not None:
        parameters = _parameters(ctx.command)
        defaults: dict[str, Any] = {}
        names: dict[str, str] = {}
        for name, value in read_recipe(path).items():
            parameter = _named(name, value, ctx.command, parameters, path)
            key = parameter.name or ""
            if key in names:
                raise UsageError(f"{path}: '{names[key]}' and '{name}' are the same option; keep one of them")
            names[key] = name
            given_as(ctx).setdefault(key.replace("_", "-"), name)
            try:
                defaults[key] = _allowed(parameter).check(value, name)
            except ValueError as error:
                raise UsageError(f"{path}: {error}") from None
        ctx.default_map = defaults
    return path


def _parameters(command: click.Command) -> dict[str, click.Parameter]:
    """The parameters that a recipe may give, by the names that it may use for them."""
    found: dict[str, click.Parameter] = {}
    for parameter in command.params:
        if parameter.name not in _NOT_IN_RECIPES:
            long = [name.removeprefix("--") for name in parameter.opts if name.startswith("--")]
            found |= dict.fromkeys(long or [parameter.name or ""], parameter)
    return found


def _named(
    name: str, value: Any, command: click.Command, parameters: dict[str, click.Parameter], path: str
) -> click.Parameter:
    """The parameter that a name stands for. Raises UsageError where there is none."""
    known: Callable[[], dict[str, str]] = getattr(command, "known_names", dict)
    ours = known().get(squeeze(name), "").removeprefix("--")
    if name in parameters or ours in parameters:
        return parameters[name if name in parameters else ours]
    if isinstance(value, dict):
        raise UsageError(f"{path}: '{name}' is a table; expected options as 'name = value' at the top level")
    said = answer(name, "recipe", parameters)
    if said is not None:
        raise UsageError(f"{path}: {said}")
    if name in {"config", "recipe"}:
        raise UsageError(f"{path}: a recipe cannot name another one; copy its options")
    raise unknown_option(name, parameters, path)


def _allowed(parameter: click.Parameter) -> Allowed:
    """What a parameter may be."""
    many = parameter.multiple or parameter.nargs == -1
    kind = parameter.type
    if isinstance(kind, ValueType):
        return kind.allowed
    if isinstance(kind, OnError):
        return Allowed(str, (*map(str, kind.choices), "stop"), many=many)
    if isinstance(kind, click.Choice):
        return Allowed(str, tuple(str(choice) for choice in kind.choices), many=many)
    if isinstance(kind, click.IntRange):
        return Allowed(int, low=kind.min, high=kind.max, many=many)
    plain = {"boolean": bool, "integer": int, "float": float}
    return Allowed(plain.get(kind.name, str), many=many)
