"""Vectors show themselves: as a line, a table, a picture and a page."""

import logging
import re

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import NotFoundError, UsageError
from embtrain.subwords import Subwords
from tests.conftest import needs_native

WORDS = ["the", "<b>", "\udcff\x1b[2J", "a" * 30, *(f"w{number}" for number in range(36))]
TABLE = np.random.default_rng(2).standard_normal((40, 6)).astype(np.float32)


@pytest.fixture
def vectors():
    return Embeddings(Vocabulary.from_words(WORDS, range(40, 0, -1)), TABLE)


def test_the_line_says_what_there_is(vectors, tmp_path):
    assert repr(vectors) == r"<Embeddings: 40 words x 6; the, <b>, \\xff\x1b[2J, …>"
    subwords = Subwords("fasttext", 3, 4, 5, np.ones((5, 6), np.float32))
    both = Embeddings(Vocabulary.from_words(["a"]), TABLE[:1], TABLE[:1], subwords=subwords)
    assert repr(both) == "<Embeddings: 1 word x 6; context vectors and 5 rows of n-grams; a>"
    vectors.save(tmp_path / "v.safetensors")
    opened = embtrain.load(tmp_path / "v.safetensors")
    assert repr(opened).endswith(f"; from {tmp_path / 'v.safetensors'}>")
    assert repr(Embeddings(Vocabulary.from_words([]), TABLE[:0])) == "<Embeddings: 0 words x 6>"
    long = Embeddings(Vocabulary.from_words(["a" * 30]), TABLE[:1])
    assert repr(long) == f"<Embeddings: 1 word x 6; {'a' * 19}…>"


def test_a_notebook_shows_a_table(vectors):
    shown = vectors._repr_html_()
    assert "40 words x 6" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert "\x1b" not in shown
    assert shown.count("<tr>") == 1 + 10 + 1
    assert '<th style="text-align: left">count</th>' in shown
    assert ">40</td>" in shown
    plain = Embeddings(Vocabulary.from_words(["a"]), TABLE[:1])._repr_html_()
    assert "count" not in plain
    assert plain.count("<tr>") == 2


@needs_native
def test_a_picture_is_a_figure_of_matplotlib(vectors, caplog):
    figure = pytest.importorskip("matplotlib.figure")
    drawn = vectors.plot("w1", "w2", neighbors=3, method="pca", title="Words")
    assert isinstance(drawn, figure.Figure)
    shown = {text.get_text() for text in drawn.axes[0].texts}
    assert {"w1", "w2"} <= shown
    assert drawn.axes[0].get_title(loc="left") == "Words"
    assert drawn._repr_png_().startswith(b"\x89PNG")
    arrows = vectors.plot(arrows=[("w1", "w2"), ("w3", "w4")])
    assert {"w1", "w2", "w3", "w4"} == {text.get_text() for text in arrows.axes[0].texts} - {""}
    with caplog.at_level(logging.WARNING, "embtrain"), pytest.raises(NotFoundError, match="nothing"):
        vectors.plot("nothing")


@needs_native
def test_a_page_is_shown_in_a_frame_and_saved(vectors, tmp_path):
    page = vectors.page(method="pca", k=2)
    assert page.html.startswith("<!doctype html>")
    assert "40 of the 40 words of the vectors" in page.html
    frame = page._repr_html_()
    assert frame.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert not re.search(r"<script", frame)
    assert 'sandbox="allow-scripts"' in frame
    page.save(tmp_path / "p.html")
    assert (tmp_path / "p.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(UsageError, match="exists"):
        page.save(tmp_path / "p.html")
    named = vectors.page("w1", neighbors=3, method="pca")
    assert "4 of the 40 words" in named.html
