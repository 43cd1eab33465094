"""Finds the words that two vocabularies share, and aligns two tables of vectors row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import unit_rows_or_zeros
from embtrain.vocabulary import Vocabulary

# Words looked up per scan of the other vocabulary.
_WORDS = 1 << 18


def shared_rows(first: Vocabulary, second: Vocabulary) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the shared words in both vocabularies, int64 [S] each, in the order of the first.

    A duplicate word has its first row.
    """
    found = [second.find(words) for words in _batches(first)]
    rows = np.concatenate(found) if found else np.empty(0, np.int64)
    _, places = np.unique(rows, return_index=True)
    own = np.sort(places[rows[places] >= 0]).astype(np.int64)
    return own, rows[own]


def _batches(vocabulary: Vocabulary) -> Iterator[list[bytes]]:
    words = vocabulary.iter_bytes()
    while batch := list(islice(words, _WORDS)):
        yield batch


@dataclass(frozen=True)
class SharedRows:
    """Some rows of a table of vectors, normalised on request.

    Attributes:
        vectors: float32 [V, D], mapped or not.
        rows: int64 [S].
    """

    vectors: NDArray[np.float32]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dim(self) -> int:
        return int(self.vectors.shape[1])

    def units(self, places: NDArray[np.int64] | slice) -> NDArray[np.float32]:
        """Vectors scaled to length 1, float32 [n, D]; zeros for vectors that are zero or not finite."""
        return unit_rows_or_zeros(self.vectors[self.rows[places]]).astype(np.float32)
