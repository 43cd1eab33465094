"""Measures a vocabulary: the words left at several minimum counts, and the share of its rare words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embtrain.errors import DataError
from embtrain.io.documents.text_input import open_text
from embtrain.io.inputs.open import display_name
from embtrain.native import native_or_plain
from embtrain.text.vocab.count_lines import bad_line, line_blocks

#: Minimum counts that are measured by default.
MIN_COUNTS = (1, 2, 3, 5, 10, 20, 50, 100)
#: Shares of the tokens, in per cent, for which the number of words is given.
SHARES = (50, 80, 90, 95, 99)


@dataclass(frozen=True)
class WordsLeft:
    """The number of words counted `min_count` times or more, and of their tokens."""

    min_count: int
    words: int
    tokens: int


@dataclass(frozen=True)
class Coverage:
    """A vocabulary in numbers.

    Attributes:
        words: different words.
        tokens: the sum of their counts.
        highest: the highest count.
        parts: the words left at several minimum counts.
        needed: for each share of SHARES, the number of the most frequent words that make it up.
        once: words counted once.
        rare_words: the number of the rarer nine tenths of the words, rounded down.
        rare_tokens: the number of their tokens.
    """

    words: int
    tokens: int
    highest: int
    parts: tuple[WordsLeft, ...]
    needed: tuple[int, ...]
    once: int
    rare_words: int
    rare_tokens: int

    def share_of_words(self, words: int) -> float:
        """A number of words by that of all, 0 to 1."""
        return words / self.words if self.words else 0.0

    def share_of_tokens(self, tokens: int) -> float:
        """A number of tokens by that of all, 0 to 1."""
        return tokens / self.tokens if self.tokens else 0.0


def read_coverage(source: str, min_counts: Sequence[int] = MIN_COUNTS) -> Coverage:
    """Measures a vocabulary file in any order. Memory grows with the number of different counts only.

    Raises:
        UsageError: the file cannot be opened.
        DataError: a line is not "word count", or there are no lines.
    """
    counts_of_lines = native_or_plain().counts_of_lines
    name = display_name(source)
    words: Counter[int] = Counter()
    with open_text(source) as stream:
        for first, block in line_blocks(stream, name):
            try:
                counts = counts_of_lines(block, first)
            except ValueError as error:
                raise bad_line(name, error) from error
            values, times = np.unique(counts, return_counts=True)
            words.update(dict(zip(values.tolist(), times.tolist(), strict=True)))
    if not words:
        raise DataError(f"{name}: no words; expected lines 'word count'")
    return _measure(words, min_counts)


def _measure(words: Counter[int], min_counts: Sequence[int]) -> Coverage:
    """Computes the coverage from the number of words of each count."""
    counts = sorted(words, reverse=True)
    total = words.total()
    tokens = sum(count * words[count] for count in counts)
    rare = total * 9 // 10
    return Coverage(
        words=total,
        tokens=tokens,
        highest=counts[0],
        parts=tuple(_part(words, least) for least in min_counts),
        needed=tuple(_needed(words, counts, -(-tokens * share // 100)) for share in SHARES),
        once=words[1],
        rare_words=rare,
        rare_tokens=_tokens_of_rarest(words, counts, rare),
    )


def _part(words: Counter[int], least: int) -> WordsLeft:
    kept = [count for count in words if count >= least]
    return WordsLeft(least, sum(words[count] for count in kept), sum(count * words[count] for count in kept))


def _needed(words: Counter[int], counts: list[int], tokens: int) -> int:
    """The number of the most frequent words that make up a number of tokens."""
    taken = 0
    for count in counts:
        if tokens <= count * words[count]:
            return taken + -(-tokens // max(count, 1))
        tokens -= count * words[count]
        taken += words[count]
    return taken


def _tokens_of_rarest(words: Counter[int], counts: list[int], number: int) -> int:
    tokens = 0
    for count in reversed(counts):
        taken = min(number, words[count])
        tokens += taken * count
        number -= taken
    return tokens
