"""The options that import, export and convert share, and what they do with them: one implementation."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from embtrain.cli.on_error import OnError
from embtrain.errors import UsageError
from embtrain.io.outputs.compress import check_name, compression_of
from embtrain.vectors.formats.registry import NAMES, WRITTEN, find_format, format_of_file

if TYPE_CHECKING:
    from embtrain.vectors.convert.request import Request
    from embtrain.vectors.formats.format import Format

Command = TypeVar("Command", bound=Callable[..., Any])

READ_HELP = f"Formats that are read: {', '.join(NAMES)}."
WRITTEN_HELP = f"Formats that are written: {', '.join(WRITTEN)}."

_OPTIONS = (
    click.option(
        "--member", metavar="NAME", help="File of an archive (zip, tar) to read, if it has several."
    ),
    click.option("--limit", metavar="N", type=click.IntRange(0), help="Keep the first N rows only."),
    click.option(
        "--words", metavar="FILE", help="Keep only the words of FILE: one per line, or a vocabulary."
    ),
    click.option("--dim", metavar="N", type=click.IntRange(1), help="Keep the first N values of each row."),
    click.option("--unit-length", is_flag=True, help="Divide each row by its length."),
    click.option(
        "--dtype", type=click.Choice(["float32", "float16", "int8"]), default="float32", show_default=True,
        help="How values are stored, where the format allows a choice.",
    ),
    click.option(
        "--precision", metavar="N", type=click.IntRange(1, 9),
        help="Significant digits of values in text. Default: the fewest that give back the same float32.",
    ),
    click.option(
        "--duplicates", type=click.Choice(["first", "last", "error", "mean"]), default="first",
        show_default=True, help="Which row of a word that is there several times is kept.",
    ),
    click.option(
        "--encoding-errors", type=click.Choice(["keep", "strict", "replace", "skip"]), default="keep",
        show_default=True, help="What to do with words that are not UTF-8.",
    ),
    click.option(
        "--on-error", type=OnError("fail", "skip", "replace"), default="fail", show_default=True,
        help="What to do with rows that are wrong: end (also called stop), leave them out, or put 0 for what "
        "is no number. Of a file that was cut short, skip and replace take what is there.",
    ),
    click.option(
        "--drop", type=click.Choice(["words", "subwords"]), multiple=True,
        help="What to leave out if the format cannot hold it: words with a space, vectors of n-grams.",
    ),
    click.option("--tmp-dir", metavar="DIR", help="Where vectors wait if they must (the system's default)."),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    click.option("-q", "--quiet", is_flag=True, help="Say only what was left out or changed."),
)  # fmt: skip


def from_option(command: Command) -> Command:
    """--from."""
    return click.option("--from", "from_", metavar="FORMAT", help="What SRC is. Default: by its content.")(
        command
    )


def conversion_options(command: Command) -> Command:
    """The options of all three commands."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def output_or_stdout(output: str | None) -> str:
    """The output, "-" where none is given. Raises UsageError if that would be a terminal."""
    if output is None and sys.stdout.isatty():
        raise UsageError(
            "no output: stdout is a terminal; give -o OUT, or -o - to write to the terminal all the same"
        )
    return "-" if output is None else output


def target_format(to: str | None, output: str) -> "Format":
    """The format to write. Raises UsageError where neither name nor ending tells it."""
    from embtrain.native import require

    require("converting vectors")
    check_name(output)
    target = find_format(to, "written") if to else format_of_file(output)
    if target is None:
        raise UsageError(f"which format? give --to with one of {', '.join(WRITTEN)}")
    return target


@dataclass(frozen=True)
class Job:
    """One file to convert.

    Attributes:
        source: its name.
        from_: its format, if that is given.
        target: the format to write.
        output: where to write.
        imports: whether the output's name may not be that of another format.
    """

    source: str
    from_: str | None
    target: "Format"
    output: str
    imports: bool = False


def run(job: Job, options: dict[str, Any]) -> None:
    """Converts one file and says on stderr what was written, left out and changed."""
    from embtrain.cli.convert.report import Report
    from embtrain.io.outputs.distinct import check_apart
    from embtrain.io.spool import check_directory
    from embtrain.native import require
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    require("converting vectors")
    from embtrain._native import keep_freed_memory

    keep_freed_memory()
    check_directory(options["tmp_dir"])
    _check_output(job, options)
    report = Report(job.source, options["on_error"], options["quiet"])
    reading = ReadOptions(options["on_error"], report.problem, options["tmp_dir"])
    with open_source(job.source, job.from_, reading, options["member"]) as opened:
        # Imported here, because the first blocks of a text are in work by now.
        import numpy as np

        from embtrain.vectors.convert.convert import convert
        from embtrain.vectors.convert.request import check_request

        request = _request(job.target, options)
        # Whatever bits a file has are its data, and no reason for numpy to warn.
        with np.errstate(all="ignore"):
            check_request(opened.source, request)
            check_apart([job.output], opened.files_beside())
            with _open_output(job, options) as output:
                outcome = convert(opened.source, request, output)
                opened.check()
    report.outcome(outcome, request, job.output)


def _check_output(job: Job, options: dict[str, Any]) -> None:
    from embtrain.io.outputs.distinct import check_apart

    if job.target.folder:
        from embtrain.io.outputs.folder import check_output_folder

        check_output_folder(job.output, options["force"], job.target.files, _is_own(job.target))
    else:
        from embtrain.io.outputs.atomic import check_output

        check_output(job.output, options["force"], _is_lines(job))
    check_apart([job.output], [job.source, options["words"]])
    if job.imports:
        from embtrain.vectors.formats.output_names import check_own_name

        check_own_name(job.output, "import", f"embtrain convert {job.source} {job.output}")


def _open_output(job: Job, options: dict[str, Any]) -> Any:
    if job.target.folder:
        from embtrain.io.outputs.folder import open_output_folder

        return open_output_folder(job.output, options["force"], job.target.files, _is_own(job.target))
    from embtrain.io.outputs.atomic import open_output

    return open_output(job.output, options["force"], _is_lines(job), options["tmp_dir"])


def _is_own(target: "Format") -> "Callable[[str], bool] | None":
    """Tells of a folder whether it is of the format; None where only its files' names tell."""
    recognise = target.recognise
    return None if recognise is None else lambda folder: recognise(b"", folder)


def _is_lines(job: Job) -> bool:
    """Whether what is written are lines of text."""
    return job.target.text and compression_of(job.output) is None


def _request(target: "Format", options: dict[str, Any]) -> "Request":
    from embtrain.cli.notes import say
    from embtrain.vectors.convert.request import Request
    from embtrain.vectors.convert.selection import Selection
    from embtrain.vectors.convert.wanted_words import read_wanted

    words = None if options["words"] is None else read_wanted(options["words"], say)
    selection = Selection(
        options["limit"], words, options["dim"], options["unit_length"],
        options["duplicates"], options["encoding_errors"], "words" in options["drop"],
    )  # fmt: skip
    return Request(
        target, selection, options["dtype"], options["precision"] or 0, "subwords" in options["drop"],
        options["tmp_dir"],
    )  # fmt: skip
