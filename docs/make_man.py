"""Writes docs/man/embtrain.1 from the --help of every command; the tests compare it with what is there."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from embtrain.cli.main import cli
from embtrain.cli.option_groups import help_records

PAGE = Path(__file__).with_name("man") / "embtrain.1"
ENVIRONMENT = """\
Each option has a variable: EMBTRAIN_, the command and the option's long name, in capitals and with _ for -.
EMBTRAIN_TRAIN_MIN_COUNT=2 stands for embtrain train --min-count 2. The command line wins over it.

EMBTRAIN_ISA=baseline, avx2 or avx512 chooses the instruction set of the native kernels; EMBTRAIN_NATIVE=0
switches them off."""
EXIT_STATUS = {
    "0": "done", "1": "nothing found, or a check failed",
    "2": "usage: a wrong option, a missing file, an output that exists, a package that is missing or broken",
    "3": "bad input data", "4": "out of memory or disk, or output that could not be written in full",
    "70": "a bug in embtrain: please report it with the command",
    "129, 130, 143": "ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM",
}  # fmt: skip


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    context = click.Context(cli, info_name="embtrain", **cli.context_settings)
    yield from (
        r".\" Written by `make docs` from --help; do not edit.",
        '.TH EMBTRAIN 1 "" embtrain "User Commands"',
    )
    yield from (".SH NAME", rf"embtrain \- {_escaped(_sentence(cli.help)).lower()}")
    yield from (".SH SYNOPSIS", r".B embtrain", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGS\fR]...")
    yield from (".SH DESCRIPTION", *_paragraphs(cli.help))
    yield from _options(cli, context)
    yield ".SH COMMANDS"
    for name in cli.list_commands(context):
        yield from _command(cli, name, context)
    yield from (".SH ENVIRONMENT", *_paragraphs(ENVIRONMENT))
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_STATUS.items():
        yield from (".TP", rf"\fB{code}\fR", _escaped(meaning))


def _command(group: click.Group, name: str, context: click.Context) -> Iterator[str]:
    """A command, and those of a group after it."""
    command = group.get_command(context, name)
    assert command is not None
    own = click.Context(command, context, info_name=name)
    yield f'.SS "{_escaped(own.command_path)}"'
    usage = " ".join(command.collect_usage_pieces(own))
    yield rf"\fB{_escaped(own.command_path)}\fR {_escaped(usage)}"
    yield from _paragraphs(command.help)
    if isinstance(command, click.Group):
        yield from _paragraphs(command.epilog)
        for name in command.list_commands(own):
            yield from _command(command, name, own)
        return
    yield from _options(command, own)
    yield from _paragraphs(command.epilog)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Options with their descriptions, under their headings."""
    for heading, records in help_records(command, context).items():
        yield from (".PP", rf"\fI{_escaped(heading)}\fR")
        for names, said in records:
            yield from (".TP", rf"\fB{_escaped(names)}\fR", _escaped(said) or r"\&")


def _paragraphs(text: str | None) -> Iterator[str]:
    """Paragraphs, those that begin with a backspace line by line."""
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line]
        if not lines:
            continue
        if lines[0].strip() == "\b":
            yield from (".PP", ".nf", *map(_escaped, lines[1:]), ".fi")
        else:
            yield from (".PP", _escaped(" ".join(lines)))


def _sentence(text: str | None) -> str:
    return (text or "").partition("\n")[0].rstrip(".")


def _escaped(text: str) -> str:
    """Text without what roff would obey."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
