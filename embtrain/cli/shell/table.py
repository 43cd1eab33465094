"""Completion of options from a table, without importing the command that has them.

`make docs` writes the table, options.json, from the commands. For each command it has a list of options, each
with `names`, `help` and, where they apply, `multiple` (it may be given again) and `value`: what completes its
value.
"""

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

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
    """What may come next where that is an option or its value; None: ask the command.

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
    last = known.get(words[-1]) if words else None
    value = None if last is None else last.get("value")
    return None if value is None or value.get("asks") else _values(value, incomplete)


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
    """Options that have not been given yet; None if a word before is none of the command's."""
    from click.shell_completion import CompletionItem

    given: list[Option] = []
    for index, word in enumerate(words):
        is_value = index > 0 and "value" in known.get(words[index - 1], _FLAG)
        if word.startswith("-") and not is_value:
            if word not in known:
                return None
            if "value" not in known[word] or index + 1 < len(words):
                given.append(known[word])
    left = [option for option in options if option.get("multiple") or option not in given]
    return [
        CompletionItem(name, help=option["help"] or None)
        for option in left
        for name in option["names"]
        if name.startswith(incomplete)
    ]


_FLAG: Final[Any] = {}


def _values(value: Value, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    # The script for bash forgets what comes before a request for files.
    found = [CompletionItem(incomplete, type=value["paths"])] if "paths" in value else []
    words = value.get("words", [])
    if "more" in value:
        module, _, function = value["more"].partition(":")
        words = [*words, *getattr(import_module(module), function)()]
    return found + [CompletionItem(word) for word in dict.fromkeys(words) if word.startswith(incomplete)]
