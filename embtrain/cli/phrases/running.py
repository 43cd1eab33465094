"""What `embtrain phrases` does with its options: it finds phrases or reads them, joins them, and reports."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from typing import BinaryIO

from embtrain.cli.phrases.options import LearningOptions
from embtrain.io.inputs.meter import measure
from embtrain.io.inputs.paths import expand_inputs
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Reporter
from embtrain.text.corpus import EncodeStats
from embtrain.text.encode import encode_corpus
from embtrain.text.input_notes import byte_order_marks, long_words, split_lines, what_was_read
from embtrain.text.phrases.applying import PhraseApplier
from embtrain.text.phrases.file import read_phrases, write_phrases
from embtrain.text.phrases.learning import PassCounts, PhraseLearner, PhraseResources
from embtrain.text.reading import TextReader
from embtrain.wording import counted


@dataclass(frozen=True)
class Writing:
    """What is written: text with phrases joined, phrases, or both."""

    output: str | None
    save: str | None
    force: bool
    tmp_dir: str | None

    def check(self, inputs: Sequence[str | None]) -> None:
        """Checks before any work that the outputs can be written. Raises UsageError."""
        for path in (self.output, self.save):
            if path is not None:
                check_output(path, self.force, compression_of(path) is None)
        check_apart([self.output, self.save], inputs, "file of phrases")

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Opens an output."""
        return open_output(path, self.force, compression_of(path) is None, self.tmp_dir)


def learn_phrases(
    corpus: tuple[str, ...],
    reader: TextReader,
    options: LearningOptions,
    max_sentence: int,
    writing: Writing,
    reporter: Reporter,
) -> None:
    """Finds the phrases of a text, and writes what was asked for."""
    settings = options.settings(reader.tokenization)
    measured = measure()

    def on_read(stats: EncodeStats) -> None:
        reporter.update("reading", stats.tokens, None, "words", {"types": stats.types}, measured.share)

    def on_progress(phase: str, done: int, total: int) -> None:
        reporter.update(phase, done, total, "words", {})

    def on_counted(counts: PassCounts) -> None:
        reporter.end_phase()
        reporter.note(_what_was_counted(counts))

    working = PhraseResources(options.memory, options.n_threads, writing.tmp_dir, on_progress, on_counted)
    with (
        encode_corpus(
            corpus, min_count=1, max_sentence=max_sentence, tmp_dir=writing.tmp_dir, on_progress=on_read,
            warn=reporter.warn, reader=reader,
        ) as encoded,
        closing(PhraseLearner(encoded, settings, working)) as learner,
    ):  # fmt: skip
        reporter.end_phase()
        _say_what_was_read(encoded.stats, reader, max_sentence, reporter)
        phrases = learner.learn()
        with ExitStack() as outputs:
            # Both appear, or neither: they belong together.
            if writing.save is not None:
                write_phrases(phrases, outputs.enter_context(writing.open(writing.save)))
            if writing.output is not None:
                learner.write(outputs.enter_context(writing.open(writing.output)))
    reporter.end_phase()
    said = [f"{counted(len(phrases), 'phrase')} to {_name(writing.save)}"] if writing.save else []
    said += [f"text with {counted(len(phrases), 'phrase')} joined to {_name(writing.output)}"] * bool(
        writing.output
    )
    reporter.event("saved", {"phrases": len(phrases), "words": encoded.stats.tokens})
    reporter.note(f"wrote {' and '.join(said)}")


def apply_phrases(
    corpus: tuple[str, ...],
    reader: TextReader,
    source: str,
    max_sentence: int,
    writing: Writing,
    reporter: Reporter,
) -> None:
    """Joins the phrases of a file in a text."""
    assert writing.output is not None
    phrases = read_phrases(source, reader.tokenization.encoding)
    inputs, measured = expand_inputs(corpus, reporter.warn), measure()
    measured.expect(inputs)

    def on_progress(stats: EncodeStats) -> None:
        reporter.update("joining", stats.tokens, None, "words", {}, measured.share)

    applier = PhraseApplier(phrases, max_sentence, on_progress)
    with writing.open(writing.output) as file:
        for name in inputs:
            for part in applier.join(reader(name)):
                file.write(part.data)
        reader.report()
    reporter.end_phase()
    stats = applier.stats
    _say_what_was_read(stats, reader, max_sentence, reporter)
    reporter.event("saved", {"phrases": len(phrases), "words": stats.tokens})
    reporter.note(
        f"wrote text with {counted(len(phrases), 'known phrase')} joined to {_name(writing.output)}"
    )


def _name(path: str | None) -> str:
    return "stdout" if path == "-" else str(path)


def _what_was_counted(counts: PassCounts) -> str:
    turns = f", in {counted(counts.readings, 'turn')}" if counts.readings > 1 else ""
    return (
        f"pass {counts.number}: {counted(counts.phrases, 'phrase')} among "
        f"{counted(counts.text.entries, 'different word and pair', 'different words and pairs')}{turns}"
    )


def _say_what_was_read(stats: EncodeStats, reader: TextReader, max_sentence: int, reporter: Reporter) -> None:
    for note in reader.notes:
        reporter.note(note)
    reporter.note(what_was_read(stats.tokens, stats.sentences, spool_bytes=stats.spool_bytes))
    empty = stats.lines - (stats.sentences - stats.splits)
    if empty > 0:
        reporter.note(f"left out {counted(empty, 'line')} without words")
    if stats.splits:
        reporter.note(split_lines(stats.splits, max_sentence, "; phrases do not cross a cut"))
    if stats.boms:
        reporter.note(byte_order_marks(stats.boms))
    if stats.long_tokens:
        reporter.warn(long_words(stats.long_tokens))
