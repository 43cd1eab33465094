"""`embtrain phrases`: joins words that belong together."""

from typing import Any

import click
import msgspec

from embtrain.cli.corpus_options import corpus_options, make_reader, text_options, text_settings
from embtrain.cli.option_groups import GroupedCommand
from embtrain.cli.phrases.options import (
    LearningOptions,
    check_phrase_options,
    output_options,
    phrase_options,
    run_options,
)
from embtrain.cli.recipe import config_file_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.train.options import TextCommand
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.native import require


class _PhrasesCommand(GroupedCommand, TextCommand):
    """Command whose many options are under headings."""


@click.command(cls=_PhrasesCommand)
@click.argument("corpus", type=FILE, nargs=-1)
@output_options
@phrase_options
@text_options
@corpus_options
@run_options
@config_file_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    save: str | None,
    force: bool,
    max_sentence: int,
    tmp_dir: str | None,
    config_file: str | None,
    format: str,
    field: str,
    on_error: str,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Join words that belong together: new york becomes new_york.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. Text is read once, and written a sentence a line with a space
    between words. A pair of words is a phrase if it occurs much more often than its words' counts suggest.
    Counts are exact, so --memory and --threads do not change the result, and it is that of gensim's Phrases.

    \b
    Examples:
      embtrain phrases corpus.txt -o joined.txt
      embtrain phrases corpus.txt --connector-words en --passes 2 --save phrases.tsv -o joined.txt
      embtrain phrases new.txt --phrases phrases.tsv -o new-joined.txt
      zcat corpus.gz | embtrain phrases - -o - | embtrain train - -o vectors.safetensors
    """
    check_phrase_options(click.get_current_context())
    require("joining phrases")
    from embtrain.cli.phrases.running import Writing, apply_phrases, learn_phrases
    from embtrain.text.tokenizers.files import check_phrases, files_of

    learning = LearningOptions.taken_from(options)
    config = text_settings(options)
    check_phrases(config.phrases)
    writing = Writing(output, save, force, tmp_dir)
    writing.check([*(corpus or "-"), *files_of(config), learning.connectors_file, config_file])
    with Reporter(progress, quiet) as reporter:
        text = msgspec.structs.replace(config, phrases=None)
        reader = make_reader(text, tmp_dir, reporter.warn, format=format, field=field, on_error=on_error)
        if config.phrases is None:
            learn_phrases(corpus, reader, learning, max_sentence, writing, reporter)
        else:
            apply_phrases(corpus, reader, config.phrases, max_sentence, writing, reporter)
