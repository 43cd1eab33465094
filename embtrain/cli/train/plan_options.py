"""`train --max-memory` and `--dry-run`."""

from collections.abc import Callable
from typing import Any

import click

from embtrain.cli.vocab.options import memory_size


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--max-memory and --dry-run."""
    for option in (
        click.option(
            "--dry-run", is_flag=True, help="Print what the run will take, as `embtrain plan` does, and end."
        ),
        click.option(
            "--max-memory",
            callback=memory_size,
            metavar="SIZE",
            help="Choose --memory, --buckets and --min-count, unless given, so that the run fits in SIZE.",
        ),
    ):
        command = option(command)
    return command
