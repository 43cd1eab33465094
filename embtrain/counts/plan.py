"""Decides how counting uses its memory, and estimates the disk space that it needs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.counts.counting import Counting
from embtrain.counts.matrix import RANGE_BYTES
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

#: Tokens that are read from the corpus at a time, and bytes of memory for each: its id, and a sentence's end.
READ_TOKENS: Final = 1 << 19
_READ_BYTES: Final = 16
#: Bytes of memory for each token and sentence of a part: the text, and the index of its words.
_TOKEN_BYTES: Final = 8
#: Bytes of memory for each word (starts and ends of rows, the longest row), and for each word and thread (the
#: sums of a row, its columns, its bytes, and the index).
_WORD_BYTES: Final = 30
_ROW_BYTES: Final = 28
#: Rows are counted and written in blocks of this share of the memory, within limits; growing them takes four
#: times as much.
_BLOCK_SHARE: Final = 16
_BLOCK_BYTES: Final = (4 << 20, 32 << 20)
#: Bytes of an entry in these blocks.
_ENTRY_BYTES: Final = 5
#: Smallest part in tokens; merging smaller ones would cost more than counting them.
_LEAST_TOKENS: Final = 1 << 20
#: Words are grouped by frequency, this many groups an octave, to estimate the number of pairs.
_GROUPS_AN_OCTAVE: Final = 4


@dataclass(frozen=True)
class CountingPlan:
    """How a text is counted.

    Attributes:
        threads: threads that count.
        part_cells: tokens and sentences of a part.
        parts: number of parts.
        block_entries: entries of the rows that are counted at a time.
        pairs: expected number of pairs of words; real texts have fewer.
        rows_bytes: bytes of the rows of these pairs.
        tmp_bytes: bytes of temporary files.
        memory_bytes: bytes of memory that counting will use.
    """

    threads: int
    part_cells: int
    parts: int
    block_entries: int
    pairs: int
    rows_bytes: int
    tmp_bytes: int
    memory_bytes: int


def make_plan(
    vocabulary: Vocabulary, tokens: int, sentences: int, counting: Counting, memory: int, threads: int
) -> CountingPlan:
    """Plans the counting of a text.

    Args:
        memory: bytes of memory that counting may use.
        threads: threads to use at most; fewer if memory is short.

    Raises:
        UsageError: there is too little memory for the vocabulary.
    """
    n_words = len(vocabulary)
    block_bytes = min(max(memory // _BLOCK_SHARE, _BLOCK_BYTES[0]), _BLOCK_BYTES[1])
    fixed = _WORD_BYTES * n_words + 4 * block_bytes + _READ_BYTES * READ_TOKENS + 2 * RANGE_BYTES
    least = _TOKEN_BYTES * min(_LEAST_TOKENS, tokens + sentences)
    # Threads take up to half of the memory: with more, the text would be counted in many small parts.
    of_threads = min((memory - fixed) // 2, memory - fixed - least)
    threads = max(1, min(threads, of_threads // (_ROW_BYTES * n_words)))
    free = memory - fixed - threads * _ROW_BYTES * n_words
    if free < least:
        raise UsageError(
            f"counting {counted(n_words, 'word')} needs {(least - free) / 1e6:,.0f} MB of memory more; allow "
            f"more with {option('memory')}, or leave out more rare words"
        )
    most_tokens = (2**64 - 1) // (1 + 2 * sum(counting.weights()))
    part_cells = min(free // _TOKEN_BYTES, 2**32 - 2, most_tokens)
    parts = -(-(tokens + sentences) // part_cells)
    pairs, rows_bytes = expected_pairs(vocabulary, tokens, counting)
    tmp_bytes = rows_bytes
    if parts > 1:
        of_part = expected_pairs(vocabulary, tokens // parts, counting)[1]
        tmp_bytes += parts * (of_part + 8 * n_words)
    text_bytes = _TOKEN_BYTES * min(part_cells, tokens + sentences)
    # Rows rarely need all of the memory that is set aside for them.
    memory_bytes = fixed - 2 * block_bytes - 2 * RANGE_BYTES + threads * _ROW_BYTES * n_words + text_bytes
    entries = block_bytes // _ENTRY_BYTES
    return CountingPlan(threads, part_cells, parts, entries, pairs, rows_bytes, tmp_bytes, memory_bytes)


def expected_pairs(vocabulary: Vocabulary, tokens: int, counting: Counting) -> tuple[int, int]:
    """Returns the number of pairs and the bytes of their rows in a text of independent words.

    In real texts words recur in the same company, so these are upper bounds in practice.
    """
    shares, words = _groups(vocabulary)
    near = shares * tokens * counting.reach
    entries: NDArray[np.float64] = (-np.expm1(-np.outer(near, shares))) @ words
    mean_weight = sum(counting.weights()) / counting.window
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.log2(len(vocabulary) / entries) / 7
        counts = np.log2(near * mean_weight / entries) / 7
    # A number takes a byte for every seven bits; by concavity, equal numbers take the most.
    sizes = 1 + entries * (2 + np.maximum(gaps, 0) + np.maximum(counts, 0))
    return int(words @ entries), int(words @ np.where(entries > 0, sizes, 1))


def _groups(vocabulary: Vocabulary) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Groups words by frequency; returns the share of a word and the number of words in each group."""
    counts = vocabulary.counts
    if counts is None or not counts.any():
        return np.array([1 / len(vocabulary)]), np.array([float(len(vocabulary))])
    group = np.round(np.log2(np.maximum(counts, 0.5)) * _GROUPS_AN_OCTAVE).astype(np.int64)
    group -= group.min()
    words = np.bincount(group).astype(np.float64)
    sums = np.bincount(group, weights=counts)
    return sums[words > 0] / words[words > 0] / counts.sum(dtype=np.float64), words[words > 0]
