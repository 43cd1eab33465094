"""Lines on stdout that may hold what is not UTF-8: names of files, words, metadata."""

import sys

from embtrain.option_names import on_command_line


def print_line(line: str) -> None:
    """Prints a line; what is not UTF-8 is written as an escape."""
    sys.stdout.buffer.write(on_command_line(line).encode("utf-8", "backslashreplace") + b"\n")
