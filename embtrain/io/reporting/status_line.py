"""Formats one line of progress that fits the terminal; the most important parts come first, never cut."""

import os
from collections.abc import Mapping
from typing import Any, TextIO

#: Columns of a terminal that does not report its width.
_USUAL = 80
#: The narrowest bar worth drawing.
_BAR = 10


def columns(stream: TextIO | None) -> int:
    """Width of a stream's terminal; 0 if it has no lines, 80 if it does not report its size."""
    try:
        size = os.get_terminal_size(stream.fileno())  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return _USUAL
    return size.columns if size.lines else 0


def status_line(phase: str, share: float | None, amount: str, fields: Mapping[str, Any], width: int) -> str:
    """Formats a line shorter than `width` characters.

    Args:
        phase: the name of the phase.
        share: the part done, from 0 to 1; None if it is not known.
        amount: the amount done so far, in words; shown if the share is not known.
        fields: further values to show, the most important first.
        width: columns of the terminal; one stays free, because a full line makes some terminals scroll.
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
    """Whole percent, rounded down, so that 100% appears only at the end."""
    return f"{int(100 * share):3}%"


def short(name: str, value: Any) -> str:
    """A field in few characters: 'loss 2.346', '2.51M words/s', '0:12:34 left'."""
    if name == "eta":
        return f"{clock(value)} left"
    text = number(value)
    return f"{text} {name}" if name.endswith("/s") else f"{name} {text}"


def clock(seconds: float | str) -> str:
    """Formats seconds as h:mm:ss; a string is returned unchanged."""
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
