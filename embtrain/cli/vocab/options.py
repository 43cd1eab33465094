"""Options that `vocab build` and `vocab merge` share."""

import re

import click

from embtrain.cli.option_groups import all_of
from embtrain.cli.run_options import progress_option, quiet_option, tmp_dir_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ValueType
from embtrain.values import Allowed

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def memory_size(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """Parses a size such as 500M, 1.5G or 2GiB to bytes; units are powers of 1,024. None stays None.

    Raises:
        click.BadParameter: the text is not a size.
    """
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", value.strip(), re.IGNORECASE)
    if found is None:
        raise click.BadParameter(f"'{value}' is not a size; expected a number and K, M, G or T, such as 500M")
    return int(float(found[1]) * _UNITS[found[2].upper()])


#: Adds the options of a command that writes a vocabulary.
writing_options = all_of(
    click.option(
        "-o", "--output", metavar="FILE", type=FILE, required=True, help="Vocabulary to write, - for stdout."
    ),
    click.option(
        *("--min-count", "min_count"),
        type=ValueType(Allowed(int, low=0, high=2**62)),
        metavar="N",
        default=0,
        help="Leave out words seen fewer than N times [default: keep all].",
    ),
    click.option(
        *("--max-vocab", "max_words"),
        type=ValueType(Allowed(int, low=1, high=2**62)),
        metavar="N",
        help="Keep the N most frequent words [default: all].",
    ),
    click.option(
        "--words", metavar="FILE", type=FILE, help="Words to keep whatever their count, even 0; one per line."
    ),
    click.option("--stop-words", metavar="FILE", type=FILE, help="Words to leave out; one per line."),
    click.option(
        "--memory",
        callback=memory_size,
        metavar="SIZE",
        default="1G",
        show_default=True,
        help="Stay under this much memory; what does not fit goes to temporary files.",
    ),
    tmp_dir_option(),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    progress_option(),
    quiet_option(),
)
