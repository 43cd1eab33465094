"""Writing counts: where they go, the disk space that they need, and what is said about them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import gettempdir
from typing import TYPE_CHECKING

from embtrain.cli.run_options import TakenOptions
from embtrain.io.disk_space import find_shortage
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Reporter
from embtrain.processors import available_processors
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix

#: Bytes of a pair in a file of Stanford's GloVe.
STANFORD_BYTES = 16


@dataclass(frozen=True)
class CountsWriting(TakenOptions):
    """The options of `writing_options`, except those of progress."""

    output: str
    to: str
    threads: int | None
    tmp_dir: str | None
    force: bool

    @property
    def n_threads(self) -> int:
        """Threads to use."""
        return self.threads or available_processors()

    def check(self, inputs: Sequence[str | None]) -> None:
        """Checks the output before any work. Raises UsageError if it exists, or is one of the inputs."""
        from embtrain.io.spool import Spool

        check_output(self.output, self.force)
        check_apart([self.output], inputs)
        if self.tmp_dir is not None:
            Spool(self.tmp_dir).close()

    def say_room(self, pairs: int, rows_bytes: int, tmp_bytes: int, reporter: Reporter) -> None:
        """Says how much disk space may be needed, and warns if there is less.

        Args:
            pairs: pairs of words that are expected.
            rows_bytes: bytes of their encoded rows.
            tmp_bytes: bytes of temporary files.
        """
        size = rows_bytes if self.to == "embtrain" else STANFORD_BYTES * pairs
        reporter.event("disk", {"pairs": pairs, "output_bytes": size, "tmp_bytes": tmp_bytes})
        reporter.note(
            f"expecting at most {counted(pairs, 'pair')} of words: {tmp_bytes / 1e6:,.0f} MB of "
            f"temporary files, and {size / 1e6:,.0f} MB of output"
        )
        needs = [(self.tmp_dir or gettempdir(), tmp_bytes)]
        if self.output != "-" and compression_of(self.output) is None:
            needs.append((os.path.dirname(os.path.realpath(self.output)), size))
        short = find_shortage(needs)
        if short is not None:
            reporter.warn(short.warning())

    def write(self, matrix: "CountMatrix", reporter: Reporter) -> None:
        """Writes counts, and says what was written."""
        from embtrain.counts.file import write_counts
        from embtrain.counts.stanford import write_stanford

        write = write_counts if self.to == "embtrain" else write_stanford
        with open_output(self.output, self.force, False, self.tmp_dir) as file:
            n_bytes = write(matrix, file)
        reporter.end_phase()
        words = len(matrix.vocabulary)
        reporter.event("saved", {"words": words, "bytes": n_bytes})
        where = "stdout" if self.output == "-" else self.output
        reporter.note(
            f"wrote counts of {counted(words, 'word')}, {matrix.counting.describe()}, to {where} "
            f"({n_bytes / 1e6:,.1f} MB)"
        )
