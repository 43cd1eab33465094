"""Finds queried words in the spelling of the training text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embtrain.text.recorded_tokenization import normalizer_of
from embtrain.vectors.embeddings import Embeddings


class Spelling:
    """Finds words as given or, failing that, normalised as in training.

    Attributes:
        n_changed: number of words found in a different spelling.
        first_changed: the first such word, as given and as found, or None.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._normalize = normalizer_of(embeddings.metadata)
        self.n_changed = 0
        self.first_changed: tuple[bytes, bytes] | None = None

    def rows(self, words: Sequence[bytes]) -> NDArray[np.int64]:
        """Rows of words, int64 [n]; -1 if neither spelling is in the vocabulary."""
        rows = self._embeddings.rows(words)
        unknown = np.flatnonzero(rows < 0)
        if self._normalize.idle or not len(unknown):
            return rows
        spelled = [self._normalize(words[i]) for i in unknown.tolist()]
        found = self._embeddings.rows(spelled)
        rows[unknown] = found
        changed = np.flatnonzero(found >= 0)
        self.n_changed += len(changed)
        if self.first_changed is None and len(changed):
            at = int(changed[0])
            self.first_changed = words[int(unknown[at])], spelled[at]
        return rows

    def normalized(self, word: bytes) -> bytes:
        """A word, normalised like the training text."""
        return self._normalize(word)
