"""Shows `Embeddings`: as a line, as a table in a notebook, as a picture and as a page."""

import html
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, cast

from embtrain.vectors.embeddings.words import WordVectors
from embtrain.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.embeddings.page import Page

_FIRST_WORDS = 3
_ROWS = 10
_VALUES = 4
_LONGEST = 20


class Display(WordVectors):
    """Shows words and vectors."""

    def __repr__(self) -> str:
        parts = [f"{counted(len(self), 'word')} x {self.dim}", *self._extras()]
        if len(self):
            parts.append(", ".join(self._first_words(_FIRST_WORDS)))
        if self.source is not None:
            parts.append(f"from {self.source}")
        return f"<Embeddings: {'; '.join(parts)}>"

    def _extras(self) -> list[str]:
        extras = [] if self.context is None else ["context vectors"]
        if self.subwords is not None:
            extras.append(counted(len(self.subwords.vectors), "row of n-grams", "rows of n-grams"))
        return [" and ".join(extras)] if extras else []

    def _first_words(self, n: int) -> Iterator[str]:
        for word in islice(self.vocabulary, n):
            text = word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            yield repr(text)[1:-1] if len(text) <= _LONGEST else repr(text[: _LONGEST - 1])[1:-1] + "\u2026"
        if len(self) > n:
            yield "\u2026"

    def _repr_html_(self) -> str:
        facts = [f"{counted(len(self), 'word')} x {self.dim}", *self._extras()]
        if model := self.metadata.get("config") and self.config.get("model"):
            facts.append(f"{model}")
        if self.source is not None:
            facts.append(f"from {self.source}")
        words = list(self._first_words(_ROWS))[:_ROWS]
        counts = self.vocabulary.counts
        names = ["word", *(["count"] if counts is not None else []), f"first of {counted(self.dim, 'value')}"]
        rows = [
            [
                word,
                *([f"{int(counts[row]):,}"] if counts is not None else []),
                "  ".join(f"{value:.4g}" for value in self.vectors[row, :_VALUES].tolist()),
            ]
            for row, word in enumerate(words)
        ]
        return _table("; ".join(facts), names, rows, len(self) > len(words))

    def plot(
        self,
        *words: str,
        neighbors: int = 0,
        top: int | None = None,
        arrows: Sequence[tuple[str, str]] = (),
        method: Literal["pca", "tsne", "umap"] | None = None,
        clusters: int | None = None,
        title: str = "",
        size: tuple[float, float] = (10.0, 7.5),
        seed: int = 1,
    ) -> "Figure":
        """A picture of words in the plane, as `embtrain plot` draws it: a figure of matplotlib.

        A notebook shows it, and its method ``savefig`` writes it.

        Args:
            words: words to show.
            neighbors: how many neighbours of each word to show too.
            top: how many of the most frequent words to show; None is 200, or 0 if words are named.
            arrows: pairs of words, with an arrow from the first to the second.
            method: layout; None is t-SNE, or PCA with arrows.
            clusters: number of clusters to colour; None is 6 for the most frequent words.
            title: above the picture.
            size: width and height in inches.
            seed: of layout and clusters.

        Raises:
            NotFoundError: a word has no vector. BackendError: matplotlib, or the package of the layout, is
            not installed (``pip install 'embtrain[plot]'``).
        """
        # vectors may not import analysis, a room above; embtrain/__init__.py connects the two.
        import embtrain

        figure: Figure = embtrain.figure_of(
            cast("Embeddings", self),
            words,
            neighbors,
            top,
            arrows,
            size,
            method=method,
            clusters=clusters,
            title=title,
            seed=seed,
        )
        return figure

    def page(
        self,
        *words: str,
        neighbors: int = 0,
        top: int | None = None,
        k: int = 10,
        method: Literal["pca", "tsne", "umap"] | None = None,
        clusters: int | None = None,
        title: str = "",
        seed: int = 1,
    ) -> "Page":
        """A page to explore words in, as `embtrain plot --html` writes it; a notebook shows it.

        It can be moved and zoomed, finds words, and shows their neighbours. It needs no network.

        Args:
            words, neighbors, method, clusters, title, seed: as for `plot`.
            top: how many of the most frequent words to show; None is 10,000, or 0 if words are named.
            k: neighbours that it shows for each word.

        Returns:
            An object with the text of the page, ``html``, and a method ``save``.

        Raises:
            NotFoundError, BackendError: as for `plot`; PCA needs no package.
        """
        import embtrain

        return embtrain.page_of(
            cast("Embeddings", self),
            words,
            neighbors,
            top,
            k,
            method=method,
            clusters=clusters,
            title=title,
            seed=seed,
        )


def _table(caption: str, names: list[str], rows: list[list[str]], has_more: bool) -> str:
    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(f'<{tag} style="text-align: left">{html.escape(text)}</{tag}>' for text in texts)

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    more = f'<tr><td colspan="{len(names)}">&hellip;</td></tr>' if has_more else ""
    return (
        f'<table><caption style="text-align: left">Embeddings: {html.escape(caption)}</caption>'
        f"<thead><tr>{cells('th', names)}</tr></thead><tbody>{body}{more}</tbody></table>"
    )
