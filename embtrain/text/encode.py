"""Counts and encodes a text in one pass, so that it can come from a pipe and be trained on many times."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, ResourceError, UsageError
from embtrain.io.inputs import meter
from embtrain.io.inputs.open import BUFFER_BYTES, open_input
from embtrain.io.inputs.paths import Warn, expand_inputs, log_warning
from embtrain.io.spool import Spool
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.text.corpus import (
    ID_BYTES,
    CorpusReader,
    EncodedCorpus,
    EncodeStats,
    Part,
    SentenceSpools,
    map_ids,
)
from embtrain.text.input_notes import no_words
from embtrain.text.known_words import EOS, NO_WORDS, KnownWords
from embtrain.text.phrases.copies import TextCopy
from embtrain.text.pieces import Piece
from embtrain.text.sharing import TextShare
from embtrain.text.stop_list import leave_out, without
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain._native import FixedTextEncoder, TextEncoder
    from embtrain.text.reading import TextReader

Progress = Callable[[EncodeStats], None]

#: Bytes of memory for each word kept, beside its own, while words are sorted: its count and first bytes, and
#: its count and place in the vocabulary.
_SORTING_BYTES = 24 + 16
_TOKENS_AT_A_TIME = 1 << 20


def encode_corpus(
    sources: Sequence[str],
    *,
    min_count: int = 5,
    max_sentence: int = 10_000,
    tmp_dir: str | None = None,
    vocabulary: Vocabulary | None = None,
    known: KnownWords | None = None,
    on_progress: Progress | None = None,
    warn: Warn = log_warning,
    reader: "TextReader | None" = None,
    share: TextShare | None = None,
    copy: TextCopy | None = None,
) -> EncodedCorpus:
    """Reads text once and returns its vocabulary and its words as ids.

    Words are separated by the ASCII bytes space, tab, newline, vertical tab, form feed and carriage return; a
    newline or the end of an input ends a sentence. All other bytes belong to words, whatever their encoding.
    Each different word takes about 50 bytes of memory while reading, and each word kept takes about 40 more
    during sorting. The ids are on disk.

    Args:
        sources: paths, directories, "-" for stdin, remote addresses; none means stdin
            (`embtrain.io.inputs.paths`).
        min_count: words that occur less often are dropped, and so are sentences that this leaves empty.
        max_sentence: longer sentences are split after this many words; the cuts are counted.
        tmp_dir: holds the ids, 4 bytes for each token and each sentence; None is the system's choice.
        vocabulary: an existing vocabulary to use instead of the text's own: its rows become the ids and its
            counts do not change; all other words of the text are dropped, and min_count is not used.
        known: words to keep whatever their count, also if the text lacks them.
        on_progress: called after each piece of text with the counts so far.
        warn: receives a warning about files skipped in directories.
        reader: turns each input into words separated as above, drops its stop words, and reports what it left
            out when all text is read; None takes the text unchanged.
        share: the share of this process, in a group of processes that count their words together; the ids
            are those of its share.
        copy: keeps the text for a second reading, to which stop words and </s> are left.

    Raises:
        UsageError: an input cannot be opened, or an option is out of range.
        DataError: compressed data is damaged, or no word occurs often enough.
        ResourceError: memory or disk ran out.
    """
    inputs = expand_inputs(sources, warn)
    if share is not None:
        inputs = share.inputs(inputs)
    meter.expect(inputs)
    pieces = ((source, (reader or pieces_of)(source)) for source in inputs)
    return encode_pieces(
        pieces,
        min_count=min_count,
        max_sentence=max_sentence,
        tmp_dir=tmp_dir,
        vocabulary=vocabulary,
        known=known,
        on_progress=on_progress,
        reader=reader,
        share=share,
        copy=copy,
    )


def encode_pieces(
    inputs: Iterable[tuple[str, Iterable[Piece]]],
    *,
    min_count: int = 5,
    max_sentence: int = 10_000,
    tmp_dir: str | None = None,
    vocabulary: Vocabulary | None = None,
    known: KnownWords | None = None,
    on_progress: Progress | None = None,
    reader: "TextReader | None" = None,
    share: TextShare | None = None,
    copy: TextCopy | None = None,
) -> EncodedCorpus:
    """Like `encode_corpus`, for text that is in memory or generated.

    Args:
        inputs: names (for messages) and bytes of the inputs, which may be cut anywhere; a piece is not used
            after the next one is requested.
        reader: the reader that made these inputs; otherwise as for `encode_corpus`.
    """
    stop_words, eos = _special_words(reader if copy is None else None)
    inputs = inputs if copy is None else copy.of(inputs)
    code = native_or_plain()
    if min_count < 1 and vocabulary is None:
        raise UsageError(
            f"{option('min-count')} ({min_count}) must be at least 1; 1 keeps every word of the text"
        )
    if max_sentence < 1:
        raise UsageError(f"{option('max-sentence')} ({max_sentence}) must be at least 1")
    with ExitStack() as stack:
        spools = SentenceSpools(stack.enter_context(Spool(tmp_dir)), stack.enter_context(Spool(tmp_dir)))
        if vocabulary is not None:
            vocabulary, stop_types = without(vocabulary, stop_words)
            fixed: FixedTextEncoder = code.FixedTextEncoder(
                max_sentence, vocabulary.arena, vocabulary.offsets, eos=eos
            )
            stats = _read(fixed, inputs, spools, on_progress)
            if reader is not None:
                reader.report(stats)
            stats = _count_known(fixed, stats, spools, len(vocabulary))
            stats = replace(stats, stop_types=stop_types)
            if share is not None:
                seen = np.flatnonzero(_count_ids(spools, len(vocabulary)))
                stats = replace(share.total(stats), types=share.distinct(seen), kept_types=len(vocabulary))
            stack.pop_all()
            return EncodedCorpus(vocabulary, spools, stats, _part_of(share, stats))
        encoder: TextEncoder = code.TextEncoder(max_sentence, eos=eos)
        stats = _read(encoder, inputs, spools, on_progress)
        if reader is not None:
            reader.report(stats)
        if known is None and eos and (share is not None or stats.sentences - stats.splits < min_count):
            known = NO_WORDS  # so that </s> stays
        counted = _finish(encoder, min_count if known is None and share is None else 1, stats)
        if share is not None:
            counted, types = share.join(counted, min_count if known is None else 1)
            stats = replace(share.total(stats), types=types)
        kept = counted[2]
        if known is not None:
            counted, kept = known.join(counted, min_count, EOS if eos else None)
        stats = _count_kept(stats, kept)
        (arena, offsets, counts, final_ids), left_out = leave_out(*counted, stop_words)
        stats = _count_stopped(stats, left_out)
        if stats.kept_tokens == 0:
            raise nothing_left(stats, min_count)
        sentences = map_ids(spools, final_ids)
        stack.pop_all()
    left = sentences if share is None else share.sum(sentences)
    stats = replace(stats, dropped_sentences=stats.sentences - left)
    return EncodedCorpus(Vocabulary(arena, offsets, counts), spools, stats, _part_of(share, stats))


def _special_words(reader: "TextReader | None") -> tuple[frozenset[bytes], bool]:
    """Words to leave out, and whether sentences end with </s>."""
    if reader is None:
        return frozenset(), False
    return reader.tokenization.stop_words, reader.tokenization.eos


def reading_bytes(types: int, type_bytes: int, kept: int, kept_bytes: int) -> int:
    """Bytes of memory that `encode_corpus` takes for its words.

    Args:
        types: different words, which have `type_bytes` bytes in all.
        kept: those of them that reach the minimum count, which have `kept_bytes` bytes.
    """
    table = native_or_plain().Tally().memory(types, type_bytes)
    # Sorting begins when the index of the table, at least 8 bytes a word, is freed.
    sorting = table - 13 * types + _SORTING_BYTES * kept + kept_bytes + ID_BYTES * types
    return int(max(table, sorting)) + 2 * BUFFER_BYTES


def pieces_of(source: str) -> Iterator[memoryview]:
    """Yields the text of a source in pieces, always in the same buffer."""
    buffer = memoryview(bytearray(BUFFER_BYTES))
    with open_input(source) as stream:
        while size := stream.readinto1(buffer):
            yield buffer[:size]


def _small_pieces(piece: Piece) -> Iterator[memoryview]:
    """Cuts text into pieces that are encoded quickly enough for Ctrl-C to feel immediate."""
    view = memoryview(piece).cast("B") if len(piece) else memoryview(b"")
    for start in range(0, len(view), BUFFER_BYTES):
        yield view[start : start + BUFFER_BYTES]


def _read(
    encoder: "TextEncoder",
    inputs: Iterable[tuple[str, Iterable[Piece]]],
    spools: SentenceSpools,
    on_progress: Progress | None,
) -> EncodeStats:
    """Feeds all text to the encoder and spools its output."""
    digest = hashlib.sha256()
    count = 0
    for name, pieces in inputs:
        for piece in pieces:
            for part in _small_pieces(piece):
                digest.update(part)
                _feed(encoder, part, name)
                _spool(encoder, spools)
                if on_progress is not None:
                    on_progress(_stats(encoder, count, spools))
        encoder.end_input()
        count += 1
    _spool(encoder, spools)
    return replace(_stats(encoder, count, spools), digest=digest.hexdigest())


def _stats(encoder: "TextEncoder", inputs: int, spools: SentenceSpools) -> EncodeStats:
    counters: dict[str, Any] = encoder.counters()
    return EncodeStats(inputs=inputs, spool_bytes=spools.size, **counters)


def _feed(encoder: "TextEncoder", piece: memoryview, name: str) -> None:
    try:
        encoder.feed(piece)
    except (MemoryError, ValueError) as error:
        now = encoder.counters()
        what = "out of memory" if isinstance(error, MemoryError) else str(error)
        raise ResourceError(
            f"{name}: {what} while counting ({number_of(now['types'], 'different word')} in "
            f"{number_of(now['bytes'], 'byte')} of "
            "text); use a machine with more memory, or text with fewer different words"
        ) from error


def _spool(encoder: "TextEncoder", spools: SentenceSpools) -> None:
    spools.ids.append(encoder.take_ids())
    spools.lengths.append(encoder.take_lengths())


def _finish(
    encoder: "TextEncoder", min_count: int, stats: EncodeStats
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """Returns arena, offsets and counts of the vocabulary, and the final id of each provisional id.

    Frees the encoder's table.
    """
    try:
        return encoder.finish(min_count)
    except MemoryError as error:
        raise ResourceError(
            f"out of memory while sorting {number_of(stats.types, 'different word')}; use a machine with "
            "more memory"
        ) from error


def _count_kept(stats: EncodeStats, counts: NDArray[np.int64]) -> EncodeStats:
    tokens = int(counts.sum())
    return replace(
        stats,
        kept_tokens=tokens,
        dropped_tokens=stats.tokens - tokens,
        kept_types=len(counts),
        dropped_types=stats.types - len(counts),
    )


def _count_stopped(stats: EncodeStats, counts: NDArray[np.int64]) -> EncodeStats:
    tokens = int(counts.sum())
    return replace(
        stats,
        kept_tokens=stats.kept_tokens - tokens,
        kept_types=stats.kept_types - len(counts),
        stop_tokens=tokens,
        stop_types=len(counts),
    )


def _count_known(
    encoder: "FixedTextEncoder", stats: EncodeStats, spools: SentenceSpools, words: int
) -> EncodeStats:
    """Adds the counts of a text encoded with a given vocabulary of `words` words."""
    kept = spools.ids.size // ID_BYTES
    if kept == 0:
        raise DataError(
            f"none of the {number_of(stats.tokens, 'word')} of text is in the vocabulary of "
            f"{number_of(words, 'word')}; "
            "check that both were made with the same options"
        )
    return replace(
        stats,
        types=encoder.words_seen(),
        kept_tokens=kept,
        dropped_tokens=stats.tokens - kept,
        kept_types=words,
        dropped_sentences=stats.sentences - spools.lengths.size // ID_BYTES,
    )


def _part_of(share: TextShare | None, stats: EncodeStats) -> Part | None:
    return None if share is None else Part(share.rank, stats.kept_tokens)


def _count_ids(spools: SentenceSpools, words: int) -> NDArray[np.int64]:
    """How often each id occurs, int64 [words]."""
    counts = np.zeros(words, np.int64)
    reader = CorpusReader(spools)
    while (block := reader.read(_TOKENS_AT_A_TIME)) is not None:
        counts += np.bincount(block.ids, minlength=words)
    return counts


def nothing_left(stats: EncodeStats, min_count: int) -> DataError:
    """The error for a text without a word that occurs often enough."""
    if stats.tokens == 0:
        return no_words(stats.bytes, stats.inputs, stats.long_tokens)
    if stats.stop_tokens:
        return DataError(
            f"the stop list leaves no word that occurs {number_of(min_count, 'time')} in "
            f"{number_of(stats.tokens, 'word')} of text; "
            f"use more text, a shorter stop list or a lower {option('min-count')}"
        )
    return DataError(
        f"no word occurs {number_of(min_count, 'time')} in {number_of(stats.tokens, 'word')} of text "
        f"({stats.types:,} different "
        f"ones); use more text or a lower {option('min-count')} (now {min_count})"
    )
