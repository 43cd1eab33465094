"""`embtrain vocab`: builds, merges and shows vocabularies, files that are counted once and used often."""

import click

from embtrain.cli.vocab import build as vocab_build
from embtrain.cli.vocab import merge as vocab_merge
from embtrain.cli.vocab import show as vocab_show

EPILOG = """\b
Examples:
  embtrain vocab build corpus.txt -o vocab.txt
  embtrain vocab merge shard-*.txt -o vocab.txt
  embtrain vocab show vocab.txt
  embtrain train corpus.txt --vocab vocab.txt -o vectors.safetensors
"""


@click.group(epilog=EPILOG)
def command() -> None:
    """Count words, add up counts, and see what they cover."""


command.add_command(vocab_build.command, "build")
command.add_command(vocab_merge.command, "merge")
command.add_command(vocab_show.command, "show")
