"""One conversion of import, export or convert, from its options to what is said of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embtrain.vectors.convert.request import Request
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
    """Converts one file and says on stderr what was written, left out and changed.

    Args:
        source: its name.
        from_: its format, if that is given.
        target: the format to write.
        output: where to write.
        options: those of `conversion_options`.
        imports: whether the output's name may not be that of another format.
    """
    from embtrain.cli.convert.report import Report
    from embtrain.io.temporary_files import check_directory
    from embtrain.native import require
    from embtrain.vectors.convert.output import Output
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    require("converting vectors")
    from embtrain._native import keep_freed_memory

    keep_freed_memory()
    check_directory(options["tmp_dir"])
    place = Output(target, output, options["force"], options["tmp_dir"])
    place.check([source, options["words"]])
    if imports:
        from embtrain.vectors.formats.output_names import check_own_name

        check_own_name(output, "import", f"embtrain convert {source} {output}")
    report = Report(source, options["on_error"], options["quiet"])
    reading = ReadOptions(options["on_error"], report.problem, options["tmp_dir"])
    with open_source(source, from_, reading, options["member"]) as opened:
        # Imported here, because the first blocks of a text are in work by now.
        from embtrain.vectors.convert.convert import convert_opened

        request = _request(target, options)
        outcome = convert_opened(opened, request, place)
    report.outcome(outcome, request, output)


def _request(target: "Format", options: dict[str, Any]) -> "Request":
    from embtrain.cli.notes import say
    from embtrain.vectors.convert.request import Request
    from embtrain.vectors.convert.selection import Selection

    words = None
    if options["words"] is not None:
        from embtrain.vectors.convert.wanted_words import read_wanted

        words = read_wanted(options["words"], say)
    selection = Selection(
        options["limit"], words, options["dim"], options["unit_length"],
        options["duplicates"], options["encoding_errors"], "words" in options["drop"],
    )  # fmt: skip
    return Request(
        target, selection, options["dtype"], options["precision"] or 0, "subwords" in options["drop"],
        options["tmp_dir"],
    )  # fmt: skip
