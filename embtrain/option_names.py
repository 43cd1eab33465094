"""Names options in messages neutrally, so that the command line and Python can each spell them their way.

A message names an option with `option`, by its command-line name without the leading dashes:

    raise UsageError(f"{path}: exists already; use {option('force', True)} to replace it")

`option` leaves a mark in the text. The code that shows the text replaces the mark: `--force` on the command
line, `force=True` in Python. An `EmbtrainError` and a `Message` show Python's spelling, and keep the neutral
text for the command line. To quote one error in another, write `neutral(error)`, not `error`.
"""

import re
from typing import Final, Literal

#: Where options are spelt.
Place = Literal["command line", "recipe", "python"]
Value = str | int | float | bool | None

# Unicode reserves these noncharacters for use within a program, so other text does not contain them.
_OPEN, _BETWEEN, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_EITHER, _OR, _END = "\ufdd3", "\ufdd4", "\ufdd5"
#: Marks, none of which may remain in text that is shown.
MARKS: Final = re.compile("[\ufdd0-\ufdd5]")
_OPTION = re.compile(f"{_OPEN}([a-z-]+)(?:{_BETWEEN}(.)([^{_OPEN}-{_END}]*))?{_CLOSE}", re.DOTALL)
_CHOICE = re.compile(f"{_EITHER}([^{_EITHER}-{_END}]*){_OR}([^{_EITHER}-{_END}]*){_END}")
# Kinds of value, which decide whether Python quotes the value.
_FLAG, _NUMBER, _TEXT = "f", "n", "t"

#: Options whose command-line spelling differs from the neutral name.
ON_COMMAND_LINE: Final = {"output": "-o"}
#: Options whose name in Python is not the neutral name with underscores.
IN_PYTHON: Final = {"from": "format", "vocab": "vocabulary", "output": "path"}


def option(name: str, value: Value = None) -> str:
    """An option in a message.

    Args:
        name: its command-line name without leading dashes: "min-count".
        value: its value; True for a flag.

    Returns:
        A mark: `--min-count`, `--backend batched`, `--force` on the command line; `min_count`,
        `backend='batched'`, `force=True` in Python; `min-count`, `backend = "batched"` in a recipe.
    """
    if value is None:
        return f"{_OPEN}{name}{_CLOSE}"
    kind = _FLAG if value is True else _TEXT if isinstance(value, str) else _NUMBER
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{_OPEN}{name}{_BETWEEN}{kind}{MARKS.sub('', shown)}{_CLOSE}"


def options(**values: Value) -> str:
    """Several options with their values; names have underscores instead of dashes."""
    marks = [option(name.replace("_", "-"), value) for name, value in values.items()]
    return worded(" ".join(marks), ", ".join(marks))


def worded(command_line: str, python: str) -> str:
    """Part of a message that differs in Python (recipes use Python's wording)."""
    return f"{_EITHER}{command_line}{_OR}{python}{_END}"


class Message(str):
    """Text whose options are spelt as in Python.

    Attributes:
        neutral: the same text with the marks of `option`.
    """

    neutral: str

    def __new__(cls, text: str) -> "Message":
        """Args: text: may hold marks."""
        message = super().__new__(cls, spell(neutral(text), "python"))
        message.neutral = neutral(text)
        return message


def neutral(said: object) -> str:
    """The text of an error or message with neutral options, to quote it in another message."""
    text = getattr(said, "neutral", None)
    return text if isinstance(text, str) else str(said)


def on_command_line(said: object) -> str:
    """The text of a message or error with options spelt as on the command line."""
    return spell(neutral(said), "command line")


def spell(text: str, place: Place) -> str:
    """Replaces all marks in a text by the spelling of the given place."""
    if MARKS.search(text) is None:
        return text
    text = _OPTION.sub(lambda found: _spelt(found[1], found[2], found[3], place), text)
    text = _CHOICE.sub(lambda found: found[1 if place == "command line" else 2], text)
    return MARKS.sub("", text)


def _spelt(name: str, kind: str | None, value: str, place: Place) -> str:
    if place == "command line":
        name = ON_COMMAND_LINE.get(name, f"--{name}")
        return name if kind in (None, _FLAG) else f"{name} {value}"
    if place == "recipe":
        quoted = {_FLAG: "true", _NUMBER: value, _TEXT: f'"{value}"'}
        return name if kind is None else f"{name} = {quoted[kind]}"
    name = IN_PYTHON.get(name, name).replace("-", "_")
    quoted = {_FLAG: "True", _NUMBER: value, _TEXT: repr(value)}
    return name if kind is None else f"{name}={quoted[kind]}"
