"""Runs a search for the command line: keeps trials, tells what happens, and writes what was found."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from embtrain.cli.tune.telling import Telling
from embtrain.cli.tune.writing import recipe_of, report_of, summary
from embtrain.errors import UsageError
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.option_names import Message, option
from embtrain.training.checkpoint.request import describe_inputs
from embtrain.tuning.clock import Clock
from embtrain.tuning.folder import TuneFolder, TuneRequest, check_same, check_unchanged
from embtrain.tuning.tune import Kept, Tune


@dataclass(frozen=True)
class Outputs:
    """The files to write, and a recipe that was read.

    Attributes:
        recipe: the TOML file, "-" for stdout.
        report: the file of the tables.
        force: whether they may replace files.
        read: the file of --config.
    """

    recipe: str
    report: str | None
    force: bool
    read: str | None

    def check(self) -> None:
        """Raises UsageError if one cannot be written."""
        for path in (self.recipe, self.report):
            if path is not None:
                check_output(path, self.force, lines=True)


def run_tune(
    request: TuneRequest,
    given: frozenset[str],
    outputs: Outputs,
    folders: tuple[str | None, str | None],
    tmp_dir: str | None,
    shown: tuple[Mode, bool],
) -> None:
    """Searches and writes the recipe.

    Args:
        request: what the command line asks for.
        given: fields of the request and options that it gives.
        folders: of --checkpoint and of --resume.
        shown: --progress and --quiet.
    """
    outputs.check()
    checkpoint, resume = folders
    folder = TuneFolder(resume or checkpoint or "") if resume or checkpoint else None
    if folder is not None and resume:
        request = _resumed(folder, request, given)
    with Reporter(*shown) as reporter:
        telling = Telling(reporter, request.budget)
        tune = Tune(request, tmp_dir, telling.listeners())
        check_apart([outputs.recipe, outputs.report, checkpoint], [*tune.paths, outputs.read], "report")
        if checkpoint and "-" in tune.paths:
            raise UsageError(
                f"{option('checkpoint')}: stdin cannot be read again to go on; save it in a file first"
            )
        with _kept(folder, request, outputs.force, bool(resume), telling) as kept:
            clock = Clock(request.budget, kept.entries[0].spent if kept.entries else None)
            found = tune.run(clock, kept)
        tables = report_of(found)
        summary(found, tables, reporter)
        text = recipe_of(found, request, tables)
        if outputs.report is not None:
            with open_output(outputs.report, outputs.force, lines=True) as file:
                file.write(tables.text(outputs.report.endswith(".tsv")).encode())
        with open_output(outputs.recipe, outputs.force, lines=True) as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        reporter.note(f"wrote {outputs.recipe}, after {clock.spent:,.0f} of {request.budget:,.0f} s")


def _resumed(folder: TuneFolder, request: TuneRequest, given: frozenset[str]) -> TuneRequest:
    """The request of a search that goes on. Raises UsageError if the command line asks for another."""
    import msgspec

    before = folder.read_request()
    check_same(before, request, given, folder.path)
    check_unchanged(before.inputs, describe_inputs([one.name for one in before.inputs]))
    return msgspec.structs.replace(before, budget=request.budget) if "budget" in given else before


@contextmanager
def _kept(
    folder: TuneFolder | None, request: TuneRequest, force: bool, resumes: bool, telling: Telling
) -> Iterator[Kept]:
    """What is kept of the search, whose folder is locked during the block."""
    if folder is None:
        yield Kept([], lambda _: None)
        return
    with folder.resumed() if resumes else folder.begun(request, force):
        entries, was_cut = folder.entries()
        if was_cut:
            telling.warn(
                f"{folder.path}: the last trial was being written when the search ended; it is repeated"
            )
        if resumes:
            telling.resumed(len(entries))
        try:
            yield Kept(entries, folder.keep)
        except BaseException as error:
            error.add_note(Message(f"embtrain tune --resume {shlex.quote(folder.path)}"))
            raise
