"""`embtrain vocab build`: text in, words and counts out."""

import click

from embtrain.cli.vocab_options import read_choice, say_what_was_made, working, writing_options
from embtrain.io.atomic import check_output, open_output
from embtrain.io.progress import Mode, Reporter


@click.command()
@click.argument("corpus", nargs=-1)
@writing_options
def command(
    corpus: tuple[str, ...],
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
    """Count the words of text.

    CORPUS are text files (gz, bz2, xz and zst are recognised), directories, or - for stdin; words are what
    white space separates. They are written as lines 'word count', most frequent first. Counts are exact,
    however many different words there are.

    \b
    Examples:
      embtrain vocab build corpus.txt -o vocab.txt
      zcat corpus.gz | embtrain vocab build - --max-vocab 50000 -o vocab.txt
    """
    from embtrain.text.vocab.build import build_vocabulary

    check_output(output, force)
    with Reporter(progress, quiet) as reporter:
        choice = read_choice(min_count, max_words, words, stop_words, reporter)
        how = working(memory, tmp_dir, "counting", reporter)
        with open_output(output, force) as file:
            stats = build_vocabulary(corpus, file, choice, how, reporter.warn)
        say_what_was_made(stats, output, choice, reporter)
