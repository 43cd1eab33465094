"""``embtrain convert``: a vector file of any format to any other."""

from typing import Any

import click

from embtrain.cli.convert.conversion import run
from embtrain.cli.convert.options import (
    READ_HELP,
    WRITTEN_HELP,
    conversion_options,
    from_option,
    target_format,
)


@click.command(epilog=f"{READ_HELP}\n\n{WRITTEN_HELP}")
@click.argument("source", metavar="SRC")
@click.argument("output", metavar="DST")
@from_option
@click.option("--to", metavar="FORMAT", help="What DST becomes. Default: by its ending.")
@conversion_options
def command(source: str, output: str, from_: str | None, to: str | None, **options: Any) -> None:
    """Convert vectors from SRC (- for stdin) to DST (- for stdout), between any formats.

    Vectors pass through in blocks; the words that are kept are in memory. Where the format must know them
    before the first vector, the vectors wait in a temporary file; in a file in the shared format they do
    not, because the words can be put before them at the end.

    \b
    Examples:
      embtrain convert glove.6B.300d.txt vectors.bin
      zcat vectors.txt.gz | embtrain convert - - --to word2vec --limit 100000 | gzip > vectors.bin.gz
    """
    run(source, from_, target_format(to, output), output, options)
