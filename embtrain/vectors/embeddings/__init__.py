"""The class `Embeddings`: words and their vectors, in memory or mapped from a file.

Each file here holds what `Embeddings` does for one purpose.
"""

from embtrain.vectors.embeddings.conversions import Conversions
from embtrain.vectors.embeddings.display import Display
from embtrain.vectors.embeddings.queries import Queries
from embtrain.vectors.embeddings.texts import Texts


class Embeddings(Queries, Texts, Conversions, Display):
    """A vocabulary and one vector per word.

    Iteration yields the words in row order; ``word in embeddings`` and ``len(embeddings)`` work as expected.

    Attributes:
        vocabulary: the words, row by row, and their counts where known.
        vectors: float32 [V, D]; read-only and memory-mapped if opened from a file.
        context: float32 [V, D], the output (context) table of the training, or None.
        metadata: text by key; ``config``, ``provenance`` and ``training`` hold JSON.
        subwords: vectors of n-grams, from which vectors of unknown words are computed, or None.
        source: the file that they were loaded from, or None.
    """
