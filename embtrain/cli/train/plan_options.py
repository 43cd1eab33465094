"""`train --max-memory` and `--dry-run`."""

from collections.abc import Callable
from typing import Any

from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.vocab.options import memory_size

_option = grouped("Run")


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--max-memory and --dry-run."""
    return all_of(
        _option(
            "--max-memory",
            callback=memory_size,
            metavar="SIZE",
            help="Choose --memory, --buckets and --min-count, unless given, so that the run fits in SIZE.",
        ),
        _option(
            "--dry-run", is_flag=True, help="Print what the run will take, as `embtrain plan` does, and end."
        ),
    )(command)
