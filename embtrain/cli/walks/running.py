"""What `embtrain walks` does with its options: it reads edges, walks, and reports."""

from embtrain.graph.reading import EdgeFormat, EdgeStats, NamedEdges, read_edges
from embtrain.graph.walks import WalkSettings, WalkStats, WalkWriter
from embtrain.io.inputs.meter import measure
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Reporter
from embtrain.option_names import option
from embtrain.wording import counted


def write_walks(
    source: str,
    how: EdgeFormat,
    settings: WalkSettings,
    output: str,
    force: bool,
    threads: int,
    reporter: Reporter,
) -> None:
    """Reads edges and writes walks. Raises UsageError, DataError, ResourceError."""
    lines = compression_of(output) is None
    check_output(output, force, lines)
    check_apart([output], [source])
    measured = measure()
    measured.expect([source])

    def on_read(stats: EdgeStats) -> None:
        reporter.update("reading", stats.edges, None, "edges", {}, measured.share)

    named = read_edges(source, how, settings.directed, on_read)
    reporter.end_phase()
    _say_what_was_read(named, how, reporter)
    writer = WalkWriter(named, settings, threads)
    _say_what_the_graph_is(writer, named, settings, reporter)

    def on_progress(stats: WalkStats) -> None:
        reporter.update("walking", stats.walks, writer.total, "walks", {"nodes": stats.nodes})

    with open_output(output, force, lines) as file:
        writer.write(file, on_progress)
    reporter.end_phase()
    _say_what_was_written(writer.stats, output, reporter)


def _say_what_was_read(named: NamedEdges, how: EdgeFormat, reporter: Reporter) -> None:
    stats = named.stats
    if stats.comments:
        reporter.note(f"left out {counted(stats.comments, 'comment line')}, which begin with #")
    if stats.empty:
        reporter.note(f"left out {counted(stats.empty, 'empty line')}")
    if stats.marks:
        reporter.note(f"left out {counted(stats.marks, 'byte order mark')}")
    if how.weighted is False and stats.columns == 3:
        reporter.note(f"left out the third column ({option('unweighted', True)})")


def _say_what_the_graph_is(
    writer: WalkWriter, named: NamedEdges, settings: WalkSettings, reporter: Reporter
) -> None:
    counts = writer.counts
    ways = "directed" if settings.directed else "undirected"
    weights = "with weights" if named.weighted else "without weights"
    reporter.note(
        f"read {counted(named.n_nodes, 'node')} and {counted(counts.edges, f'{ways} edge')} {weights}"
    )
    if counts.parallel:
        done = "their weights are added" if named.weighted else "each edge counts once"
        reporter.note(
            f"merged {counted(counts.parallel, 'line')} with an edge that was there already: {done}"
        )
    if counts.loops:
        reporter.note(f"kept {counted(counts.loops, 'edge')} from a node to itself")
    if counts.dead_ends:
        reporter.note(f"no edge leaves {counted(counts.dead_ends, 'node')}: walks end there")


def _say_what_was_written(stats: WalkStats, output: str, reporter: Reporter) -> None:
    early = f", {stats.early:,} of which ended early" if stats.early else ""
    where = "stdout" if output == "-" else output
    reporter.event("saved", {"walks": stats.walks, "nodes": stats.nodes, "early": stats.early})
    reporter.note(
        f"wrote {counted(stats.walks, 'walk')} of {counted(stats.nodes, 'node')} in all to {where}{early}"
    )
