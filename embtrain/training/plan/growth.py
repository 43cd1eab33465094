"""Extrapolates the vocabulary of a sample to the whole corpus."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.text.corpus import EncodedCorpus
from embtrain.training.plan.sample import CorpusSample

#: Tokens of the blocks that are shared out to parts of the sample.
_BLOCK_TOKENS: Final = 1 << 14
#: By how much growth may slow down from one doubling of the text to the next.
_SLOWDOWN: Final = (0.7, 1.0)
#: Counts at which the vocabulary of the whole corpus is estimated.
_GRID: Final = np.unique(np.geomspace(1, 1e9, 100).round())


@dataclass(frozen=True)
class WordCounts:
    """The counts of the words of a corpus, exact or estimated.

    Attributes:
        counts: int64, highest first.
        tokens, sentences: of the corpus.
        is_exact: whether the corpus was read whole.
        known: tokens of the words of a given vocabulary; None if the words are those of the corpus.
    """

    counts: NDArray[np.int64]
    tokens: int
    sentences: int
    is_exact: bool
    known: int | None = None

    def words(self, min_count: int) -> int:
        """Words that occur so often; all of a given vocabulary."""
        if self.known is not None:
            return len(self.counts)
        return int(np.searchsorted(-self.counts, -max(min_count, 1), side="right"))

    def kept_tokens(self, min_count: int) -> int:
        """Tokens of these words."""
        if self.known is not None:
            return self.known
        return int(self.counts[: self.words(min_count)].sum())


def whole_counts(sample: CorpusSample, is_given: bool = False) -> WordCounts:
    """The counts of the words of the corpus that a sample is from.

    Args:
        is_given: whether it was read with a given vocabulary.

    The number of words seen N times or more grows like a power of the text (Heaps' law). Its exponent is
    taken from halves and quarters of the sample, and falls on as it falls from one to the other. Words that
    the sample has often enough are counted in it.
    """
    corpus, counts = sample.corpus, sample.corpus.vocabulary.counts
    stats = corpus.stats
    if is_given:
        known = int(corpus.tokens / sample.share)
        if counts is None:
            counts = np.zeros(len(corpus.vocabulary), np.int64)
        size = int(stats.tokens / sample.share), int(corpus.sentences / sample.share)
        return WordCounts(counts, *size, sample.is_whole, known)
    assert counts is not None
    if sample.is_whole:
        return WordCounts(counts, stats.tokens, corpus.sentences, True)
    factor = 1 / sample.share
    words = _grown(counts, *_of_parts(corpus), factor)
    return WordCounts(
        _spread_out(counts, words, factor), int(stats.tokens * factor), int(corpus.sentences * factor), False
    )


def _of_parts(corpus: EncodedCorpus) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The counts of the words in every second and in every fourth block of a sample."""
    n_words = len(corpus.vocabulary)
    half, quarter = np.zeros(n_words, np.int64), np.zeros(n_words, np.int64)
    reader, number = corpus.reader(), 0
    while (block := reader.read(_BLOCK_TOKENS)) is not None:
        if number % 2 == 0:
            found = np.bincount(block.ids, minlength=n_words)
            half += found
            if number % 4 == 0:
                quarter += found
        number += 1
    return half, quarter


def _grown(
    counts: NDArray[np.int64], half: NDArray[np.int64], quarter: NDArray[np.int64], factor: float
) -> NDArray[np.float64]:
    """The number of words of the whole corpus that reach each count of the grid."""
    found, of_half, of_quarter = (_reaching(one, _GRID) for one in (counts, half, quarter))
    doublings = np.log2(factor)
    with np.errstate(divide="ignore", invalid="ignore"):
        # In small samples chance may let them grow faster than the text.
        last, before = (np.clip(np.nan_to_num(np.log2(one), nan=1.0, posinf=1.0), 0.0, 1.0)
                        for one in (found / of_half, of_half / of_quarter))  # fmt: skip
        slowdown = np.clip(np.nan_to_num(last / before, nan=1.0), *_SLOWDOWN)
        steps = np.where(slowdown < 1, (1 - slowdown**doublings) / (1 - slowdown), doublings)
        # The growth over the next doublings: last * (slowdown + slowdown^2 + ...).
        grown = found * np.exp2(last * slowdown * steps)
    # Words that the sample has at least twice are counted in it.
    in_sample, is_counted = _reaching(counts, _GRID / factor), 2 * factor <= _GRID
    grown = np.maximum(grown, in_sample[is_counted].max(initial=0))
    words = np.where(is_counted, in_sample, grown)
    return np.minimum.accumulate(words)


def _reaching(counts: NDArray[np.int64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The number of words whose count reaches each of these, interpolated between whole numbers."""
    low = np.floor(at)
    below, above = (np.log(np.maximum(_reach(counts, value), 1)) for value in (low, low + 1))
    found: NDArray[np.float64] = np.exp(below + (above - below) * (at - low))
    return np.where(_reach(counts, low) > 0, found, 0.0)


def _reach(counts: NDArray[np.int64], at: NDArray[np.float64]) -> NDArray[np.int64]:
    ascending = np.sort(counts)
    return len(counts) - np.searchsorted(ascending, at, side="left")


def _spread_out(counts: NDArray[np.int64], words: NDArray[np.float64], factor: float) -> NDArray[np.int64]:
    """Counts of so many words that the grid's numbers of them reach each count."""
    reached = words >= 1
    ranks = np.arange(1, int(words[0]) + 1, dtype=np.float64)
    numbers, at = words[reached][::-1], _GRID[reached][::-1]
    made = np.exp(np.interp(np.log(ranks), np.log(numbers), np.log(at)))
    often = min(int((counts >= 10).sum()), len(made))
    made[:often] = counts[:often] * factor
    return np.sort(made.astype(np.int64))[::-1]
