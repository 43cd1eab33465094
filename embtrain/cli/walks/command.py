"""`embtrain walks`: random walks on a graph, as text to train vectors of its nodes from."""

from typing import Any

import click

from embtrain.cli.option_groups import GroupedCommand
from embtrain.cli.shell.completed import FILE
from embtrain.cli.train.options import AliasCommand
from embtrain.cli.walks.options import ALIASES, ANSWERS, graph_options, run_options, walk_options
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.option_aliases import squeeze


class _WalksCommand(GroupedCommand, AliasCommand):
    """Command that understands the option names of node2vec and pecanpy."""

    def known_names(self) -> dict[str, str]:
        return ALIASES | super().known_names()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As `AliasCommand`, which knows nothing of graphs. Raises click.UsageError."""
        end = args.index("--") if "--" in args else len(args)
        for argument in args[:end]:
            name = argument.partition("=")[0]
            said = ANSWERS.get(squeeze(name)) if name.startswith("-") else None
            if said is not None and not ctx.resilient_parsing:
                raise click.UsageError(f"{name} is no option of walks; {said}", ctx)
        return super().parse_args(ctx, args)


@click.command(cls=_WalksCommand)
@click.argument("edges", type=FILE)
@graph_options
@walk_options
@run_options
def command(
    edges: str, output: str, force: bool, threads: int | None, progress: Mode, quiet: bool, **options: Any
) -> None:
    """Walk at random on a graph, to train vectors of its nodes.

    EDGES is a list of edges (gz, bz2, xz and zst are recognised), a remote address, or - for stdin. Each line
    has two columns, source and target, or three, with a weight; tabs or spaces separate them. Lines that
    begin with # are left out. A name is any text without white space. Walks are those of node2vec, a walk a
    line, and the same for any number of --threads.

    \b
    Examples:
      embtrain walks edges.tsv | embtrain train - -o nodes.safetensors
      embtrain walks edges.csv.gz --delimiter , --directed -p 0.5 -q 2 -o walks.txt
    """
    from embtrain.cli.walks.running import write_walks
    from embtrain.graph.reading import EdgeFormat
    from embtrain.graph.walks import WalkSettings
    from embtrain.processors import available_processors

    how = EdgeFormat(options["delimiter"], options["weighted"])
    settings = WalkSettings(
        options["num_walks"], options["walk_length"], options["p"], options["q"], options["directed"],
        options["seed"],
    )  # fmt: skip
    with Reporter(progress, quiet) as reporter:
        write_walks(edges, how, settings, output, force, threads or available_processors(), reporter)
