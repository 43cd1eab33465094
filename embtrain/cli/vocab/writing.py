"""Shared by `vocab build` and `merge`: the output, the words to keep, memory, and the final report."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from embtrain.cli.run_options import TakenOptions
from embtrain.errors import UsageError
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.compress import compression_of, without_compression
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Reporter
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain.text.vocab.build import BuildStats, CountingProgress, VocabularyResources
    from embtrain.text.vocab.select import WordChoice

#: Endings of files that are not lines "word count".
_OTHER_ENDINGS = (
    *(".safetensors", ".bin", ".vec", ".parquet", ".npy", ".npz", ".json", ".jsonl", ".csv", ".tsv", ".kv"),
    *(".pkl", ".pickle", ".pt", ".h5", ".fifu", ".floret"),
)


@dataclass(frozen=True)
class VocabularyWriting(TakenOptions):
    """The options of `writing_options`, without those of progress."""

    output: str
    min_count: int
    max_words: int | None
    words: str | None
    stop_words: str | None
    memory: int
    tmp_dir: str | None
    force: bool

    def check(self, inputs: Sequence[str | None]) -> None:
        """Checks before any work that the output can be written.

        Raises UsageError if its name implies another format, or if it exists or is one of the inputs.
        """
        if without_compression(self.output).lower().endswith(_OTHER_ENDINGS):
            raise UsageError(
                f"{self.output}: a vocabulary is text, lines 'word count', but this name is that of another "
                "format; end it in .txt, or in .txt.gz to compress it"
            )
        check_output(self.output, self.force, self._is_lines())
        check_apart([self.output], [*inputs, self.words, self.stop_words])

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Opens the output."""
        return open_output(self.output, self.force, self._is_lines(), self.tmp_dir)

    def _is_lines(self) -> bool:
        """Whether the vocabulary is written as plain lines, not compressed."""
        return compression_of(self.output) is None

    def choice(
        self, reporter: Reporter, read: Callable[[str], frozenset[bytes]] | None = None
    ) -> "WordChoice":
        """Reads the lists and makes the choice of words.

        Args:
            reporter: gets warnings on words that are on both lists.
            read: reads the words of a list; None takes them unchanged.

        Raises:
            UsageError, DataError: a list cannot be read.
        """
        from embtrain.text.vocab.select import WordChoice, read_word_list

        words, stop_words = (
            frozenset() if path is None else (read or read_word_list)(path)
            for path in (self.words, self.stop_words)
        )
        choice = WordChoice(self.min_count, self.max_words or 0, words, stop_words)
        for remark in choice.remarks():
            reporter.warn(remark)
        return choice

    def working(self, phase: str, reporter: Reporter) -> "VocabularyResources":
        """Memory, temporary files and progress of the work."""
        from embtrain.io.inputs.meter import measure
        from embtrain.io.spool import Spool
        from embtrain.text.vocab.build import VocabularyResources

        if self.tmp_dir is not None:
            Spool(self.tmp_dir).close()  # fails early: counting may need the folder much later
        measured = measure()

        def on_progress(now: "CountingProgress") -> None:
            words = {"words": now.tokens} if now.tokens else {}
            reporter.update(phase, now.bytes, None, "bytes", {**words, "inputs": now.inputs}, measured.share)

        return VocabularyResources(self.memory, self.tmp_dir, on_progress, reporter.note)


def say_what_was_made(stats: "BuildStats", output: str, choice: "WordChoice", reporter: Reporter) -> None:
    """Reports what was read, left out and written, with counts."""
    from embtrain.text.input_notes import byte_order_marks, long_words

    reporter.end_phase()
    if stats.spills:
        reporter.note(
            f"used {stats.tmp_bytes / 1e6:,.1f} MB of temporary files, in {number_of(stats.spills, 'spill')}"
        )
    if stats.long_tokens:
        reporter.warn(long_words(stats.long_tokens))
    if stats.boms:
        reporter.note(byte_order_marks(stats.boms))
    left_out = (
        (stats.stop_words, "on the stop list"),
        (stats.rare, f"counted fewer than {number_of(choice.min_count, 'time')}"),
        (stats.crowded_out, f"beyond --max-vocab {choice.max_words:,}"),
    )
    for amount, reason in left_out:
        if amount.words:
            reporter.note(
                f"left out {number_of(amount.words, 'word')} {reason}, {number_of(amount.tokens, 'token')}"
            )
    where = "stdout" if output == "-" else output
    reporter.event("saved", {"words": stats.kept.words, "tokens": stats.kept.tokens, "inputs": stats.inputs})
    reporter.note(
        f"wrote {number_of(stats.kept.words, 'word')} ({number_of(stats.kept.tokens, 'token')}) to {where}"
    )
