"""Words that are asked for, as the text spelled them that the vectors were trained on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embtrain.text.recorded_tokenization import normalizer_of
from embtrain.vectors.embeddings import Embeddings


class Spelling:
    """Finds words as they are given and, where there is no such word, as training's normalising makes them.

    Attributes:
        n_changed: words that were found in another spelling than the given one.
        first_changed: the first of them, as given and as found; None where there is none.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._normalize = normalizer_of(embeddings.metadata)
        self.n_changed = 0
        self.first_changed: tuple[bytes, bytes] | None = None

    def rows(self, words: Sequence[bytes]) -> NDArray[np.int64]:
        """Rows of words, int64 [n], -1 where neither spelling is a word."""
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
        """A word as the text would have spelled it."""
        return self._normalize(word)
