"""``embtrain import``: converts vector files of other tools to the shared format."""

import os
from typing import Any

import click

from embtrain.cli.convert.conversion import run
from embtrain.cli.convert.options import (
    READ_HELP,
    conversion_options,
    from_option,
    output_or_stdout,
)
from embtrain.cli.shell.completed import FILE
from embtrain.errors import UsageError
from embtrain.io.inputs.compressions import stem
from embtrain.io.outputs.distinct import check_apart
from embtrain.vectors.formats.registry import find_format


@click.command(epilog=READ_HELP)
@click.argument("sources", type=FILE, metavar="SRC...", nargs=-1, required=True)
@from_option
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=FILE,
    help="File to write, - for stdout; with several SRC, the folder to write to. Default: stdout.",
)
@conversion_options
def command(sources: tuple[str, ...], from_: str | None, output: str | None, **options: Any) -> None:
    """Convert vectors of other tools (SRC, - for stdin) to the shared format.

    The format of SRC is recognised by its content. Each of several SRC becomes a NAME.safetensors.

    \b
    Examples:
      embtrain import GoogleNews-vectors-negative300.bin.gz -o news.safetensors
      embtrain import glove.6B.50d.txt --limit 50000 --dtype float16 -o small.safetensors
    """
    target = find_format("embtrain")
    outputs = _outputs(sources, output)
    for place in outputs if len(outputs) > 1 else ():
        check_apart([place], sources)
    for source, place in zip(sources, outputs, strict=True):
        run(source, from_, target, place, options, imports=True)


def _outputs(sources: tuple[str, ...], output: str | None) -> list[str]:
    if len(sources) == 1:
        return [output_or_stdout(output)]
    if output is None or not os.path.isdir(output):
        raise UsageError("several files to import: give the folder for their outputs with -o")
    outputs = [os.path.join(output, (stem(source) or "vectors") + ".safetensors") for source in sources]
    twice = next((name for name in outputs if outputs.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two of the files would be written as {twice}: import them one by one")
    return outputs
