"""Groups words; a picture shows the groups by colour and shape."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.evaluate.kmeans import cluster
from embtrain.analysis.plot.palette import MOST
from embtrain.analysis.plot.texts import isolated, printable
from embtrain.floats import unit_rows_or_zeros
from embtrain.wording import counted

OTHERS = "others"
# Number of words used to find clusters; ten starts over all words of a large page would take minutes.
_SAMPLE = 4000


@dataclass(frozen=True)
class Groups:
    """The group of each word.

    Attributes:
        ids: int64 [n]; -1 for words in no group.
        names: names of the groups, in the order of their ids.
        notes: notes for the reader, one sentence each.
    """

    ids: NDArray[np.int64]
    names: list[str]
    notes: list[str] = field(default_factory=list)


def no_groups(n_words: int) -> Groups:
    """Puts every word in no group."""
    return Groups(np.full(n_words, -1, np.int64), [])


def by_owner(owner: NDArray[np.int64], words: Sequence[str]) -> Groups:
    """Groups words by the named word whose neighbours they are.

    Args:
        owner: int64 [n], index of that word, or -1.
        words: n words.
    """
    return _largest(
        owner, {int(index): words[index] for index in np.unique(owner) if index >= 0}, in_order=True
    )


def by_class(words: Sequence[bytes], classes: dict[bytes, str], source: str) -> Groups:
    """Groups words by their class; words without a class are in no group.

    Args:
        words: n words.
        classes: word -> class.
        source: name of the classes' file, for messages.
    """
    names = sorted(set(classes.values()))
    numbers = {name: number for number, name in enumerate(names)}
    ids = np.array([numbers[classes[word]] if word in classes else -1 for word in words], np.int64)
    groups = _largest(ids, {number: printable(name) for number, name in enumerate(names)})
    n_without = int((ids < 0).sum())
    notes = (
        [f"{n_without:,} of {counted(len(words), 'word')} have no class in {source} and are grey"]
        if n_without
        else []
    )
    return Groups(groups.ids, groups.names, [*notes, *groups.notes])


def by_cluster(vectors: NDArray[np.float32], words: Sequence[str], k: int, seed: int) -> Groups:
    """Groups words by direction into clusters, largest first, each named by its three most central words.

    Clusters are computed from the first words; the others join the nearest centre. Names are taken from the
    first tenth of a cluster's words (at least 20).

    Args:
        vectors: float32 [n, D], finite and not zero.
        words: n words, the most important first.
        k: number of clusters; fewer if there are fewer distinct directions.
        seed: the same seed gives the same clusters.
    """
    # Normalise in float64, where squares of float32 values neither overflow nor vanish.
    unit = unit_rows_or_zeros(vectors).astype(np.float32)
    first = unit[:_SAMPLE].astype(np.float64)
    found = cluster(first, min(k, len(np.unique(first[: 4 * k], axis=0))), seed)
    centres = np.array([first[found == label].sum(axis=0) for label in np.unique(found)])
    centres /= np.maximum(np.sqrt(np.square(centres).sum(axis=1, keepdims=True)), 1e-12)
    cosines = unit @ centres.T.astype(np.float32)
    labels = cosines.argmax(axis=1)
    order = [label for label in np.argsort(-np.bincount(labels), kind="stable") if (labels == label).any()]
    names = []
    for label in order:
        members = np.flatnonzero(labels == label)
        leading = members[: max(20, len(members) // 10)]
        nearest = leading[np.argsort(-cosines[leading, label], kind="stable")[:3]]
        names.append(", ".join(isolated(words[member]) for member in nearest.tolist()))
    rank = np.zeros(len(centres), np.int64)
    rank[order] = np.arange(len(order))
    return Groups(rank[labels], names)


def _largest(ids: NDArray[np.int64], names: dict[int, str], in_order: bool = False) -> Groups:
    """The groups that occur, largest first (or in order); excess groups are merged into one."""
    counts = Counter(ids[ids >= 0].tolist())
    order = sorted(counts, key=lambda group: (0 if in_order else -counts[group], group))
    shown, rest = order, []
    if len(order) > MOST:
        shown, rest = order[: MOST - 1], order[MOST - 1 :]
    renamed = {group: number for number, group in enumerate(shown)} | dict.fromkeys(rest, len(shown))
    notes = []
    if rest:
        n_words = sum(counts[group] for group in rest)
        words = counted(n_words, "word is", "words are")
        notes.append(
            f"{counted(len(rest), 'group')} of {words} drawn as '{OTHERS}': {MOST} can be told apart"
        )
    new_ids = np.array([renamed.get(group, -1) for group in ids.tolist()], np.int64)
    return Groups(new_ids, [names[group] for group in shown] + ([OTHERS] if rest else []), notes)
