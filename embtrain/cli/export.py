"""``embtrain export``: vectors in the shared format to another tool's format."""

import sys

import click

from embtrain.errors import UsageError
from embtrain.vectors.formats.registry import FORMATS, Format, find_format, format_of_file
from embtrain.vectors.header import BYTES, EMBEDDINGS, OFFSETS, Header

_HELP_FORMATS = "; ".join(f"{entry.name}: {entry.description}" for entry in FORMATS.values())


@click.command()
@click.argument("vectors")
@click.option(
    "--to",
    "to",
    metavar="FORMAT",
    help=f"Format to write ({_HELP_FORMATS}). Default: by OUT's ending, .bin or .vec.",
)
@click.option(
    "-o", "--output", metavar="OUT", help="File to write, - for stdout. Default: stdout, if not a terminal."
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--quiet", is_flag=True, help="Do not say what was written.")
def command(vectors: str, to: str | None, output: str | None, force: bool, quiet: bool) -> None:
    """Write VECTORS (a file in embtrain's format, - for stdin) in another tool's format.

    \b
    Examples:
      embtrain export vectors.safetensors --to word2vec -o vectors.bin
      embtrain export - --to glove < vectors.safetensors | head -3
    """
    from embtrain.io.atomic import check_output, open_output
    from embtrain.vectors.store import open_rows

    output = _output(output)
    target = _target(to, output)
    check_output(output, force)
    with open_rows(vectors) as reader:
        header = reader.header
        with open_output(output, force) as file:
            n_bytes = target.write(file, reader.vocabulary, header.dim, reader.blocks())
    if not quiet:
        place = "stdout" if output == "-" else output
        _say(f"wrote {header.n_words} words x {header.dim} as {target.name}, {n_bytes} bytes, to {place}")
        _say_left_out(header, target)


def _output(output: str | None) -> str:
    if output is None and sys.stdout.isatty():
        raise UsageError(
            "no output: stdout is a terminal; give -o OUT, or -o - to write to the terminal all the same"
        )
    return output or "-"


def _target(to: str | None, output: str) -> Format:
    target = find_format(to) if to else format_of_file(output)
    if target is None:
        raise UsageError(f"which format? give --to with one of {', '.join(FORMATS)}")
    return target


def _say_left_out(header: Header, target: Format) -> None:
    left_out = [name for name in header.tensors if name not in (OFFSETS, BYTES, EMBEDDINGS)]
    left_out += [f"metadata {name!r}" for name in header.metadata]
    if left_out:
        _say(f"{target.name} cannot hold and is without: {', '.join(left_out)}")


def _say(message: str) -> None:
    click.echo(f"embtrain: {message}", err=True)
