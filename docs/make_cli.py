"""Writes docs/cli.md from the --help of every command; the tests compare it with what is there."""

from pathlib import Path

import click

from embtrain.cli.main import cli

PAGE = Path(__file__).with_name("cli.md")
INTRODUCTION = """# The command line

Written by `make docs` from `--help`; do not edit.

Other tools' names for options are understood too: `--size`, `--iter`, `--ws`, `--neg`, `--workers`, `--alpha`
and more.
"""


def page() -> str:
    """The whole page."""
    settings = {**cli.context_settings, "terminal_width": 100, "max_content_width": 100}
    context = click.Context(cli, info_name="embtrain", **settings)
    parts = [INTRODUCTION, _section("embtrain", cli.get_help(context))]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        own = click.Context(command, context, info_name=name)
        parts.append(_section(f"embtrain {name}", command.get_help(own)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
