"""Chooses the words of a picture: named words, their neighbours, and the most frequent words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.spelling import Spelling
from embtrain.errors import NotFoundError
from embtrain.option_names import option
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.suggest import suggest
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


@dataclass(frozen=True)
class ChosenWords:
    """Words of a picture.

    Attributes:
        rows: int64 [n], rows of the vectors file, each once: named words first, the most frequent ones last.
        n_named: number of words given by name.
        owner: int64 [n], for each word the named word whose neighbour it is, as an index into rows; -1 if it
            is not a neighbour.
        n_unknown: number of named words left out because they have no vector.
        n_aimless: number of words left out because their vectors are zero or not finite.
    """

    rows: NDArray[np.int64]
    n_named: int
    owner: NDArray[np.int64]
    n_unknown: int
    n_aimless: int


def choose(
    embeddings: Embeddings, named: Sequence[bytes], n_neighbors: int, n_top: int, skip: bool
) -> ChosenWords:
    """Chooses the words to draw.

    Args:
        embeddings: the vectors.
        named: words to draw, looked up as in `Spelling`; duplicates are drawn once.
        n_neighbors: neighbours by cosine to draw with each named word, 0 for none. A neighbour of several
            words belongs to the nearest one.
        n_top: number of first rows, the most frequent words, to draw.
        skip: leave out named words without a vector instead of failing.

    Raises:
        NotFoundError: a named word has no vector and `skip` is not set, or no words remain.
    """
    rows = Spelling(embeddings).rows(named) if named else np.empty(0, np.int64)
    if not skip:
        check_known(embeddings.vocabulary, named, rows)
    known = _unique(rows[rows >= 0])
    aimed = known[_has_direction(embeddings.vectors, known)]
    nearest, owner = _neighborhoods(embeddings, aimed, n_neighbors)
    top = np.arange(min(n_top, len(embeddings)), dtype=np.int64)
    aimed_top = top[_has_direction(embeddings.vectors, top)]
    chosen = _unique(np.concatenate([aimed, nearest, aimed_top]))
    owners = np.full(len(chosen), -1, np.int64)
    owners[: len(aimed)] = np.arange(len(aimed)) if n_neighbors else -1
    owners[len(aimed) : len(aimed) + len(owner)] = owner
    if not len(chosen):
        raise NotFoundError("there is nothing to draw: no requested word has a vector with a direction")
    n_aimless = len(known) - len(aimed) + len(top) - len(aimed_top)
    return ChosenWords(chosen, len(aimed), owners, int((rows < 0).sum()), n_aimless)


def check_known(vocabulary: Vocabulary, words: Sequence[bytes], rows: NDArray[np.int64]) -> None:
    """Raises NotFoundError for the first word whose row is -1, with a suggestion."""
    missing = np.flatnonzero(rows < 0)
    if not len(missing):
        return
    word = words[int(missing[0])]
    near = suggest(vocabulary, word)
    hint = f"did you mean {near!r}? " if near else ""
    text = word.decode("utf-8", "surrogateescape")
    raise NotFoundError(
        f"{text!r} is not among the {counted(len(vocabulary), 'word')}; {hint}{option('oov', 'skip')} "
        "continues without it"
    )


def _unique(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each row once, in the order of first appearance."""
    _, first = np.unique(rows, return_index=True)
    return rows[np.sort(first)]


def _has_direction(vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    with np.errstate(all="ignore"):
        squares = np.square(vectors[rows].astype(np.float64)).sum(axis=1)
    aimed: NDArray[np.bool_] = np.isfinite(squares) & (squares > 0)
    return aimed


def _neighborhoods(
    embeddings: Embeddings, named: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Neighbours that are not named words, best first, and for each the index of the nearest named word."""
    if not k or not len(named):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rows, scores = embeddings.searcher.search(embeddings.vectors[named], k, named)
    owner = np.repeat(np.arange(len(named)), rows.shape[1])
    flat, values = rows.ravel(), scores.ravel()
    use = (flat >= 0) & ~np.isin(flat, named)
    flat, values, owner = flat[use], values[use], owner[use]
    best_first = np.argsort(-values, kind="stable")
    _, first = np.unique(flat[best_first], return_index=True)
    kept = best_first[np.sort(first)]
    return flat[kept], owner[kept]
