"""`embtrain reproduce`: the command that made a file of vectors."""

import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from embtrain.cli.info import header_of, is_foreign
from embtrain.cli.print_line import print_line
from embtrain.cli.shell.completed import FILE
from embtrain.cli.shell.variables import set_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embtrain.training.reproduce import Reproduction

EPILOG = """\b
Examples:
  embtrain reproduce vectors.safetensors
  embtrain reproduce vectors.safetensors corpus.txt -o again.safetensors
  embtrain reproduce vectors.safetensors --json | jq '.conditions[] | select(.differs)'
"""


@click.command(epilog=EPILOG)
@click.argument("vectors", metavar="FILE", type=FILE)
@click.argument("corpus", type=FILE, nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    help="Output of the printed command [default: FILE-reproduced].",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(vectors: str, corpus: tuple[str, ...], output: str | None, as_json: bool) -> None:
    """Print the command that made FILE, and what must be identical for the same bits.

    Words in capitals stand for files whose names were not recorded; CORPUS are names to print in place of
    CORPUS. Nothing is trained. What differs on this machine is marked.
    """
    from embtrain.analysis.evaluate.set_files import BUILT_IN
    from embtrain.training.reproduce import reproduction

    metadata, context = _metadata(vectors)
    stem = "vectors" if vectors == "-" else os.path.splitext(vectors)[0]
    output = output or f"{stem}-reproduced.safetensors"
    name = "stdin" if vectors == "-" else vectors
    found = reproduction(name, metadata, context, corpus, output, BUILT_IN)
    found = replace(found, command=[*_without_variables(), *found.command])
    if as_json:
        print_line(json.dumps(found.as_record(), ensure_ascii=False))
        return
    for line in _lines(found):
        print_line(line)


def _without_variables() -> list[str]:
    """Keeps variables that are set here from changing the command."""
    names = set_variables("train")
    return ["env", *(word for name in names for word in ("-u", name))] if names else []


def _metadata(source: str) -> "tuple[Mapping[str, str], bool]":
    """The metadata of a file, and whether it holds context vectors."""
    if not is_foreign(source):
        header = header_of(source)
        return header.metadata, "context" in header.tensors
    from embtrain.native import require
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    require("reading other tools' files")
    with open_source(source, None, ReadOptions("skip")) as opened:
        return opened.source.metadata, False


def _lines(found: "Reproduction") -> Iterator[str]:
    yield shlex.join(found.command)
    yield ""
    yield "for the same bits:"
    width = max(len(one.what) for one in found.conditions)
    for one in found.conditions:
        here = "" if one.here is None else f"  DIFFERS here: {one.here}" if one.differs else "  same here"
        yield f"  {one.what:<{width}}  {one.recorded}{here}"
    yield from ("", *found.notes) if found.notes else ()
