"""``embtrain export``: converts vectors in the shared format to another tool's format."""

from typing import Any

import click

from embtrain.cli.convert.conversion import run
from embtrain.cli.convert.options import (
    TARGET,
    WRITTEN_HELP,
    conversion_options,
    output_or_stdout,
    target_format,
)
from embtrain.cli.shell.completed import FILE


@click.command(epilog=WRITTEN_HELP)
@click.argument("vectors", type=FILE)
@click.option("--to", metavar="FORMAT", type=TARGET, help="Format to write. Default: by OUT's ending.")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=FILE,
    help="File to write, - for stdout. Default: stdout, if not a terminal.",
)
@conversion_options
def command(vectors: str, to: str | None, output: str | None, **options: Any) -> None:
    """Write VECTORS (a file in the shared format, - for stdin) in another tool's format.

    \b
    Examples:
      embtrain export vectors.safetensors --to word2vec -o vectors.bin
      embtrain export - --to glove --precision 4 < vectors.safetensors | head -3
    """
    place = output_or_stdout(output)
    run(vectors, "embtrain", target_format(to, place), place, options)
