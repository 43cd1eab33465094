"""Adds several options to a command at once, and lists options under headings in its help."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
#: The heading of options without one.
_OTHER = "Other options"
#: What help lists of options: their names and descriptions, by heading.
Records = dict[str, list[tuple[str, str]]]


def all_of(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """A decorator that adds options in the order in which help lists them."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class GroupedOption(click.Option):
    """Option with the heading under which a `GroupedCommand` lists it."""

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


def grouped(group: str) -> "partial[Callable[[Command], Command]]":
    """Like `click.option`, for options under a heading."""
    return partial(click.option, cls=GroupedOption, group=group)


class GroupedCommand(click.Command):
    """Command whose help lists options under headings, in the order of the first option of each."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes a section for each heading."""
        for group, records in help_records(self, ctx).items():
            with formatter.section(group):
                formatter.write_dl(records)


def help_records(command: click.Command, ctx: click.Context) -> Records:
    """The options of a command, by heading; those of other commands are all under "Options"."""
    other = _OTHER if isinstance(command, GroupedCommand) else "Options"
    found: Records = {}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
        if record is not None:
            group = getattr(parameter, "group", other) if isinstance(command, GroupedCommand) else other
            found.setdefault(group, []).append(record)
    return found
