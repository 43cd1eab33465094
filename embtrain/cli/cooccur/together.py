"""`cooccur build` in a group of processes: each counts its share, and the first one adds up and writes."""

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from embtrain.cli.cooccur.writing import CountsWriting
from embtrain.io.reporting.progress import Reporter

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix
    from embtrain.training.group.group import Group


def add_up_together(
    group: "Group", matrix: "CountMatrix", writing: CountsWriting, reporter: Reporter
) -> None:
    """Adds up the counts of all shares, and writes what one process writes.

    Args:
        matrix: the counts of this process's share, of the words of all.
    """
    from embtrain.cli.cooccur.merge import add_up
    from embtrain.counts.file import write_counts
    from embtrain.io.temporary_files import open_temporary
    from embtrain.training.group.parts import collected

    with open_temporary(writing.tmp_dir) as own:
        write_counts(matrix, own)
        with collected(group, own, writing.tmp_dir) as files, ExitStack() as stack:
            if files:
                total = add_up(files, None, writing, reporter, stack)
                with closing(total):
                    writing.write(total, reporter)
