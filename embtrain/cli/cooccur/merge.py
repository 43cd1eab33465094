"""`embtrain cooccur merge`: adds up the counts of parts of a text."""

import click

from embtrain.cli.cooccur.options import opened_counts, write_matrix, writing_options
from embtrain.errors import UsageError
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.native import require
from embtrain.processors import available_processors


@click.command()
@click.argument("counts", nargs=-1, required=True)
@writing_options
def command(
    counts: tuple[str, ...],
    output: str,
    to: str,
    threads: int | None,
    tmp_dir: str | None,
    force: bool,
    progress: Mode,
    quiet: bool,
) -> None:
    """Add up counts of parts of a text.

    COUNTS are files from 'embtrain cooccur build', all counted with the same vocabulary and the same window,
    or - for stdin. The sum does not depend on their order, and is the same, byte for byte, as if the whole
    text had been counted at once.

    \b
    Examples:
      embtrain cooccur merge shard-*.cooc -o counts.cooc
    """
    from embtrain.counts.merge import merge_counts
    from embtrain.io.inputs.open import display_name

    require("adding up counts")
    if counts.count("-") > 1:
        raise UsageError("stdin (-) is given twice, but it can be read only once")
    check_output(output, force)
    check_apart([output], counts)
    with Reporter(progress, quiet) as reporter, opened_counts(counts, tmp_dir) as parts:
        names = [display_name(source) for source in counts]
        total = merge_counts(parts, names, threads or available_processors(), tmp_dir)
        try:
            write_matrix(total, output, to, force, tmp_dir, reporter)
        finally:
            total.close()
