"""Reads a corpus for some seconds: all of it if it is small, else a part that is spread over it."""

import io
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from embtrain.errors import UsageError
from embtrain.io.inputs import meter
from embtrain.io.inputs.excerpts import Excerpts, can_excerpt, spread
from embtrain.io.inputs.open import display_name
from embtrain.io.inputs.paths import Warn, expand_inputs
from embtrain.io.spool import Spool
from embtrain.text.corpus import EncodedCorpus, EncodeStats, SentenceSpools
from embtrain.text.encode import encode_pieces
from embtrain.text.pieces import Piece
from embtrain.text.reading import TextReader
from embtrain.vocabulary import Vocabulary

#: Files to read from, if there are more.
_MOST_FILES: Final = 64
#: Bytes of a buffer so small that hardly more is taken from a file than has been used.
_BUFFER_BYTES: Final = 1 << 13
#: Tokens of the blocks that are taken out of a sample.
_BLOCK_TOKENS: Final = 1 << 14


@dataclass
class CorpusSample:
    """The part of a corpus that was read.

    Attributes:
        corpus: its words, with all words that occur unless there is a vocabulary.
        n_bytes: bytes of all inputs on disk.
        share: the part of them that was read; 1 if the corpus was read whole.
        seconds: how long reading took.
    """

    corpus: EncodedCorpus
    n_bytes: int
    share: float
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether the corpus was read whole."""
        return self.share == 1.0


def read_sample(
    sources: Sequence[str],
    reader: TextReader,
    warn: Warn,
    seconds: float,
    *,
    max_sentence: int,
    tmp_dir: str | None,
    vocabulary: Vocabulary | None,
) -> CorpusSample:
    """Reads inputs for about some seconds.

    Args:
        sources: as for `embtrain.text.encode.encode_corpus`; all must be files.
        seconds: when to stop reading, unless all is read.

    Raises:
        UsageError: an input cannot be opened, or its size is not known, as that of stdin.
        DataError: the text is damaged, or has no words.
    """
    reading = _Reading(expand_inputs(sources, warn), reader, seconds)
    began = time.perf_counter()
    corpus = encode_pieces(
        reading.inputs(),
        min_count=1,
        max_sentence=max_sentence,
        tmp_dir=tmp_dir,
        vocabulary=vocabulary,
        reader=reader,
    )
    return CorpusSample(corpus, reading.n_bytes, reading.share, time.perf_counter() - began)


class _Reading:
    """Reads files one after another, each for its share of the time that is left."""

    def __init__(self, sources: Sequence[str], reader: TextReader, seconds: float) -> None:
        sizes = {source: _size(source) for source in sources}
        self.n_bytes = sum(sizes.values())
        self._sizes, self._reader = sizes, reader
        chosen = [sources[k] for k in list(spread(len(sources)))[:_MOST_FILES]]
        # The time that small files leave goes to the larger ones.
        self._chosen = sorted(chosen, key=lambda source: sizes[source])
        self._end = time.perf_counter() + seconds
        self._complete = len(chosen) == len(sources)
        self._read = 0.0

    @property
    def share(self) -> float:
        """The part of all bytes that was read."""
        if self._complete or not self.n_bytes:
            return 1.0
        return min(max(self._read, 1.0) / self.n_bytes, 1 - 1e-9)

    def inputs(self) -> Iterator[tuple[str, Iterator[Piece]]]:
        """The pieces of each file, as `encode_pieces` takes them."""
        for k, source in enumerate(self._chosen):
            now = time.perf_counter()
            until = now + (self._end - now) / (len(self._chosen) - k)
            yield display_name(source), self._pieces(source, until)

    def _pieces(self, source: str, until: float) -> Iterator[Piece]:
        with ExitStack() as stack:
            pieces, n_read = self._open(source, stack)
            for piece in pieces:
                yield piece
                if time.perf_counter() > until:
                    size = n_read()
                    # That piece may have been the last.
                    if next(pieces, None) is None:
                        break
                    self._complete = False
                    self._read += size
                    return
        self._read += self._sizes[source]

    def _open(self, source: str, stack: ExitStack) -> tuple[Iterator[Piece], Callable[[], float]]:
        if can_excerpt(source):
            excerpts = stack.enter_context(Excerpts(source))
            lines = stack.enter_context(io.BufferedReader(excerpts, _BUFFER_BYTES))
            return iter(self._reader.excerpt(source, lines)), lambda: float(excerpts.n_bytes)
        measured = meter.measure()
        measured.expect([source])
        size = self._sizes[source]
        # Without a share, as for Parquet, nothing is known but that some of it was read.
        return iter(self._reader(source)), lambda: size * (measured.share or 0.5)


def _size(source: str) -> int:
    try:
        found = os.stat(source)
    except OSError:
        found = None
    if source == "-" or found is None or not stat.S_ISREG(found.st_mode):
        raise UsageError(
            f"{display_name(source)}: its size is not known before it is read, so nothing can be planned; "
            "save it to a file, or plan with a part of it"
        )
    return found.st_size


def part_of(corpus: EncodedCorpus, tokens: int, tmp_dir: str | None) -> EncodedCorpus:
    """About so many tokens of a corpus, in blocks from all over it, with its vocabulary."""
    spools = SentenceSpools(Spool(tmp_dir), Spool(tmp_dir))
    every, taken = max(1.0, corpus.tokens / tokens), 0.0
    reader, number = corpus.reader(), 0
    while (block := reader.read(_BLOCK_TOKENS)) is not None:
        if number >= taken:
            spools.ids.append(block.ids)
            spools.lengths.append((block.sentences[1:] - block.sentences[:-1]).astype("uint32"))
            taken += every
        number += 1
    return EncodedCorpus(corpus.vocabulary, spools, EncodeStats())
