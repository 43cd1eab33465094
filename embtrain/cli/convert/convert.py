"""``embtrain convert``: converts a vector file from any format to any other."""

from typing import Any

import click

from embtrain.cli.convert.conversion import run
from embtrain.cli.convert.options import (
    READ_HELP,
    TARGET,
    WRITTEN_HELP,
    conversion_options,
    from_option,
    target_format,
)
from embtrain.cli.shell.completed import FILE


@click.command(epilog=f"{READ_HELP}\n\n{WRITTEN_HELP}")
@click.argument("source", type=FILE, metavar="SRC")
@click.argument("output", type=FILE, metavar="DST")
@from_option
@click.option("--to", metavar="FORMAT", type=TARGET, help="Format to write. Default: by DST's ending.")
@conversion_options
def command(source: str, output: str, from_: str | None, to: str | None, **options: Any) -> None:
    """Convert vectors from SRC (- for stdin) to DST (- for stdout), between any formats.

    Vectors are converted in blocks; only the words are held in memory. If the format needs all words before
    the first vector, the vectors are held in a temporary file. A file in the shared format needs none,
    because its words are written in front of the vectors at the end.

    \b
    Examples:
      embtrain convert glove.6B.300d.txt vectors.bin
      zcat vectors.txt.gz | embtrain convert - - --to word2vec --limit 100000 | gzip > vectors.bin.gz
    """
    run(source, from_, target_format(to, output), output, options)
