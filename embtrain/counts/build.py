"""Counts co-occurrences in bounded memory: one part of the text at a time, then adds up the parts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.matrix import RANGE_BYTES, Bytes, Counting, CountMatrix, Ends
from embtrain.errors import UsageError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary

#: Tokens that are read from the corpus at a time.
_READ_TOKENS = 1 << 20
#: Bytes of memory for each token of a part: the text, and the index of its words.
_TOKEN_BYTES = 8
#: Bytes of memory for each word and thread: the sums of a row, and the columns in it.
_ROW_BYTES = 12.5
#: Occurrences whose rows are summed before they are written.
_ROW_TOKENS = 1 << 20
#: Smallest part in tokens; merging smaller ones would cost more than counting them.
_LEAST_TOKENS = 1 << 20


class _Block(Protocol):
    @property
    def ids(self) -> NDArray[np.uint32]: ...

    @property
    def sentences(self) -> NDArray[np.int64]: ...


class _Reader(Protocol):
    def read(self, max_tokens: int, /) -> _Block | None: ...


class Corpus(Protocol):
    """The text to count: `embtrain.text.corpus.EncodedCorpus`."""

    vocabulary: Vocabulary
    tokens: int
    sentences: int

    def reader(self, position: int = 0) -> _Reader: ...


@dataclass(frozen=True)
class Working:
    """The resources that counting may use, and its progress.

    Attributes:
        memory: bytes for a part of the text, the sums of rows and encoded rows.
        tmp_dir: holds the temporary files; None is the system's choice.
        on_progress: called with the tokens counted so far, then with the rows merged so far: (phase, done,
            total), phase being "counting" or "merging".
    """

    memory: int = 1 << 30
    threads: int = 1
    tmp_dir: str | None = None
    on_progress: Callable[[str, int, int], None] | None = None


@dataclass(frozen=True)
class _Part:
    """A part's place in the spool of parts: the offset of its rows, and of the int64 ends of its rows."""

    start: int
    ends_at: int


def count_cooccurrences(corpus: Corpus, counting: Counting, working: Working) -> CountMatrix:
    """Counts how often the words of a corpus occur near each other.

    Sums are exact, so the result does not depend on the number of parts or threads.

    Raises:
        UsageError: too little memory for the vocabulary.
        ResourceError: memory or disk ran out.
    """
    n_words = len(corpus.vocabulary)
    part_tokens = _tokens_of_a_part(n_words, working)
    tell = working.on_progress or (lambda phase, done, total: None)
    with ExitStack() as stack:
        spool = stack.enter_context(Spool(working.tmp_dir))
        parts = list(_count_parts(corpus, counting, working, part_tokens, spool, tell))
        if len(parts) == 1:
            ends = _read_ends(spool, parts[0], 0, n_words)
            stack.pop_all()
            return CountMatrix(corpus.vocabulary, counting, corpus.tokens, ends, spool)
        total = stack.enter_context(Spool(working.tmp_dir))
        ends = _merge_parts(parts, spool, total, n_words, working, tell)
        spool.close()
        stack.pop_all()
    return CountMatrix(corpus.vocabulary, counting, corpus.tokens, ends, total)


def _tokens_of_a_part(n_words: int, working: Working) -> int:
    """Returns how many tokens fit in memory beside the rows of all threads."""
    rows = int(working.threads * _ROW_BYTES * n_words) + 8 * n_words + 8 * RANGE_BYTES
    tokens = (working.memory - rows) // _TOKEN_BYTES
    if tokens < _LEAST_TOKENS:
        needed = rows + _LEAST_TOKENS * _TOKEN_BYTES
        raise UsageError(
            f"counting {n_words:,} words with {working.threads} threads needs at least "
            f"{needed / 1e6:,.0f} MB of memory; allow more, or use fewer threads or a higher minimum count"
        )
    return int(min(tokens, 2**32 - 2**21))


