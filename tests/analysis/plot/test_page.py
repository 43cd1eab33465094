"""The page's data: what the scripts read is what was put in, and no word can break out of it."""

import base64
import io
import json
import re

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.analysis.plot.groups import Groups, no_groups
from embtrain.analysis.plot.html.page import find_neighbors, page_data, write_page
from embtrain.analysis.plot.layout import Layout
from embtrain.analysis.plot.palette import style
from embtrain.analysis.plot.scene import Scene
from embtrain.analysis.plot.texts import show

ODD = ["</script><script>alert(1)</script>", "<!--", "中国", "a\tb", '"\\', "&amp;"]


def embeddings_of(words, dim=6, counts=None):
    vectors = np.random.default_rng(1).normal(size=(len(words), dim)).astype(np.float32)
    return Embeddings(Vocabulary.from_words(words, counts), vectors)


def scene_of(embeddings, rows, groups=None, **fields):
    rows = np.array(rows, np.int64)
    points = np.random.default_rng(2).normal(size=(len(rows), 2)) * [3, 1]
    words = [show(embeddings.vocabulary.word_bytes(row)) for row in rows]
    return Scene(words, rows, Layout(points, "tsne"), groups or no_groups(len(rows)), **fields)


def unpack(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


@pytest.fixture
def forty():
    return embeddings_of([f"w{number}" for number in range(40)], counts=range(140, 100, -1))


def test_neighbours_are_those_of_the_whole_file(forty):
    rows = np.array([3, 17, 0])
    told = []
    neighbors = find_neighbors(forty, rows, 5, on_progress=told.append)
    for own, found, scores in zip(rows, neighbors.rows, neighbors.scores, strict=True):
        expected = forty.neighbors(f"w{own}", 5)
        assert [f"w{row}" for row in found] == [word for word, _ in expected]
        assert scores.tolist() == [score for _, score in expected]
    assert told == [3]


def test_neighbours_may_be_kept_to_the_words_shown(forty):
    rows = np.array([3, 17, 0])
    neighbors = find_neighbors(forty, rows, 5, drawn_only=True)
    assert neighbors.rows.shape == (3, 3)
    assert [set(found) - {-1} for found in neighbors.rows] == [{17, 0}, {3, 0}, {3, 17}]
    assert np.isnan(neighbors.scores[:, 2]).all()


def test_what_is_packed_can_be_unpacked(forty):
    groups = Groups(np.array([0, -1, 1, 1]), ["one", "two"])
    scene = scene_of(forty, [30, 2, 5, 9], groups)
    neighbors = find_neighbors(forty, scene.rows, 6)
    data = page_data(scene, forty, neighbors, "file")
    assert (data["n"], data["k"]) == (4, 6)
    assert data["words"][:4] == ["w30", "w2", "w5", "w9"]
    assert len(set(data["words"])) == len(data["words"])
    assert data["counts"] == [110, 138, 135, 131]
    found = unpack(data["neighbors"], "<u4").reshape(4, 6)
    assert [[data["words"][position] for position in row] for row in found] == [
        [f"w{row}" for row in rows] for rows in neighbors.rows
    ]
    scores = unpack(data["scores"], "<i2").reshape(4, 6) / 32767
    assert scores == pytest.approx(neighbors.scores, abs=2e-5)
    assert unpack(data["group"], "<u1").tolist() == [1, 0, 2, 2]
    assert data["names"] == ["", "one", "two"]
    assert data["styles"] == [style(-1), style(0), style(1)]
    places = unpack(data["places"], "<u2").reshape(4, 2) / 65535
    spans = scene.layout.points.max(axis=0) - scene.layout.points.min(axis=0)
    assert places * spans.max() + scene.layout.points.min(axis=0) == pytest.approx(
        scene.layout.points, abs=1e-3
    )
    assert data["extent"] == pytest.approx(spans / spans.max())


def test_words_without_neighbours_and_without_counts():
    embeddings = embeddings_of(["only"])
    scene = scene_of(embeddings, [0])
    data = page_data(scene, embeddings, find_neighbors(embeddings, scene.rows, 3), "file")
    assert unpack(data["neighbors"], "<u4").tolist() == [0xFFFFFFFF]
    assert data["counts"] is None
    assert min(data["extent"]) > 0


def test_no_word_ends_the_script_and_nothing_is_loaded():
    embeddings = embeddings_of(ODD)
    scene = scene_of(embeddings, range(len(ODD)), title="<b>{{script}}</b>")
    file = io.BytesIO()
    write_page(scene, embeddings, find_neighbors(embeddings, scene.rows, 2), "file", file)
    page = file.getvalue().decode()
    inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(inside)["words"] == [show(word.encode()) for word in ODD]
    assert "<" not in inside
    assert page.count("<script") == page.count("</script>") == 2
    assert "<title>&lt;b&gt;{{script}}&lt;/b&gt;</title>" in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)\s*=|https?://|@import|url\(|fetch\(|import\s*\(", page)


@pytest.mark.parametrize("n", [1, 3])
def test_a_page_of_one_place_has_it_in_the_middle(n):
    embeddings = embeddings_of([f"w{i}" for i in range(n)])
    rows = np.arange(n)
    scene = Scene([f"w{i}" for i in rows], rows, Layout(np.full((n, 2), 0.25), "pca"), no_groups(n))
    data = page_data(scene, embeddings, find_neighbors(embeddings, rows, 5), "v")
    assert data["extent"] == (1, 1)
    assert set(unpack(data["places"], "<u2")) == {32768}
    assert f"{n} of the {'1 word' if n == 1 else '3 words'} of" in data["about"]


def test_names_of_files_and_titles_are_printable():
    embeddings = embeddings_of(["a", "b"])
    file = io.BytesIO()
    scene = scene_of(embeddings, [0, 1], title="t\x1b[1m")
    write_page(scene, embeddings, find_neighbors(embeddings, scene.rows, 1), "n\x1b\u202e.st", file)
    page = file.getvalue().decode()
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "<bdi>t\\x1b[1m</bdi>" in page
