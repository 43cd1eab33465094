"""One line of progress as wide as the terminal: what matters most comes first and is never cut."""

import os
from collections.abc import Mapping
from typing import Any, TextIO

#: Columns where a terminal does not tell.
_USUAL = 80
#: The narrowest bar worth drawing.
_BAR = 10


def columns(stream: TextIO | None) -> int:
    """Width of the terminal behind a stream; 0 where it has no room, 80 where it does not tell."""
    try:
        size = os.get_terminal_size(stream.fileno())  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return _USUAL
    return size.columns if size.lines else 0


def status_line(phase: str, share: float | None, amount: str, fields: Mapping[str, Any], width: int) -> str:
    """The line, under `width` characters.

    Args:
        phase: what goes on.
        share: done of all, from 0 to 1; None where it is not known.
        amount: what is done so far, in words; shown where the share is not known.
        fields: what to show beside it, the most important first.
        width: characters that there are; one is left free, because a full line makes some terminals scroll.
    """
    line = f"{phase} {amount}" if share is None else f"{phase} {_percent(share)}"
    texts = [f"{short(name, value)}" for name, value in fields.items()]
    room = width - 1
    for text in texts:
        if len(line) + 2 + len(text) <= room:
            line += f"  {text}"
    free = room - len(line) - 3
    if share is not None and free >= _BAR:
        full = int(min(free, 40) * share)
        bar = "#" * full + "." * (min(free, 40) - full)
        head = f"{phase} {_percent(share)}"
        line = f"{head} [{bar}]{line[len(head) :]}"
    return line[: max(room, 0)]


def _percent(share: float) -> str:
    """Whole percent, rounded down: 100 % is the end."""
    return f"{int(100 * share):3}%"


def short(name: str, value: Any) -> str:
    """A field in few characters: 'loss 2.346', '2.51M words/s', '0:12:34 left'."""
    if name == "eta":
        return f"{clock(value)} left"
    text = number(value)
    return f"{text} {name}" if name.endswith("/s") else f"{name} {text}"


def clock(seconds: float | str) -> str:
    """Seconds as h:mm:ss; whatever is no number as it is."""
    if isinstance(seconds, str):
        return seconds
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def number(value: Any) -> str:
    """A number in few characters: 2.51M, 0.0213."""
    if not isinstance(value, float):
        return str(value)
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:.1f}k"
    return f"{value:.4g}"
