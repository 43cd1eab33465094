"""`--config` and `--recipe`: the options of a TOML file, of a file of vectors, or of a recipe that comes with
embtrain, as defaults.

The command line wins over them, and so do variables of the environment. A file wins over a recipe's name.
"""

from collections.abc import Callable, Mapping
from typing import Any, get_args

import click
from click.core import ParameterSource

from embtrain.cli.notes import say
from embtrain.cli.on_error import OnError
from embtrain.cli.option_groups import grouped
from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ValueType
from embtrain.config import Recipe, read_recipe, recipe_file, unknown_option
from embtrain.errors import NotFoundError, UsageError
from embtrain.option_aliases import answer, squeeze
from embtrain.option_names import neutral, option
from embtrain.text.tokenizers.plug_in import is_code
from embtrain.values import Allowed

#: Where a context keeps what is known of a file of vectors.
_SETTINGS = "settings of vectors"
#: What a recipe cannot hold: itself, and what only asks for help.
_NOT_IN_RECIPES = {"config_file", "recipe", "help"}


def given_as(ctx: click.Context) -> dict[str, str]:
    """Options of a command line or recipe that were given under other tools' names -> these names."""
    names: dict[str, str] = ctx.meta.setdefault("given as", {})
    return names


def load_recipe(ctx: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    """Takes the options of a recipe, or of the training of vectors, as defaults of a command's parameters.

    Names may be spelt with _ for -, and be those that other tools have for an option. Values are checked
    here, not as text by the command line: 100.5 for a whole number must be an error that names the file.

    Raises:
        UsageError: the recipe cannot be read; an unknown name, one that is given twice, a wrong value.
    """
    if path is not None and not ctx.resilient_parsing:
        parameters = _parameters(ctx.command)
        defaults: dict[str, Any] = {}
        names: dict[str, str] = {}
        for name, value in _contents(ctx, path).items():
            parameter = _named(name, value, ctx, parameters, path)
            if parameter is None:
                continue
            key = parameter.name or ""
            if key in names:
                raise UsageError(f"{path}: '{names[key]}' and '{name}' are the same option; keep one of them")
            names[key] = name
            given_as(ctx).setdefault(key.replace("_", "-"), name)
            try:
                defaults[key] = _allowed(parameter).check(value, name)
            except ValueError as error:
                raise UsageError(f"{path}: {error}") from None
            if key == "tokenizer" and is_code(defaults[key]):
                raise UsageError(
                    f"{path}: {name} = '{value}' is code, which no recipe runs; name it on the command line"
                )
        ctx.default_map = {**(ctx.default_map or {}), **defaults}
    return path


def load_named_recipe(ctx: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    """Takes the options of a recipe that comes with embtrain, where no file gives others.

    Raises:
        UsageError: as `load_recipe`.
    """
    if name is not None and not ctx.resilient_parsing:
        of_file = ctx.default_map or {}
        load_recipe(ctx, _parameter, str(recipe_file(name)))
        ctx.default_map = {**(ctx.default_map or {}), **of_file}
    return name


def check_recipe(ctx: click.Context) -> None:
    """Says what a file of vectors could not give, once the command line is known.

    Raises:
        UsageError: an option named a file, and the command line names none.
    """
    found, path = ctx.meta.pop(_SETTINGS, (None, ""))
    if found is None:
        return
    names = {parameter.name: name for name, parameter in _parameters(ctx.command).items()}
    missing = [
        option(names[key], found.files[names[key]])
        for key in names
        if names[key] in found.files and ctx.get_parameter_source(key or "") is ParameterSource.DEFAULT
    ]
    if missing:
        raise UsageError(f"{path} was trained with what it does not hold: give {', '.join(missing)}")
    if not ctx.params.get("quiet"):
        for note in found.notes:
            say(note)


def _contents(ctx: click.Context, path: str) -> Mapping[str, Any]:
    """Options by name. Raises UsageError."""
    if not _is_of_vectors(path):
        return read_recipe(path)
    from embtrain.cli.info import header_of
    from embtrain.training.reproduce import settings_of

    header = header_of(path)
    try:
        found = settings_of(path, header.metadata, "context" in header.tensors)
    except NotFoundError as error:
        raise UsageError(neutral(error)) from None
    ctx.meta[_SETTINGS] = (found, path)
    parameters = _parameters(ctx.command)
    return {name: value for name, value in found.options.items() if name in parameters}


def _is_of_vectors(path: str) -> bool:
    """Whether a file begins like vectors in the shared format: no text holds these zeros."""
    try:
        with open(path, "rb") as file:
            return file.read(9)[4:] == b"\0\0\0\0{"
    except (OSError, ValueError):
        return False


def _parameters(command: click.Command) -> dict[str, click.Parameter]:
    """The parameters that a recipe may give, by the names that it may use for them."""
    found: dict[str, click.Parameter] = {}
    for parameter in command.params:
        if parameter.name not in _NOT_IN_RECIPES:
            long = [name.removeprefix("--") for name in parameter.opts if name.startswith("--")]
            found |= dict.fromkeys(long or [parameter.name or ""], parameter)
    return found


def _named(
    name: str, value: Any, ctx: click.Context, parameters: dict[str, click.Parameter], path: str
) -> click.Parameter | None:
    """The parameter that a name stands for; None for one that only `train` has. Raises UsageError."""
    known: Callable[[], dict[str, str]] = getattr(ctx.command, "known_names", dict)
    ours = known().get(squeeze(name), "").removeprefix("--")
    if name in parameters or ours in parameters:
        return parameters[name if name in parameters else ours]
    if isinstance(value, dict):
        raise UsageError(f"{path}: '{name}' is a table; expected options as 'name = value' at the top level")
    if _is_of_train(name, ctx):
        return None
    said = answer(name, "recipe", parameters)
    if said is not None:
        raise UsageError(f"{path}: {said}")
    if name in {"config", "recipe"}:
        raise UsageError(f"{path}: a recipe cannot name another one; copy its options")
    raise unknown_option(name, parameters, path)


def _is_of_train(name: str, ctx: click.Context) -> bool:
    """Whether a command that reads recipes of `train` lacks an option because only training has it."""
    root = ctx.find_root().command
    if not getattr(ctx.command, "reads_recipes_of_train", False) or not isinstance(root, click.Group):
        return False
    train = root.get_command(ctx, "train")
    assert train is not None
    known: Callable[[], dict[str, str]] = getattr(train, "known_names", dict)
    return name in _parameters(train) or squeeze(name) in known()


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


#: --config of commands that read text.
config_file_option = grouped("Run")(
    *("--config", "config_file"),
    metavar="FILE",
    type=FILE,
    is_eager=True,
    callback=load_recipe,
    help="TOML file with any of these options, or vectors, for the options of their training; the command "
    "line wins over it.",
)
#: --recipe of commands that train.
recipe_option = grouped("Run")(
    "--recipe",
    type=click.Choice(get_args(Recipe)),
    is_eager=True,
    callback=load_named_recipe,
    help="Options that give the best vectors in a time, from skip-gram in seconds to the best scores; the "
    "command line and --config win over them.",
)
