"""Writes docs/reference/cli.md from the --help of every command; the tests compare it with what is there."""

from collections.abc import Iterator
from pathlib import Path

import click

from embtrain.cli.main import cli

PAGE = Path(__file__).with_name("reference") / "cli.md"
INTRODUCTION = """# The command line

Written by `make docs` from `--help`; do not edit.

Other tools' names for options are understood too: `--size`, `--iter`, `--ws`, `--neg`, `--workers`, `--alpha`
and more.

| exit code | meaning |
| :-- | :-- |
| 0 | done |
| 1 | nothing found, or a check failed |
| 2 | usage: a wrong option, a missing file, an output that exists, a package that is missing or broken |
| 3 | bad input data |
| 4 | out of memory or disk, or output that could not be written in full |
| 70 | a bug in embtrain: please report it with the command; `--debug` shows where it happened |
| 129, 130, 143 | ended by a signal: SIGHUP (the terminal was closed), SIGINT (Ctrl-C), SIGTERM |
"""


def page() -> str:
    """The whole page."""
    settings = {**cli.context_settings, "terminal_width": 100, "max_content_width": 100}
    context = click.Context(cli, info_name="embtrain", **settings)
    parts = [INTRODUCTION, _section("embtrain", cli.get_help(context))]
    return "\n".join([*parts, *_sections(cli, context)])


def _sections(group: click.Group, context: click.Context) -> Iterator[str]:
    """One section for each command, those of a group behind it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        own = click.Context(command, context, info_name=name)
        yield _section(own.command_path, command.get_help(own))
        if isinstance(command, click.Group):
            yield from _sections(command, own)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
