"""Prompts for queries on a terminal, and keeps their history."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import click

from embtrain.cli.interrupts import interrupts


def prompted(prompt: str, read: Callable[[str], str] = input) -> Iterator[bytes]:
    """Yields lines typed at a prompt that recalls earlier sessions; skips blank lines."""
    keep = _history()
    while True:
        try:
            line = read(prompt).strip()
        except EOFError:
            click.echo(err=True)
            return
        except KeyboardInterrupt:  # discards the line, as in a shell
            interrupts.take_back()
            click.echo(err=True)
            continue
        if line:
            keep()
            yield os.fsencode(line)


def _history() -> Callable[[], None]:
    """Reads the history of earlier sessions; returns a function that appends the last line to it.

    Lines are appended one by one because the process may be killed at any time. There is no history if it
    cannot be stored, or if Python was built without readline.
    """
    try:
        import readline
    except ImportError:
        return lambda: None
    folder = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    path = os.path.join(folder, "embtrain", "history")

    def keep() -> None:
        with suppress(OSError):
            readline.append_history_file(1, path)

    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
        readline.read_history_file(path)
    return keep
