"""The request for a picture, and the scene built from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from embtrain.analysis.plot.choose import ChosenWords, choose
from embtrain.analysis.plot.groups import Groups, by_class, by_cluster, by_owner, no_groups
from embtrain.analysis.plot.layout import FEWEST, Layout, Method, lay_out
from embtrain.analysis.plot.lists import Pair
from embtrain.analysis.plot.scene import Scene
from embtrain.analysis.plot.texts import show
from embtrain.vectors.embeddings import Embeddings
from embtrain.wording import counted

#: Default number of clusters of the most frequent words: the number of colours.
CLUSTERS = 6


@dataclass(frozen=True)
class PlotRequest:
    """Which words to show, and how.

    Attributes:
        words: words given by name.
        arrows: pairs of words, with an arrow from the first to the second; they are shown too.
        n_neighbors: neighbours to show with each word given by name.
        n_top: number of most frequent words to show.
        skip: leave out unknown words.
        method: layout; None for PCA with arrows, which keeps parallel ones parallel, else t-SNE.
        perplexity: t-SNE's, or UMAP's n_neighbors.
        clusters: number of clusters to colour, 0 for none; None for the default.
        classes: word -> class, instead of clusters.
        classes_name: name of the classes' file.
        seed: seed of layout and clusters.
        title: title above the picture.
    """

    words: Sequence[bytes] = ()
    arrows: Sequence[Pair] = ()
    n_neighbors: int = 0
    n_top: int = 0
    skip: bool = False
    method: Method | None = None
    perplexity: int = 30
    clusters: int | None = None
    classes: dict[bytes, str] = field(default_factory=dict)
    classes_name: str = ""
    seed: int = 1
    title: str = ""


def make_scene(embeddings: Embeddings, request: PlotRequest) -> tuple[Scene, list[str]]:
    """Chooses the words, lays them out and groups them.

    Returns:
        The scene, and notes about what was left out or changed, one sentence each.

    Raises:
        NotFoundError: a word has no vector, or no words remain.
        BackendError: a library is not installed.
    """
    named = [*request.words, *(word for pair in request.arrows for word in pair)]
    choice = choose(embeddings, named, request.n_neighbors, request.n_top, request.skip)
    raw = [embeddings.vocabulary.word_bytes(row) for row in choice.rows.tolist()]
    vectors = np.ascontiguousarray(embeddings.vectors[choice.rows])
    method = request.method or ("pca" if request.arrows else "tsne")
    layout = lay_out(vectors, method, request.perplexity, request.seed)
    words = [show(word) for word in raw]
    position = {word: index for index, word in enumerate(raw)}
    arrows = [(position[a], position[b]) for a, b in request.arrows if a in position and b in position]
    groups = _group(request, choice, raw, words, embeddings)
    notes = [*_notes(request, choice, layout, method, len(arrows)), *groups.notes]
    return Scene(words, choice.rows, layout, groups, choice.n_named, arrows, request.title), notes


def _group(
    request: PlotRequest, choice: ChosenWords, raw: list[bytes], words: list[str], embeddings: Embeddings
) -> Groups:
    if request.classes:
        return by_class(raw, request.classes, request.classes_name)
    if request.clusters is None and request.n_neighbors:
        return by_owner(choice.owner, words)
    clusters = request.clusters
    if clusters is None:
        clusters = CLUSTERS if request.n_top else 0
    if not clusters:
        return no_groups(len(words))
    return by_cluster(embeddings.vectors[choice.rows], words, clusters, request.seed)


def _notes(
    request: PlotRequest, choice: ChosenWords, layout: Layout, method: Method, n_arrows: int
) -> list[str]:
    notes = []
    if choice.n_unknown:
        notes.append(
            counted(
                choice.n_unknown,
                "word has no vector and was skipped",
                "words have no vector and were skipped",
            )
        )
    if choice.n_aimless:
        notes.append(
            counted(
                choice.n_aimless,
                "word is left out: its vector is zero or not finite",
                "words are left out: their vectors are zero or not finite",
            )
        )
    if n_arrows < len(request.arrows):
        notes.append(
            counted(
                len(request.arrows) - n_arrows,
                "arrow is left out: one of its words is missing",
                "arrows are left out: one of their words is missing",
            )
        )
    if layout.method != method:
        notes.append(f"laid out by PCA: {method} needs at least {FEWEST} words")
    return notes
