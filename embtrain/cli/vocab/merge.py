"""`embtrain vocab merge`: counts of parts in, counts of the whole out."""

import click

from embtrain.cli.vocab.options import (
    check_vocabulary_name,
    is_lines,
    read_choice,
    say_what_was_made,
    working,
    writing_options,
)
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter


@click.command()
@click.argument("vocabularies", nargs=-1)
@writing_options
def command(
    vocabularies: tuple[str, ...],
    output: str,
    min_count: int,
    max_words: int | None,
    words: str | None,
    stop_words: str | None,
    memory: int,
    tmp_dir: str | None,
    force: bool,
    progress: Mode,
    quiet: bool,
) -> None:
    """Add up the counts of parts of a text.

    VOCABULARIES are files of lines 'word count', directories of them, or - for stdin. The result does not
    depend on their order, and is the same, byte for byte, as if the whole text had been counted at once, as
    long as all words were kept in the parts.

    \b
    Examples:
      embtrain vocab merge shard-*.txt -o vocab.txt
      embtrain vocab merge shards/ --min-count 5 --stop-words stop.txt -o vocab.txt
    """
    from embtrain.text.vocab.build import merge_vocabularies

    check_vocabulary_name(output)
    check_output(output, force, is_lines(output))
    check_apart([output], [*(vocabularies or "-"), words, stop_words])
    with Reporter(progress, quiet) as reporter:
        choice = read_choice(min_count, max_words, words, stop_words, reporter)
        how = working(memory, tmp_dir, "adding", reporter)
        with open_output(output, force, is_lines(output), tmp_dir) as file:
            stats = merge_vocabularies(vocabularies, file, choice, how, reporter.warn)
        say_what_was_made(stats, output, choice, reporter)
