"""Answers batches of queries: looks up their words, with a policy for unknown ones, and scores them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.spelling import Spelling
from embtrain.errors import UsageError
from embtrain.floats import unit_rows
from embtrain.io.inputs.mapped import check_whole
from embtrain.option_names import option
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.search.exact import cosines
from embtrain.vectors.suggest import suggest
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

#: What to do with a word without a vector: fail, skip its query, answer it with nothing, or compute a vector
#: from subwords.
Oov = Literal["error", "skip", "null", "subword"]


@dataclass(frozen=True)
class FoundWords:
    """The words of a batch of queries, concatenated.

    Attributes:
        vectors: float32 [n, D]; NaN for words without a vector.
        rows: int64 [n]; -1 for words outside the vocabulary.
        known: bool [n], whether each word has a vector.
    """

    vectors: NDArray[np.float32]
    rows: NDArray[np.int64]
    known: NDArray[np.bool_]

    @cached_property
    def directed(self) -> NDArray[np.bool_]:
        """Which words have a vector that is finite and not zero, bool [n]."""
        with np.errstate(all="ignore"):
            squares = np.square(self.vectors.astype(np.float64)).sum(axis=1)
        directed: NDArray[np.bool_] = np.isfinite(squares) & (squares > 0)
        return directed

    def part(self, start: int, stop: int) -> "FoundWords":
        """The words start to stop."""
        return FoundWords(self.vectors[start:stop], self.rows[start:stop], self.known[start:stop])

    def only(self, chosen: NDArray[np.bool_]) -> "FoundWords":
        """The chosen words, where `chosen` is bool [n]."""
        return FoundWords(self.vectors[chosen], self.rows[chosen], self.known[chosen])


class QueryLookup:
    """Finds the vectors of words, computed from subwords on request.

    Raises UsageError for ``subword`` if the vectors have no subwords.
    """

    def __init__(self, embeddings: Embeddings, oov: Oov = "error") -> None:
        self.embeddings = embeddings
        self.spelling = Spelling(embeddings)
        self._composer = None
        if oov == "subword" and embeddings.subwords is not None:
            from embtrain.subwords import Composer

            self._composer = Composer(embeddings.subwords)
        elif oov == "subword":
            raise UsageError(
                f"{option('oov', 'subword')}: these vectors hold no subwords to compose unknown words from; "
                f"train with subwords or import a fastText .bin, or use {option('oov', 'skip')} or "
                f"{option('oov', 'null')}"
            )

    def find(self, words: Sequence[bytes]) -> FoundWords:
        """Vectors of words as given, else in the spelling of the training text, else from subwords."""
        rows = self.spelling.rows(words)
        known = rows >= 0
        vectors = np.full((len(words), self.embeddings.dim), np.nan, np.float32)
        check_whole(self.embeddings.vectors)
        vectors[known] = self.embeddings.vectors[rows[known]]
        if self._composer is not None and not known.all():
            unknown = np.flatnonzero(~known)
            spelled = [self.spelling.normalized(words[i]) for i in unknown.tolist()]
            made, counts = self._composer.unseen(Vocabulary.from_words(spelled))
            vectors[unknown[counts > 0]] = made[counts > 0]
            known[unknown] = counts > 0
        return FoundWords(vectors, rows, known)

    def unknown_message(self, word: bytes) -> str:
        """A message that a word has no vector, with a suggestion and what to do."""
        near = suggest(self.embeddings.vocabulary, word)
        hint = f"did you mean {near!r}? " if near else ""
        text = word.decode("utf-8", "surrogateescape")
        return (
            f"{text!r} is not among the {counted(len(self.embeddings), 'word')}; "
            f"{hint}{option('oov', 'skip')} or {option('oov', 'null')} continues without it"
        )


def pair_similarities(found: FoundWords) -> NDArray[np.float64]:
    """Cosines float64 [pairs] of words 0 and 1, 2 and 3, ...; NaN if a word has no direction."""
    return cosines(found.vectors[0::2], found.vectors[1::2])


def fit_scores(found: FoundWords, lengths: Sequence[int]) -> Iterator[NDArray[np.float64]]:
    """Scores how well each word of a group fits: its cosine with the mean of the group's unit vectors.

    Args:
        found: the words of all groups, concatenated.
        lengths: number of words in each group.

    Yields:
        float64 [length] for each group; the word that fits worst has the lowest score. A word without a
        direction has NaN, and is left out of the mean.
    """
    stop = 0
    for length in lengths:
        start, stop = stop, stop + length
        unit = unit_rows(found.vectors[start:stop])
        usable = np.isfinite(unit).all(axis=1)
        mean = unit[usable].sum(axis=0)
        yield cosines(unit, np.broadcast_to(mean, unit.shape))
