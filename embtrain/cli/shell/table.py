"""Completion of options from a table, without importing the command that has them.

`make docs` writes the table, options.json, from the commands. For each command it has a list of options, each
with `names`, `help` and, where they apply, `multiple` (it may be given again) and `value`: what completes its
value.
"""

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypedDict

from embtrain.cli.shell.completed import proposals

if TYPE_CHECKING:
    from typing import NotRequired

    from click.shell_completion import CompletionItem

TABLE: Final = os.path.join(os.path.dirname(__file__), "options.json")


class Option(TypedDict):
    """One option of a command."""

    names: list[str]
    help: str
    multiple: "NotRequired[bool]"
    value: "NotRequired[Value]"


class Value(TypedDict):
    """What completes the value of an option.

    `words` are proposed, also those that a function gives (`more`, as module:function), and files or folders
    (`paths`). With `asks`, only the command itself knows.
    """

    words: "NotRequired[list[str]]"
    paths: "NotRequired[Literal['file', 'dir']]"
    more: "NotRequired[str]"
    asks: "NotRequired[bool]"


def complete(typed: list[str], incomplete: str) -> "list[CompletionItem] | None":
    """Proposes options, or values for the option before; None if only the command can tell.

    Args:
        typed: the words before the one that is being typed, without the program's name.
        incomplete: that word, as far as it has been typed.
    """
    if "--" in typed or "=" in incomplete or any(word.startswith("-") and "=" in word for word in typed):
        return None
    with open(TABLE, encoding="utf-8") as file:
        table: dict[str, list[Option]] = json.load(file)
    options, words = _find_command(table, typed)
    if options is None:
        return None
    known = {name: option for option in options for name in option["names"]}
    if incomplete.startswith("-"):
        return _options(options, known, words, incomplete)
    if not words or words[-1] not in known or "value" not in known[words[-1]]:
        return None
    value = known[words[-1]]["value"]
    return None if value.get("asks") else _values(value, incomplete)


def _find_command(table: dict[str, list[Option]], typed: list[str]) -> tuple[list[Option] | None, list[str]]:
    """The options of the command that the words begin with, and the words after its name."""
    for length in (1, 2):
        path = " ".join(typed[:length])
        if path in table:
            return table[path], typed[length:]
    return None, []


def _options(
    options: list[Option], known: dict[str, Option], words: list[str], incomplete: str
) -> "list[CompletionItem] | None":
    """Options that can still be given; None if the words hold an option that the table does not know."""
    from click.shell_completion import CompletionItem

    given: list[Option] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            continue
        if word not in known:
            return None
        # The next word is the option's value; an option still without one does not count as given.
        if "value" not in known[word] or next(rest, None) is not None:
            given.append(known[word])
    left = [option for option in options if option.get("multiple") or option not in given]
    return [
        CompletionItem(name, help=option["help"] or None)
        for option in left
        for name in option["names"]
        if name.startswith(incomplete)
    ]


def _values(value: Value, incomplete: str) -> "list[CompletionItem]":
    words = value.get("words", [])
    if "more" in value:
        module, _, function = value["more"].partition(":")
        words = [*words, *getattr(import_module(module), function)()]
    return proposals(words, value.get("paths"), incomplete)
