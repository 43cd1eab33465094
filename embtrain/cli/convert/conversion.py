"""Runs one conversion of import, export or convert, and reports what it did."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embtrain.vectors.convert.output import ConversionOutput
    from embtrain.vectors.convert.request import ConversionRequest
    from embtrain.vectors.formats.format import Format


def run(
    source: str,
    from_: str | None,
    target: "Format",
    output: str,
    options: dict[str, Any],
    *,
    imports: bool = False,
) -> None:
    """Converts one file, and reports on stderr what was written, left out and changed.

    Args:
        source: name of the file, "-" for stdin.
        from_: its format; None to recognise it by its content.
        target: the format to write.
        output: file or folder to write, "-" for stdout.
        options: the values of `conversion_options`.
        imports: whether this is an import, whose output must not be named like another format.
    """
    from embtrain.cli.convert.report import Report
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    place = checked_output(source, target, output, options)
    if imports:
        from embtrain.vectors.formats.output_names import check_own_name

        check_own_name(output, "import", f"embtrain convert {source} {output}")
    report = Report(source, options["on_error"], options["quiet"])
    reading = ReadOptions(options["on_error"], report.problem, options["tmp_dir"])
    with open_source(source, from_, reading, options["member"]) as opened:
        # Imported only now, while threads already parse the first blocks of a text.
        from embtrain.vectors.convert.convert import convert_opened

        request = make_request(target, options)
        if "README.md" in target.files:
            request = replace(request, command=_command(source, opened.source.metadata))
        outcome = convert_opened(opened, request, place)
    report.outcome(outcome, request, output)


def checked_output(
    source: str, target: "Format", output: str, options: Mapping[str, Any]
) -> "ConversionOutput":
    """The output, checked before any work; arguments as for `run`."""
    from embtrain.io.temporary_files import check_directory
    from embtrain.native import require
    from embtrain.vectors.convert.output import ConversionOutput

    require("converting vectors")
    from embtrain._native import keep_freed_memory

    keep_freed_memory()
    check_directory(options["tmp_dir"])
    place = ConversionOutput(target, output, options["force"], options["tmp_dir"])
    place.check([source, options["words"]])
    return place


def _command(source: str, metadata: Mapping[str, str]) -> str | None:
    """The command that made vectors; None if their metadata do not say."""
    from embtrain.analysis.evaluate.set_files import BUILT_IN
    from embtrain.errors import NotFoundError
    from embtrain.training.reproduce import reproduction

    try:
        return shlex.join(reproduction(source, metadata, False, (), "vectors.safetensors", BUILT_IN).command)
    except NotFoundError:
        return None


def make_request(target: "Format", options: Mapping[str, Any]) -> "ConversionRequest":
    """The request that the options stand for; those that change values may be missing."""
    from embtrain.cli.notes import say
    from embtrain.vectors.convert.request import ConversionRequest
    from embtrain.vectors.convert.selection import RowSelection

    words = None
    if options["words"] is not None:
        from embtrain.vectors.convert.wanted_words import read_wanted

        words = read_wanted(options["words"], say)
    selection = RowSelection(
        options["limit"], words, options.get("dim"), options.get("unit_length", False),
        options["duplicates"], options["encoding_errors"], "words" in options["drop"],
    )  # fmt: skip
    return ConversionRequest(
        target, selection, options["dtype"], options["precision"] or 0, "subwords" in options["drop"],
        options["tmp_dir"],
    )  # fmt: skip