def _count_parts(
    corpus: Corpus,
    counting: Counting,
    working: Working,
    part_tokens: int,
    spool: Spool,
    tell: Callable[[str, int, int], None],
) -> Iterator[_Part]:
    n_words = len(corpus.vocabulary)
    counter = _native.CooccurrenceCounter(
        n_words, counting.window, counting.distance_weighting, counting.symmetric
    )
    reader = corpus.reader()
    done = 0
    while True:
        held = 0
        counter.reserve(min(part_tokens, corpus.tokens + corpus.sentences + 1))
        while held < part_tokens:
            block = reader.read(min(_READ_TOKENS, part_tokens - held))
            if block is None:
                break
            counter.add(block.ids, block.sentences)
            held += len(block.ids) + len(block.sentences)
        if counter.tokens() == 0 and done:
            return
        tokens = counter.tokens()
        yield _count_part(counter, working, spool, n_words)
        done += tokens
        tell("counting", done, corpus.tokens)
        if done >= corpus.tokens:
            return


def _count_part(
    counter: "_native.CooccurrenceCounter", working: Working, spool: Spool, n_words: int
) -> _Part:
    start = spool.size
    ends = np.empty(n_words, np.int64)
    row = 0
    while True:
        rows, row_ends = counter.next(_ROW_TOKENS, working.threads)
        if not len(row_ends):
            break
        ends[row : row + len(row_ends)] = row_ends + (spool.size - start)
        row += len(row_ends)
        spool.append(rows)
    part = _Part(start, spool.size)
    spool.append(ends)
    return part


def _read_ends(spool: Spool, part: _Part, first: int, last: int) -> Ends:
    ends = np.empty(last - first, np.int64)
    spool.read_at(part.ends_at + 8 * first, ends)
    return ends


def _merge_parts(
    parts: list[_Part],
    spool: Spool,
    total: Spool,
    n_words: int,
    working: Working,
    tell: Callable[[str, int, int], None],
) -> Ends:
    """Writes the sum of the parts; returns the ends of its rows."""
    ends = np.empty(n_words, np.int64)
    step = max(1, min(4096, RANGE_BYTES // (8 * len(parts))))
    for first in range(0, n_words, step):
        last = min(first + step, n_words)
        # Each row of `bounds` begins with the end of the row before `first`.
        bounds = np.stack([_bounds(spool, part, first, last) for part in parts])
        for begin, end in _ranges(bounds):
            rows, row_ends = _sum(parts, spool, bounds[:, begin : end + 1], n_words, working.threads)
            ends[first + begin : first + end] = row_ends + total.size
            total.append(rows)
        tell("merging", last, n_words)
    return ends


def _bounds(spool: Spool, part: _Part, first: int, last: int) -> Ends:
    if first:
        return _read_ends(spool, part, first - 1, last)
    return np.concatenate([np.zeros(1, np.int64), _read_ends(spool, part, 0, last)])


def _ranges(bounds: Ends) -> Iterator[tuple[int, int]]:
    """Yields ranges of rows of about `RANGE_BYTES` in all parts together, at least one row each."""
    sizes = (bounds - bounds[:, :1]).sum(axis=0)
    begin, n_rows = 0, bounds.shape[1] - 1
    while begin < n_rows:
        end = int(np.searchsorted(sizes, sizes[begin] + RANGE_BYTES, side="right")) - 1
        end = min(max(end, begin + 1), n_rows)
        yield begin, end
        begin = end


def _sum(parts: list[_Part], spool: Spool, bounds: Ends, n_words: int, threads: int) -> tuple[Bytes, Ends]:
    """Adds up some rows. A row too large for memory in all parts is summed a few parts at a time."""
    n_rows = bounds.shape[1] - 1
    given: list[tuple[Bytes, Ends, None]] = []
    held = 0
    for part, bound in zip(parts, bounds, strict=True):
        piece = np.empty(int(bound[-1] - bound[0]), np.uint8)
        spool.read_at(part.start + int(bound[0]), piece)
        given.append((piece, bound[1:] - bound[0], None))
        held += len(piece)
        if held > 4 * RANGE_BYTES:
            given = [(*_native.sum_rows(given, n_rows, n_words, threads), None)]
            held = len(given[0][0])
    return _native.sum_rows(given, n_rows, n_words, threads)
