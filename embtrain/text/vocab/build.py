"""Builds vocabulary files from text, and merges the vocabularies of parts of a text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from embtrain.errors import DataError
from embtrain.io.documents.text_input import open_text
from embtrain.io.inputs import meter
from embtrain.io.inputs.open import display_name
from embtrain.io.inputs.paths import Warn, expand_inputs, log_warning
from embtrain.option_names import option
from embtrain.text.encode import pieces_of
from embtrain.text.input_notes import no_words
from embtrain.text.known_words import EOS
from embtrain.text.pieces import Piece
from embtrain.text.tokenizers.frames import BOM
from embtrain.text.vocab.count_lines import line_blocks
from embtrain.text.vocab.counter import Note, SpillingCounter, table_bytes
from embtrain.text.vocab.select import WordChoice
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain._native import Selection


@dataclass(frozen=True)
class Amount:
    """A number of different words, and the number of their tokens."""

    words: int
    tokens: int


@dataclass(frozen=True)
class BuildStats:
    """What was counted: every word is counted either as kept or under the reason it was left out for.

    Attributes:
        inputs: inputs read.
        bytes: bytes of text or of lines, decompressed.
        long_tokens: words of text left out because they are longer than 65,536 bytes.
        boms: byte order marks left out at the start of a text.
        kept: words written.
        rare: left out because they are below the minimum count.
        crowded_out: left out because the maximum size was reached.
        stop_words: left out by the stop list.
        spills: how often the table of words was emptied to disk.
        tmp_bytes: bytes written to temporary files.
    """

    inputs: int
    bytes: int
    long_tokens: int
    boms: int
    kept: Amount
    rare: Amount
    crowded_out: Amount
    stop_words: Amount
    spills: int
    tmp_bytes: int

    @property
    def found(self) -> Amount:
        """Everything that was counted, kept or not."""
        parts = (self.kept, self.rare, self.crowded_out, self.stop_words)
        return Amount(sum(part.words for part in parts), sum(part.tokens for part in parts))


@dataclass(frozen=True)
class CountingProgress:
    """Progress of reading: inputs begun, bytes, and tokens of text (0 for vocabularies)."""

    inputs: int
    bytes: int
    tokens: int


@dataclass(frozen=True)
class VocabularyResources:
    """Resources and callbacks for building a vocabulary.

    Attributes:
        memory: limit on the memory of the process, in bytes.
        tmp_dir: holds temporary files; None is the system's choice.
        on_progress: called after each piece read.
        note: receives a message when words have to go to disk.
        on_counted: called once, when everything is counted, even if no word is left.
        limit: bytes for the table of words, instead of what `memory` leaves for it.
    """

    memory: int = 1 << 30
    tmp_dir: str | None = None
    on_progress: Callable[[CountingProgress], None] | None = None
    note: Note | None = None
    on_counted: Callable[[BuildStats], None] | None = None
    limit: int | None = None


def build_vocabulary(
    sources: Sequence[str],
    file: BinaryIO,
    choice: WordChoice | None = None,
    working: VocabularyResources | None = None,
    warn: Warn = log_warning,
    read: Callable[[str], Iterable[Piece]] | None = None,
    eos: bool = False,
) -> BuildStats:
    """Counts the words of text and writes them as lines "word count".

    Words are separated as in `embtrain.text.encode`. Counts are exact whatever the number of words; memory
    stays under `working.memory`.

    Args:
        sources: paths, directories, "-" for stdin, remote addresses; none means stdin.
        file: receives the vocabulary, highest count first, equal counts in byte order.
        choice: which words to keep; all of them by default.
        warn: receives a warning about files skipped in directories.
        read: maps an input to its text (`embtrain.text.reading`); None takes the input unchanged.
        eos: whether to count the word </s> at the end of each sentence, and to keep it whatever its count.

    Raises:
        UsageError: an input cannot be opened, or there is too little memory.
        DataError: compressed data is damaged, or no word is left.
        ResourceError: the disk is full.
    """
    expanded = expand_inputs(sources, warn)
    meter.expect(expanded)
    inputs = ((source, (read or pieces_of)(source)) for source in expanded)
    return count_texts(inputs, file, choice, working, eos)


def with_eos(choice: WordChoice) -> WordChoice:
    """The choice that also keeps the word at the end of sentences, unless it is a stop word."""
    return choice if EOS in choice.stop_words else replace(choice, words=choice.words | {EOS})


def count_texts(
    inputs: Iterable[tuple[str, Iterable[Piece]]],
    file: BinaryIO,
    choice: WordChoice | None = None,
    working: VocabularyResources | None = None,
    eos: bool = False,
) -> BuildStats:
    """Like `build_vocabulary`, for text that is in memory or generated.

    Args:
        inputs: names and bytes of the inputs; they may be cut anywhere.
    """
    choice = choice or WordChoice()
    if eos:
        choice = with_eos(choice)
    return _write(lambda counter: _read_texts(counter, inputs), file, choice, working, eos)


def merge_vocabularies(
    sources: Sequence[str],
    file: BinaryIO,
    choice: WordChoice | None = None,
    working: VocabularyResources | None = None,
    warn: Warn = log_warning,
) -> BuildStats:
    """Adds up vocabularies in any order. Gives the same bytes as `build_vocabulary` of all their text.

    Args, Raises:
        as `build_vocabulary`; DataError also for a line that is not "word count".
    """
    expanded = expand_inputs(sources, warn)
    meter.expect(expanded)
    return _write(lambda counter: _read_vocabularies(counter, expanded), file, choice, working)


def _read_texts(
    counter: SpillingCounter, inputs: Iterable[tuple[str, Iterable[Piece]]]
) -> Iterator[CountingProgress]:
    for number, (_, pieces) in enumerate(inputs, 1):
        for piece in pieces:
            counter.feed(piece)
            now = counter.counters()
            yield CountingProgress(number, now["bytes"], now["tokens"])
        counter.end_input()
        now = counter.counters()
        yield CountingProgress(number, now["bytes"], now["tokens"])


def _read_vocabularies(counter: SpillingCounter, sources: Sequence[str]) -> Iterator[CountingProgress]:
    size = 0
    for number, source in enumerate(sources, 1):
        name = display_name(source)
        with open_text(source) as stream:
            for first, block in line_blocks(stream, name):
                counter.add_lines(block, first, name)
                size += len(block)
                yield CountingProgress(number, size, 0)
        yield CountingProgress(number, size, 0)


def _write(
    read: Callable[[SpillingCounter], Iterator[CountingProgress]],
    file: BinaryIO,
    choice: WordChoice | None,
    working: VocabularyResources | None,
    eos: bool = False,
) -> BuildStats:
    """Counts what `read` adds to the counter, and writes the words that are chosen."""
    choice, working = choice or WordChoice(), working or VocabularyResources()
    selection = choice.selection()
    limit = table_bytes(working.memory) if working.limit is None else working.limit
    with SpillingCounter(limit, working.tmp_dir, working.note, eos) as counter:
        counter.add_lines(choice.listed_lines(), 1, "the words to keep")
        reading = CountingProgress(0, 0, 0)
        for reading in read(counter):
            if working.on_progress is not None:
                working.on_progress(reading)
        text = counter.counters()
        started = False
        for block in counter.sorted_blocks():
            kept = selection.filter(block)
            if not started and kept[: len(BOM)].tobytes() == BOM:
                # Readers drop a byte order mark. A second one keeps a first word that begins with one whole.
                file.write(BOM)
            started = started or len(kept) > 0
            file.write(kept.data)
        stats = _stats(reading, text, selection, counter)
    if working.on_counted is not None:
        working.on_counted(stats)
    if stats.kept.words == 0 or (eos and text["tokens"] == 0):
        raise _nothing_left(stats, choice)
    return stats


def _stats(
    reading: CountingProgress, text: dict[str, int], selection: "Selection", counter: SpillingCounter
) -> BuildStats:
    amounts = {name: Amount(*amount) for name, amount in selection.counters().items()}
    return BuildStats(
        inputs=reading.inputs,
        bytes=reading.bytes,
        long_tokens=text["long_tokens"],
        boms=text["boms"],
        spills=counter.spills,
        tmp_bytes=counter.tmp_bytes,
        **amounts,
    )


def _nothing_left(stats: BuildStats, choice: WordChoice) -> DataError:
    if stats.found.tokens == 0:
        return no_words(stats.bytes, stats.inputs, stats.long_tokens)
    left_out = stats.found.words - stats.kept.words
    return DataError(
        f"none of {number_of(left_out, 'different word')} is left: "
        f"{number_of(stats.rare.words, 'occurs', 'occur')} fewer than {number_of(choice.min_count, 'time')}, "
        f"{number_of(stats.stop_words.words, 'is a stop word', 'are stop words')}; "
        f"use a lower {option('min-count')} or another stop list"
    )
