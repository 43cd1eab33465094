"""Phrases as arrays of word ids."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.vocabulary import Vocabulary


@dataclass(frozen=True)
class PhrasePass:
    """The phrases that one pass over a text joins.

    Attributes:
        offsets: int64 [n + 1], phrase i has the words ``ids[offsets[i]:offsets[i + 1]]``, at least two.
        ids: uint32, rows of the vocabulary; all but the first and the last of a phrase are connector words.
        targets: uint32 [n], the word that each phrase becomes.
        scores: float64 [n].
        counts: int64 [n], how often each phrase occurs.
    """

    offsets: NDArray[np.int64]
    ids: NDArray[np.uint32]
    targets: NDArray[np.uint32]
    scores: NDArray[np.float64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.targets)

    def table(self) -> "_native.PhraseTable":
        """Finds these phrases in a text."""
        return _native.PhraseTable(self.offsets, self.ids, self.targets)


@dataclass(frozen=True)
class Phrases:
    """The phrases of all passes: each pass joins them in the text that the passes before have joined.

    Attributes:
        words: all words of phrases, and the words that these become; there may be others.
    """

    words: Vocabulary
    passes: tuple[PhrasePass, ...]

    def __len__(self) -> int:
        return sum(map(len, self.passes))

    def joiner(self, max_sentence: int) -> "_native.TextJoiner":
        """Joins these phrases in a stream of text; longer sentences are cut after so many words."""
        joiner = _native.TextJoiner(self.words.arena, self.words.offsets, max_sentence)
        for one in self.passes:
            joiner.add_pass(one.offsets, one.ids, one.targets)
        return joiner
