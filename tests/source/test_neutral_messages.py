"""Messages below the command line name options neutrally, as do those that quote other errors."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import embtrain.errors
from embtrain.errors import EmbtrainError
from embtrain.option_names import IN_PYTHON, ON_COMMAND_LINE
from tests.conftest import ROOT

PACKAGE = ROOT / "embtrain"
BELOW = sorted(path for path in PACKAGE.rglob("*.py") if "cli" not in path.relative_to(PACKAGE).parts)
EXPECTED = {
    name
    for name, kind in inspect.getmembers(embtrain.errors, inspect.isclass)
    if issubclass(kind, EmbtrainError)
}
# A command that is to be typed has the command line's spelling everywhere.
COMMAND = re.compile(r"embtrain [a-z][^`')]*")
#: What the command line shows of options, and not a message.
HELP = {"config.py": {"Where --backend batched computes: cpu, cuda, cuda:0, mps."}}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts of a module, with an ellipsis for what f-strings put in; not its docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "\u2026" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in within | docstrings
        ):
            yield node.lineno, node.value


def test_no_message_spells_options_as_the_command_line_does():
    for path in BELOW:
        # Answers to other tools' names hold commands over several lines.
        if path.name in {"option_names.py", "option_aliases.py"}:
            continue
        known = HELP.get(str(path.relative_to(PACKAGE)), set())
        for line, text in texts(parsed(path)):
            found = re.search("--[a-z\u2026]", COMMAND.sub("", text))
            assert found is None or text in known, f"{path}:{line}: {text}"


def quoted(handler: ast.ExceptHandler) -> Iterator[int]:
    """Lines of a handler that put its error into a text as it is."""
    for node in ast.walk(handler):
        shown = node.value if isinstance(node, ast.FormattedValue) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "said"}:
            shown = node.args[0]
        if isinstance(shown, ast.Name) and shown.id == handler.name:
            yield node.lineno


def test_errors_that_are_quoted_stay_neutral():
    for path in BELOW:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ExceptHandler) and node.name and node.type is not None:
                caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
                if caught & EXPECTED:
                    assert not list(quoted(node)), f"{path}:{node.lineno}: quote neutral({node.name})"


def test_options_are_named_in_errors_and_messages_only():
    """Errors of Python's own classes show a text as it is."""
    own = {"ValueError", "TypeError", "KeyError"}
    for path in BELOW:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in own:
                calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
                named_by = {getattr(call, "id", "") for call in calls}
                assert not {"option", "options", "worded"} & named_by, f"{path}:{node.lineno}"


def named(path: Path) -> Iterator[str]:
    """Options that the messages of a module name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "option":
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)


def test_messages_name_options_that_there_are():
    import click

    from embtrain.cli.main import COMMANDS, cli

    commands: list[click.Command] = [cli.get_command(click.Context(cli), name) for name in COMMANDS]
    commands += [part for one in commands if isinstance(one, click.Group) for part in one.commands.values()]
    given = [one for command in commands for one in command.params]
    ours = {name for one in given for name in (*one.opts, *one.secondary_opts)}
    names = {name for path in BELOW for name in named(path)} | set(IN_PYTHON) | set(ON_COMMAND_LINE)
    assert len(names) > 20
    assert {ON_COMMAND_LINE.get(name, f"--{name}") for name in names} <= ours
