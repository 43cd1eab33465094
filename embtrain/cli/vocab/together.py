"""`vocab build` in a group of processes: each counts its share, and the first one adds up and writes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from embtrain.cli.vocab.writing import VocabularyWriting
from embtrain.io.reporting.progress import Reporter

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.text.reading import TextReader
    from embtrain.text.vocab.build import BuildStats
    from embtrain.text.vocab.select import WordChoice
    from embtrain.training.group.group import Group


def build_together(
    group: "Group",
    corpus: tuple[str, ...],
    config: "TrainConfig",
    reader: "TextReader",
    choice: "WordChoice",
    writing: VocabularyWriting,
    reporter: Reporter,
    options: dict[str, Any],
) -> "BuildStats | None":
    """Builds the vocabulary of all shares, the same as one process builds.

    Args:
        options: those in which the processes may not differ.

    Returns:
        What was counted; None in all processes but the first.

    Raises:
        UsageError: the processes differ, or the text cannot be divided.
        Others, as `embtrain.text.vocab.build.build_vocabulary` and `merge_vocabularies`.
    """
    from embtrain.io.inputs import meter
    from embtrain.io.inputs.paths import expand_inputs
    from embtrain.io.temporary_files import open_temporary
    from embtrain.text.corpus import EncodeStats
    from embtrain.text.vocab.build import count_texts, merge_vocabularies, with_eos
    from embtrain.text.vocab.select import WordChoice
    from embtrain.training.group.parts import check_alike, collected, share_of

    check_alike(group, config, corpus or ("-",), options)
    share = share_of(group, config)
    inputs = share.inputs(expand_inputs(corpus, reporter.warn))
    meter.expect(inputs)
    counting = writing.working("counting", reporter)
    with open_temporary(writing.tmp_dir) as own:
        texts = ((source, reader(source)) for source in inputs)
        stats = count_texts(texts, own, WordChoice(), counting, config.eos)
        reader.report(EncodeStats(tokens=stats.found.tokens, types=stats.found.words))
        left_out = group.sum([stats.long_tokens, stats.boms])
        for note in share.notes(reader.notes):
            reporter.note(note)
        with collected(group, own, writing.tmp_dir) as files:
            if not files:
                return None
            adding = writing.working("adding", reporter)
            with writing.open() as file:
                kept = with_eos(choice) if config.eos else choice
                total = merge_vocabularies(files, file, kept, adding, reporter.warn)
    return replace(total, inputs=len(files), long_tokens=left_out[0], boms=left_out[1])
