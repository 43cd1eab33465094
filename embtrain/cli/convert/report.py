"""Reports on stderr what a conversion wrote, and what it left out or changed, with counts."""

from typing import TYPE_CHECKING

from embtrain.cli.notes import say, warn
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.convert.request import ConversionRequest, ConversionResult
    from embtrain.vectors.formats.base import Problem

_DUPLICATES = {
    "first": "the first row of each word was kept",
    "last": "the values of each word's last row were kept, in the place of its first",
    "mean": "each word has the mean of its rows, in the place of its first",
}
_ENCODING = {"replace": "repaired with U+FFFD", "skip": "left out"}


class Report:
    """Collects the problems of a file while it is read, and reports them at the end.

    Args:
        name: name of the file.
        on_error: what the reader does about invalid rows.
        quiet: report only what was left out or changed.
    """

    def __init__(self, name: str, on_error: str, quiet: bool) -> None:
        self.name = "standard input" if name == "-" else name
        self._on_error = on_error
        self._quiet = quiet
        self._headers: list[str] = []
        self._wrong: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def problem(self, problem: "Problem") -> None:
        """Records a problem."""
        if problem.kind == "header":
            self._headers.append(f"{problem.where}: {problem.message}")
            return
        self._wrong[problem.kind] = self._wrong.get(problem.kind, 0) + 1
        self._first.setdefault(problem.kind, f"{problem.where}: {problem.message}")

    def outcome(self, outcome: "ConversionResult", request: "ConversionRequest", output: str) -> None:
        """Reports the outcome of a conversion."""
        for header in self._headers:
            warn(f"{self.name}: {header}; the rows are complete and are used")
        place = "stdout" if output == "-" else output
        if not self._quiet:
            say(
                f"wrote {counted(outcome.n_words, 'word')} x {outcome.dim} as {request.target.name}, "
                f"{counted(outcome.n_bytes, 'byte')}, to {place}"
            )
            if outcome.left_out:
                say(
                    f"left out what the format {request.target.name} cannot hold: "
                    f"{', '.join(outcome.left_out)}"
                )
        self._say_wrong()
        self._say_counts(outcome, request)

    def _say_wrong(self) -> None:
        for kind, count in self._wrong.items():
            repaired = self._on_error == "replace" and kind == "number"
            what = "repaired, with 0 for what is not a number" if repaired else "left out"
            if self._on_error == "replace" and kind == "no-newline":
                what = "kept as it is"
            rows = counted(count, "row was", "rows were")
            warn(f"{self.name}: {rows} {what} ({kind}), the first at {self._first[kind]}")

    def _say_counts(self, outcome: "ConversionResult", request: "ConversionRequest") -> None:
        counts, selection, target = outcome.counts, request.selection, request.target.name
        if counts.duplicates:
            warn(f"duplicate rows: {counts.duplicates}; {_DUPLICATES[selection.duplicates]}")
        if counts.not_utf8 and selection.encoding_errors != "keep":
            warn(
                f"words that are not UTF-8 and were {_ENCODING[selection.encoding_errors]}: {counts.not_utf8}"
            )
        if counts.unwritable:
            warn(f"words that {target} cannot hold and that were left out: {counts.unwritable}")
        for remark in outcome.remarks:
            warn(remark)
        if counts.without_length:
            warn(f"rows that are zero or not finite and keep their length: {counts.without_length}")
        if selection.words is not None and not self._quiet:
            say(f"rows of other words that were skipped: {counts.unwanted}")
        if outcome.n_missing:
            first = outcome.first_missing
            warn(f"wanted words that the file lacks: {outcome.n_missing}, the first {first!r}")
        if outcome.n_spooled and not self._quiet:
            say(
                f"{counted(outcome.n_spooled, 'byte of vectors was', 'bytes of vectors were')} held in a "
                "temporary file"
            )
