"""Pictures and pages of words for Python and notebooks."""

import io
import logging
import os
from collections.abc import Sequence
from typing import Any, Final

from embtrain.analysis.plot.html.page import find_neighbors, write_page
from embtrain.analysis.plot.picture import picture_of
from embtrain.analysis.plot.request import PlotRequest, make_scene
from embtrain.analysis.plot.scene import Scene
from embtrain.option_names import Message
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.embeddings.page import Page
from embtrain.vocabulary import encode_word

#: Number of most frequent words shown if no words are named, in a picture and on a page.
TOP_PICTURE: Final = 200
TOP_PAGE: Final = 10_000


def figure_of(
    embeddings: Embeddings,
    words: Sequence[str],
    neighbors: int,
    top: int | None,
    arrows: Sequence[tuple[str, str]],
    size: tuple[float, float],
    **layout: Any,
) -> Any:
    """See `Embeddings.plot`."""
    pairs = [(encode_word(start), encode_word(end)) for start, end in arrows]
    usual = 0 if words or pairs else TOP_PICTURE
    scene = _scene(embeddings, words, neighbors, usual if top is None else top, arrows=pairs, **layout)
    figure, notes = picture_of(scene, size)
    _log(notes)
    return figure


def page_of(
    embeddings: Embeddings, words: Sequence[str], neighbors: int, top: int | None, k: int, **layout: Any
) -> Page:
    """See `Embeddings.page`."""
    usual = 0 if words else TOP_PAGE
    scene = _scene(embeddings, words, neighbors, usual if top is None else top, **layout)
    file = io.BytesIO()
    name = os.path.basename(embeddings.source or "the vectors")
    write_page(scene, embeddings, find_neighbors(embeddings, scene.rows, k), name, file)
    return Page(file.getvalue().decode())


def _scene(embeddings: Embeddings, words: Sequence[str], neighbors: int, top: int, **request: Any) -> Scene:
    named = [encode_word(word) for word in words]
    scene, notes = make_scene(
        embeddings, PlotRequest(words=named, n_neighbors=neighbors, n_top=top, **request)
    )
    _log(notes)
    return scene


def _log(notes: Sequence[str]) -> None:
    for note in notes:
        logging.getLogger("embtrain").warning(Message(note))
