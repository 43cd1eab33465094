"""`embtrain vocab build`: counts the words of text, and writes them as a vocabulary."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.corpus_options import corpus_options, counted_text_options, make_reader, text_settings
from embtrain.cli.recipe import config_file_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.train.group import is_first, joined
from embtrain.cli.train.options import TextCommand
from embtrain.cli.vocab.options import writing_options
from embtrain.cli.vocab.writing import VocabularyWriting, say_what_was_made
from embtrain.io.memory import resident_bytes
from embtrain.io.reporting.progress import Mode, Reporter

if TYPE_CHECKING:
    from embtrain.text.vocab.build import BuildStats


@click.command(cls=TextCommand)
@click.argument("corpus", type=FILE, nargs=-1)
@writing_options
@counted_text_options
@corpus_options
@config_file_option
def command(
    corpus: tuple[str, ...],
    config_file: str | None,
    format: str,
    field: str,
    on_error: str,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Count the words of text.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. Text is split at white space, unless --tokenizer says otherwise.
    Words are written as lines 'word count', most frequent first. Counts are exact, however many different
    words there are. The lists of --words and --stop-words are normalised like the text.

    \b
    Examples:
      embtrain vocab build corpus.txt -o vocab.txt
      zcat corpus.gz | embtrain vocab build - --max-vocab 50000 -o vocab.txt
      embtrain vocab build 'docs/*.jsonl.zst' --tokenizer words --lowercase -o vocab.txt
    """
    from embtrain.text.corpus import EncodeStats
    from embtrain.text.tokenizers.files import files_of
    from embtrain.text.vocab.build import build_vocabulary

    writing = VocabularyWriting.taken_from(options)
    config = text_settings(options)
    with joined() as group, Reporter(progress, quiet or not is_first()) as reporter:
        if is_first():
            writing.check([*(corpus or "-"), *files_of(config), config_file])
        # Lines and words share the memory.
        for_lines = max(0, writing.memory - resident_bytes()) // 2 if config.dedup else 0
        reader = make_reader(
            config,
            writing.tmp_dir,
            reporter.warn,
            for_lines if config.dedup else None,
            format=format,
            field=field,
            on_error=on_error,
        )
        choice = writing.choice(reporter, reader.tokenization.listed)

        def on_counted(stats: "BuildStats") -> None:
            # `found` includes the listed words, even those that do not occur.
            types = max(0, stats.found.words - len(choice.words))
            reader.report(EncodeStats(tokens=stats.found.tokens, types=types))

        how = writing.working("counting", reporter)
        how = replace(how, on_counted=on_counted, memory=writing.memory - for_lines)
        if group is None:
            with writing.open() as file:
                stats = build_vocabulary(corpus, file, choice, how, reporter.warn, reader, config.eos)
            for note in reader.notes:
                reporter.note(note)
        else:
            from embtrain.cli.vocab.together import build_together

            same = {**options, "format": format, "field": field, "on_error": on_error}
            counted = build_together(group, corpus, config, reader, choice, writing, reporter, same)
            if counted is None:
                return
            stats = counted
        say_what_was_made(stats, writing.output, choice, reporter)
