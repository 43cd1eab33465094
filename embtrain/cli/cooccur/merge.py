"""`embtrain cooccur merge`: adds up the counts of parts of a text."""

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.cooccur.options import stanford_options, writing_options
from embtrain.cli.cooccur.stanford import stanford_of
from embtrain.cli.cooccur.writing import CountsWriting
from embtrain.cli.shell.completed import FILE
from embtrain.io.inputs.paths import expand_inputs
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.native import require

if TYPE_CHECKING:
    from embtrain.counts.matrix import CountMatrix
    from embtrain.counts.parts import CountsPart
    from embtrain.counts.stanford import Stanford
    from embtrain.io.spool import Spool

#: More files than this are opened again for each read, so that the system's limit does not matter.
_MOST_OPEN = 100


@click.command()
@click.argument("counts", type=FILE, nargs=-1)
@stanford_options
@writing_options
def command(
    counts: tuple[str, ...],
    vocab: str | None,
    window: int | None,
    symmetric: bool,
    distance_weighting: bool,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Add up the counts of parts of a text.

    COUNTS are files from 'embtrain cooccur build', directories of them, or - for stdin, all counted with the
    same vocabulary and options. The result does not depend on their order, and is the same, byte for byte, as
    if the whole text had been counted at once.

    With --vocab, they may also be files of Stanford's GloVe, which do not hold their words.

    \b
    Examples:
      embtrain cooccur merge shard-*.cooc -o counts.cooc
      embtrain cooccur merge cooccurrence.bin --vocab vocab.txt --window 15 -o counts.cooc
    """
    require("adding up counts")
    writing = CountsWriting.taken_from(options)
    writing.check([*(counts or "-"), vocab])
    stanford = stanford_of(vocab, window, symmetric, distance_weighting)
    with Reporter(progress, quiet) as reporter, ExitStack() as stack:
        sources = expand_inputs(counts, reporter.warn)
        total = add_up(sources, stanford, writing, reporter, stack)
        with closing(total):
            writing.write(total, reporter)


def add_up(
    sources: list[str],
    stanford: "Stanford | None",
    writing: CountsWriting,
    reporter: Reporter,
    stack: ExitStack,
) -> "CountMatrix":
    """Adds up files of counts, which `stack` closes."""
    from embtrain.counts.merge import merge_counts
    from embtrain.counts.opening import open_shard
    from embtrain.counts.parts import Shard
    from embtrain.io.spool import Spool

    spools: list[Spool] = []

    def spool() -> "Spool":
        if not spools:
            spools.append(stack.enter_context(Spool(writing.tmp_dir)))
        return spools[0]

    def opened(source: str) -> Shard:
        shard = open_shard(source, spool, stanford, keep_open=len(sources) <= _MOST_OPEN)
        stack.callback(shard.part.store.close)
        return shard

    def on_opened(parts: "list[CountsPart]") -> None:
        reporter.note(f"adding up {len(parts):,} counts, {sum(part.n_bytes for part in parts) / 1e6:,.1f} MB")

    def on_rows(done: int, n_rows: int) -> None:
        reporter.update("merging", done, n_rows, "words", {})

    total = merge_counts(map(opened, sources), writing.n_threads, writing.tmp_dir, on_opened, on_rows)
    reporter.end_phase()
    return total
