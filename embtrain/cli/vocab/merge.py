"""`embtrain vocab merge`: adds up the counts of parts of a text."""

from typing import Any

import click

from embtrain.cli.shell.completed import FILE
from embtrain.cli.vocab.options import writing_options
from embtrain.cli.vocab.writing import VocabularyWriting, say_what_was_made
from embtrain.io.reporting.progress import Mode, Reporter


@click.command()
@click.argument("vocabularies", type=FILE, nargs=-1)
@writing_options
def command(vocabularies: tuple[str, ...], progress: Mode, quiet: bool, **options: Any) -> None:
    """Add up the counts of parts of a text.

    VOCABULARIES are files of lines 'word count', directories of them, or - for stdin. The result does not
    depend on their order, and is the same, byte for byte, as if the whole text had been counted at once,
    provided that the parts keep all words.

    \b
    Examples:
      embtrain vocab merge shard-*.txt -o vocab.txt
      embtrain vocab merge shards/ --min-count 5 --stop-words stop.txt -o vocab.txt
    """
    from embtrain.text.vocab.build import merge_vocabularies

    writing = VocabularyWriting(**options)
    writing.check(vocabularies or "-")
    with Reporter(progress, quiet) as reporter:
        choice = writing.choice(reporter)
        how = writing.working("adding", reporter)
        with writing.open() as file:
            stats = merge_vocabularies(vocabularies, file, choice, how, reporter.warn)
        say_what_was_made(stats, writing.output, choice, reporter)
