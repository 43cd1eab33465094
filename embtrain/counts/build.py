"""Counts co-occurrences in bounded memory: one part of the text at a time, then adds up the parts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.counts.counting import Counting
from embtrain.counts.matrix import CountMatrix
from embtrain.counts.parts import CountsPart, sum_parts
from embtrain.counts.plan import READ_TOKENS, CountingPlan, make_plan
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary


class _Block(Protocol):
    @property
    def ids(self) -> NDArray[np.uint32]: ...

    @property
    def sentences(self) -> NDArray[np.int64]: ...


class _Reader(Protocol):
    def read(self, max_tokens: int, /) -> _Block | None: ...


class TextToCount(Protocol):
    """The text to count: `embtrain.text.corpus.EncodedCorpus`."""

    vocabulary: Vocabulary
    tokens: int
    sentences: int

    def reader(self, position: int = 0) -> _Reader: ...


@dataclass(frozen=True)
class CountingResources:
    """The resources that counting may use, and its progress.

    Attributes:
        memory: bytes of memory for counting, beside what this process uses already.
        threads: threads to use; fewer if memory is short.
        tmp_dir: holds the temporary files; None is the system's choice.
        on_progress: called with (phase, done, total): "counting" and the tokens counted so far, then
            "merging" and the rows merged so far.
        on_plan: called before counting begins; may raise an exception, such as that the disk is too small.
    """

    memory: int = 1 << 30
    threads: int = 1
    tmp_dir: str | None = None
    on_progress: Callable[[str, int, int], None] | None = None
    on_plan: Callable[[CountingPlan], None] | None = None


def count_cooccurrences(corpus: TextToCount, counting: Counting, working: CountingResources) -> CountMatrix:
    """Counts how often the words of a corpus occur near each other.

    Sums are exact, so the result does not depend on memory or threads.

    Raises:
        UsageError: there is too little memory for the vocabulary.
        ResourceError: memory or disk ran out.
    """
    plan = make_plan(
        corpus.vocabulary,
        corpus.tokens,
        corpus.sentences,
        counting,
        working.memory,
        working.threads,
    )
    if working.on_plan is not None:
        working.on_plan(plan)
    return _Counting(corpus, counting, plan, working).count()


class _Counting:
    """One run of counting."""

    def __init__(
        self, corpus: TextToCount, counting: Counting, plan: CountingPlan, working: CountingResources
    ) -> None:
        self._corpus = corpus
        self._counting = counting
        self._plan = plan
        self._tmp_dir = working.tmp_dir
        self._tell = working.on_progress or (lambda phase, done, total: None)
        self._n_words = len(corpus.vocabulary)

    def count(self) -> CountMatrix:
        with ExitStack() as stack:
            spool = stack.enter_context(Spool(self._tmp_dir))
            parts = list(self._count_parts(spool))
            if len(parts) == 1:
                result, ends = spool, parts[0].ends(0, self._n_words)[1:]
            else:
                result = stack.enter_context(Spool(self._tmp_dir))
                ends = self._merge(parts, result)
                spool.close()
            stack.pop_all()
        return CountMatrix(self._corpus.vocabulary, self._counting, self._corpus.tokens, ends, result)

    def _count_parts(self, spool: Spool) -> Iterator[CountsPart]:
        counter = _native.CooccurrenceCounter(
            self._n_words, self._counting.weights(), self._counting.symmetric
        )
        reader = self._corpus.reader()
        block = reader.read(READ_TOKENS)
        done = 0
        while block is not None:
            left = self._corpus.tokens - done + self._corpus.sentences
            counter.reserve(min(self._plan.part_cells, left))
            cells = 0
            while block is not None and (cells == 0 or cells + _cells(block) <= self._plan.part_cells):
                counter.add(block.ids, block.sentences)
                cells += _cells(block)
                block = reader.read(READ_TOKENS)
            tokens = counter.tokens()
            yield self._count_part(counter, spool, done, tokens)
            done += tokens

    def _count_part(
        self, counter: "_native.CooccurrenceCounter", spool: Spool, done: int, tokens: int
    ) -> CountsPart:
        start = spool.size
        ends = np.empty(self._n_words, np.int64)
        row = 0
        while True:
            rows, row_ends = counter.next(self._plan.block_entries, self._plan.threads)
            if not len(row_ends):
                break
            ends[row : row + len(row_ends)] = row_ends + (spool.size - start)
            row += len(row_ends)
            spool.append(rows)
            self._tell("counting", done + tokens * row // self._n_words, self._corpus.tokens)
        part = CountsPart(spool.directory, spool, start, spool.size, spool.size - start)
        spool.append(ends)
        return part

    def _merge(self, parts: list[CountsPart], total: Spool) -> NDArray[np.int64]:
        return sum_parts(
            parts,
            self._n_words,
            self._plan.threads,
            total,
            lambda rows: self._tell("merging", rows, self._n_words),
        )


def _cells(block: _Block) -> int:
    """Tokens and sentences of a block."""
    return len(block.ids) + len(block.sentences)
