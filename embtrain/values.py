"""Checks the values of options, with the same messages on the command line, in recipes and in Python."""

import operator
import os
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

#: Longest part of a wrong value shown in a message, in characters.
_SHOWN = 60


@dataclass(frozen=True)
class Allowed:
    """The values that an option accepts.

    Attributes:
        kind: bool, int, float or str.
        choices: the allowed texts; empty if any text is allowed.
        low, high: limits of a number, or None.
        above: whether the value must be greater than `low`.
        optional: whether None stands for "not given".
        many: whether a list of values is accepted as well as one value.
    """

    kind: type
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: bool = False
    optional: bool = False
    many: bool = False

    def check(self, value: Any, name: str) -> Any:
        """Converts a value to the option's type; numbers of numpy and torch, and paths, become Python's own.

        Raises:
            ValueError: the value is not allowed; the message begins with `name`.
        """
        if self.many:
            values = value if isinstance(value, list | tuple) else [value]
            return tuple(self._one(one, name) for one in values)
        return None if value is None and self.optional else self._one(value, name)

    def parse(self, text: str, name: str) -> Any:
        """Parses a number. Raises ValueError if the text is not a number, or the number is not allowed."""
        try:
            number = self.kind(text)
        except ValueError:
            raise ValueError(f"{name} is {show(text)}; expected {self}") from None
        return self.check(number, name)

    def _one(self, value: Any, name: str) -> Any:
        plain = _plain(value)
        taken = self._taken(plain)
        if taken is None:
            kind = f" ({_kind(plain)})" if _kind(plain) != _kind(self.kind()) else ""
            raise ValueError(f"{name} is {show(plain)}{kind}; expected {self}")
        return taken

    def _taken(self, value: Any) -> Any:
        """The value as the option's type, or None if it is not allowed."""
        if self.kind is str:
            text = os.fsdecode(value) if isinstance(value, os.PathLike) else value
            fits = isinstance(text, str) and (not self.choices or text in self.choices)
            return str(text) if fits else None
        if self.kind is bool:
            return value if isinstance(value, bool) else None
        if isinstance(value, bool) or not isinstance(value, int | (float if self.kind is float else int)):
            return None
        above = operator.gt if self.above else operator.ge
        # NaN compares false with everything, so it is outside.
        inside = (self.low is None or above(value, self.low)) and (self.high is None or value <= self.high)
        return self.kind(value) if inside else None

    def __str__(self) -> str:
        if self.choices:
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        if self.kind in {str, bool}:
            return "text" if self.kind is str else "true or false"
        return ("a whole number" if self.kind is int else "a number") + self._limits()

    def _limits(self) -> str:
        low, high = ("" if limit is None else _limit(limit) for limit in (self.low, self.high))
        if self.above:
            return f" above {low}" + (f" and up to {high}" if high else "")
        if low and high:
            return f" from {low} to {high}"
        return f" of {low} or more" if low else f" up to {high}" if high else ""


def _limit(number: float) -> str:
    """A limit as short text: 16384, 0.5, 2^63 - 1."""
    if isinstance(number, int) and abs(number) >= 2**31:
        for rest, text in ((0, ""), (1, " - 1")):
            power = abs(number) + rest
            if power.bit_count() == 1:
                return f"{'-' if number < 0 else ''}2^{power.bit_length() - 1}{text}"
    return f"{number:.15g}"


def _plain(value: Any) -> Any:
    """Converts a number of numpy or torch to Python's own; anything else stays unchanged."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", None) == 0 else value


def _kind(value: Any) -> str:
    """The type of a value, in words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple | set | frozenset):
        return "a list"
    if isinstance(value, datetime | date | time):
        return "a date" if isinstance(value, date) else "a time"
    return "nothing" if value is None else type(value).__name__


def show(value: Any) -> str:
    """Formats a value for a message: on one line, shortened if it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    try:
        text = repr(value)
    except ValueError:  # more digits than Python writes out
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\u2026"
