"""Writes embtrain/cli/shell/options.json, with which shells complete options; a test compares it."""

import json
from collections.abc import Iterator

import click

from embtrain.cli.main import cli
from embtrain.cli.shell.completed import Completed
from embtrain.cli.shell.table import TABLE, Option, Value


def page() -> str:
    """The whole table, a line for each option."""
    context = click.Context(cli, **cli.context_settings)
    commands = (f"{json.dumps(path)}: [\n{_lines(own)}]" for path, own in _commands(context, ""))
    return "{" + ",\n".join(commands) + "}\n"


def _lines(context: click.Context) -> str:
    options = (one for one in context.command.get_params(context) if isinstance(one, click.Option))
    return ",\n".join(json.dumps(_option(one)) for one in options if not one.hidden)


def _commands(context: click.Context, path: str) -> Iterator[tuple[str, click.Context]]:
    group = context.command
    if not isinstance(group, click.Group):
        yield path, context
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from _commands(click.Context(command, context), f"{path} {name}".strip())


def _option(option: click.Option) -> Option:
    entry = Option(names=[*option.opts, *option.secondary_opts], help=option.help or "")
    if option.multiple:
        entry["multiple"] = True
    if not option.is_flag and not option.count:
        entry["value"] = _value(option)
    return entry


def _value(option: click.Option) -> Value:
    kind = option.type
    if option.nargs != 1 or option._custom_shell_complete is not None:
        return Value(asks=True)
    if isinstance(kind, Completed):
        words = [*kind.names, *(() if kind.varies else kind.more())]
        value = Value(words=words) if words else Value()
        if kind.paths is not None:
            value["paths"] = kind.paths
        if kind.varies:
            value["more"] = f"{kind.more.__module__}:{kind.more.__qualname__}"
        return value
    if isinstance(kind, click.Choice) and kind.case_sensitive:
        return Value(words=[str(choice) for choice in kind.choices])
    proposes_nothing = type(kind).shell_complete is click.ParamType.shell_complete
    return Value() if proposes_nothing else Value(asks=True)


def main() -> None:
    """Writes the table."""
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write(page())


if __name__ == "__main__":
    main()
