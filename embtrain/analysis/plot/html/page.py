"""Writes the page: words, positions, groups, neighbours and the scripts that show them, in one file."""

import base64
import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.plot.palette import style
from embtrain.analysis.plot.scene import Scene
from embtrain.analysis.plot.texts import isolated, printable, show
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.search.exact import Searcher
from embtrain.wording import counted

SCRIPTS = ("data.js", "paint.js", "labels.js", "view.js", "search.js", "main.js")
_NONE = 0xFFFFFFFF
# Queries per search; progress is reported in between.
_BATCH = 1536


@dataclass(frozen=True)
class Neighbors:
    """Nearest words of each word on the page.

    Attributes:
        rows: int64 [n, k], rows of the vectors file, best first, padded with -1.
        scores: float64 [n, k], cosines, padded with NaN.
        source: the words that were searched, as worded on the page.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]
    source: str


def find_neighbors(
    embeddings: Embeddings,
    rows: NDArray[np.int64],
    k: int,
    drawn_only: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Neighbors:
    """Exact neighbours by cosine of all dimensions, as in `embtrain neighbors`.

    Args:
        embeddings: the vectors to search.
        rows: int64 [n], rows of the query words.
        k: neighbours per word, at least 1.
        drawn_only: search only `rows`, which is faster if they are few.
        on_progress: called with the number of words done.
    """
    vectors = embeddings.vectors[rows]
    searcher = Searcher(vectors) if drawn_only else embeddings.searcher
    exclude = np.arange(len(rows), dtype=np.int64) if drawn_only else rows
    parts = []
    for start in range(0, len(rows), _BATCH):
        part = slice(start, start + _BATCH)
        parts.append(searcher.search(vectors[part], k, exclude[part]))
        if on_progress is not None:
            on_progress(min(start + _BATCH, len(rows)))
    found = np.concatenate([found for found, _ in parts])
    if drawn_only:
        found = np.where(found < 0, -1, rows[found])
    source = (
        "the words shown here"
        if drawn_only
        else f"all {counted(len(embeddings), 'word')}"
        if len(embeddings) > 1
        else "the only word"
    )
    return Neighbors(found, np.concatenate([scores for _, scores in parts]), source)


def write_page(
    scene: Scene, embeddings: Embeddings, neighbors: Neighbors, source: str, file: BinaryIO
) -> None:
    """Writes the page.

    Args:
        scene: the content of the map; its arrows are not drawn.
        embeddings: source of counts and of neighbours that are not on the map.
        neighbors: the neighbours of each word of the scene.
        source: name of the vectors file.
        file: the output.
    """
    data = json.dumps(
        page_data(scene, embeddings, neighbors, source), ensure_ascii=False, separators=(",", ":")
    )
    fields = {
        "title": html.escape(printable(scene.title or source)),
        "style": _asset("page.css"),
        # A word could be "</script>" or "<!--"; with < escaped, no text can end its element.
        "data": data.replace("<", "\\u003c"),
        "script": "\n".join(_asset(name) for name in SCRIPTS),
    }
    for piece in _fill(_asset("page.html"), fields):
        file.write(piece.encode())


def page_data(scene: Scene, embeddings: Embeddings, neighbors: Neighbors, source: str) -> dict[str, Any]:
    """The data for the scripts; `data.js` describes its format."""
    n = len(scene)
    absent = np.setdiff1d(neighbors.rows[neighbors.rows >= 0], scene.rows)
    table = np.concatenate([scene.rows, absent])
    order = np.argsort(table, kind="stable")
    position = order[
        np.searchsorted(table, np.maximum(neighbors.rows, 0), sorter=order).clip(max=len(table) - 1)
    ]
    places, extent = _places(scene.layout.points)
    vocabulary = embeddings.vocabulary
    groups = range(-1, len(scene.groups.names))
    counts = None if vocabulary.counts is None else vocabulary.counts[scene.rows].tolist()
    file = isolated(printable(source))
    return {
        "about": f"{n:,} of the {counted(len(embeddings), 'word')} of {file}, laid out by {scene.method}. "
        f"Neighbours are the nearest of {neighbors.source} by cosine of all "
        f"{counted(embeddings.dim, 'dimension')}.",
        "n": n,
        "k": neighbors.rows.shape[1],
        "words": scene.words + [show(vocabulary.word_bytes(row)) for row in absent.tolist()],
        "counts": counts,
        "places": _pack(places, "<u2"),
        "extent": extent,
        "group": _pack(scene.groups.ids + 1, "<u1"),
        "styles": [style(group) for group in groups],
        "names": ["", *scene.groups.names],
        "neighbors": _pack(np.where(neighbors.rows < 0, _NONE, position), "<u4"),
        "scores": _pack(np.rint(np.nan_to_num(neighbors.scores) * 32767), "<i2"),
    }


def _places(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Points as integers up to 65535, with one scale for both axes, and the part of each axis in use.

    If all points coincide, they are in the middle.
    """
    low = points.min(axis=0)
    if np.array_equal(low, points.max(axis=0)):
        return np.full(points.shape, 32768.0), (1.0, 1.0)
    span = np.maximum(points.max(axis=0) - low, 1e-12)
    extent = span / span.max()
    return np.rint((points - low) / span.max() * 65535), (
        max(float(extent[0]), 1e-3),
        max(float(extent[1]), 1e-3),
    )


def _pack(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode("ascii")


def _asset(name: str) -> str:
    return files("embtrain.analysis.plot.html").joinpath(name).read_text(encoding="utf-8")


def _fill(template: str, fields: dict[str, str]) -> Iterator[str]:
    """Yields the template with its {{names}} replaced, in one pass."""
    head, *parts = template.split("{{")
    yield head
    for part in parts:
        name, _, text = part.partition("}}")
        yield fields[name]
        yield text
