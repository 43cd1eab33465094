"""`embtrain cooccur`: counts co-occurrences once, for many trainings."""

import click

from embtrain.cli.cooccur import build, merge, show

EPILOG = """\b
Examples:
  embtrain cooccur build corpus.txt --window 10 -o counts.cooc
  embtrain cooccur merge shard-*.cooc -o counts.cooc
  embtrain cooccur show counts.cooc king
"""


@click.group(epilog=EPILOG)
def command() -> None:
    """Count which words occur near each other, add up such counts, and look at them."""


command.add_command(build.command, "build")
command.add_command(merge.command, "merge")
command.add_command(show.command, "show")
