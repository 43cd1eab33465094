"""Pictures as they are written: overlaps, texts and notes."""

import dataclasses
import io
import re
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from embtrain.analysis.plot import fonts
from embtrain.analysis.plot.curve import compose_curves, draw_curves, short
from embtrain.analysis.plot.figure import settings
from embtrain.analysis.plot.fonts import BASE, find_families
from embtrain.analysis.plot.groups import Groups, by_class, no_groups
from embtrain.analysis.plot.layout import Layout
from embtrain.analysis.plot.lists import parse_classes
from embtrain.analysis.plot.picture import compose, draw_words, fit
from embtrain.analysis.plot.runs import Run
from embtrain.analysis.plot.scene import Scene
from embtrain.analysis.plot.texts import shorten, show
from tests.analysis.plot.scenes import CHINESE, scene

ODD = ["$x^2$", "$", "a_b", "<&>", "\\alpha", "tab\\t"]


def drawn(picture, kind="png", **options):
    """The bytes of a picture and its notes; any warning of matplotlib is an error."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        notes = draw_words(picture, file, kind, **options)
    return file.getvalue(), notes


def label_boxes(picture, size, dpi):
    """Labels of a picture and where they are, in pixels of the final resolution."""
    with settings([BASE]):
        figure, n_unlabelled = compose(picture, size, dpi)
        figure.canvas.draw()
        (axes,) = figure.axes
        boxes = {text.get_text(): text.get_window_extent() for text in axes.texts if text.get_text()}
        return boxes, n_unlabelled, axes


@pytest.mark.parametrize(
    ("n_words", "size", "dpi"), [(40, (5, 4), 72), (300, (10, 7.5), 150), (800, (6, 6), 100)]
)
def test_no_label_overlaps_another_or_leaves_the_frame(n_words, size, dpi):
    picture = scene(n_words)
    boxes, n_unlabelled, axes = label_boxes(picture, size, dpi)
    assert len(boxes) + n_unlabelled == n_words
    assert len(boxes) >= min(30, n_words // 2)
    frame = axes.get_window_extent()
    found = list(boxes.values())
    for index, box in enumerate(found):
        assert frame.x0 <= box.x0
        assert frame.y0 <= box.y0
        assert box.x1 <= frame.x1
        assert box.y1 <= frame.y1
        assert not any(box.overlaps(other) for other in found[:index])


def test_no_label_covers_a_point():
    picture = scene(200)
    boxes, _, axes = label_boxes(picture, (8, 6), 100)
    points = axes.transData.transform(picture.layout.points)
    for box in boxes.values():
        inside = (points > (box.x0, box.y0)).all(axis=1) & (points < (box.x1, box.y1)).all(axis=1)
        assert not inside.any()


def test_named_words_are_labelled_first():
    points = np.repeat([[0.0, 0.0], [1.0, 1.0]], [200, 1], axis=0)
    picture = Scene(
        [f"w{number}" for number in range(201)],
        np.arange(201),
        Layout(points, "tsne"),
        no_groups(201),
        n_named=2,
    )
    boxes, _, _ = label_boxes(picture, (4, 3), 72)
    assert {"w0", "w1"} <= set(boxes)


def test_labels_without_room_are_counted():
    _, notes = drawn(scene(800), size=(4.0, 3.0), dpi=72)
    (note,) = notes
    count = int(re.match(r"(\d+) of 800 words have no label", note)[1])
    assert 400 < count < 800


@pytest.mark.parametrize(
    ("kind", "start"), [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")]
)
def test_equal_scenes_are_equal_files(kind, start):
    first, _ = drawn(scene(20, title="A title"), kind)
    assert first.startswith(start)
    assert first == drawn(scene(20, title="A title"), kind)[0]


def test_the_text_of_an_svg_stays_text_and_is_no_formula():
    svg = drawn(scene(words=ODD), "svg")[0].decode()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"$x^2$", "$", "a_b", "&lt;&amp;&gt;", "\\alpha", "first"} <= set(texts)


def test_chinese_words_are_drawn_with_glyphs_of_their_own():
    families, warning = find_families(CHINESE)
    if warning:
        pytest.skip(f"no Chinese font is installed: {warning}")
    svg, notes = drawn(scene(words=CHINESE), "svg")
    assert notes == []
    assert set(CHINESE) <= set(re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode()))
    pdf, notes = drawn(scene(words=CHINESE), "pdf")
    assert notes == []
    assert families[1].replace(" ", "").encode()[:8] in pdf
    assert drawn(scene(words=CHINESE))[1] == []


def test_characters_without_a_font_are_said_and_drawn_as_boxes(monkeypatch):
    monkeypatch.setattr(fonts, "_candidates", lambda missing, installed: [])
    png, notes = drawn(scene(words=CHINESE))
    assert png.startswith(b"\x89PNG")
    (note,) = notes
    assert "apt-get install fonts-noto-cjk" in note


def test_axes_are_named_where_they_mean_something():
    layout = Layout(np.eye(3, 2), "pca", (0.5, 0.25))
    picture = Scene(["a", "b", "c"], np.arange(3), layout, no_groups(3), arrows=[(0, 1)])
    svg = drawn(picture, "svg")[0].decode()
    assert "principal component 1 (50.0% of the variance)" in svg
    assert "principal component" not in drawn(scene(10), "svg")[0].decode()


def test_words_that_cannot_be_printed_are_escaped():
    assert show(b"plain") == "plain"
    assert show("中 文".encode()) == "中 文"
    assert show(b"a\tb\n\xff\x00") == "a\\x09b\\x0a\\xff\\x00"
    assert show("\u202e\u2028".encode()) == "\\u202e\\u2028"


LONG = "x" * 300


@pytest.mark.parametrize("size", [(10, 7.5), (4, 3), (2, 2)])
def test_long_texts_are_cut_with_an_ellipsis_and_counted(size):
    groups = Groups(np.arange(6) % 3, [LONG, "short", "y" * 300])
    picture = scene(words=[LONG, "w" * 99, "e\u0301" * 99, "word", "a", "b"], title="t" * 500)
    picture = dataclasses.replace(picture, groups=groups, n_named=6)
    svg = io.BytesIO()
    notes = draw_words(picture, svg, "svg", size)
    assert notes[-1 if "texts" in notes[-1] else -2] == "6 texts are too long for the picture and cut short"
    text = svg.getvalue().decode()
    assert "short" in text
    assert "x" * 41 not in text
    assert re.search("x…<", text)
    assert not re.search("e…|\u0301{2}", text)
    figure, _ = compose(fit(picture, size), size, 100)
    width = figure.canvas.get_width_height()[0]
    box = figure.legends[0].get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= width


def test_control_characters_of_titles_and_classes_are_escapes(tmp_path):
    groups = by_class([b"a", b"b"], parse_classes([b"a\tred\x1b[31m\n", b"b\t\xff\n"], "c"), "c")
    assert sorted(groups.names) == ["\\xff", "red\\x1b[31m"]
    svg = drawn(scene(words=["a", "b"], title="one\x07\u202etwo"), "svg")[0].decode()
    assert "one\\x07\\u202etwo" in svg
    ElementTree.fromstring(svg)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("word", 4, "word"),
        ("words", 4, "wor…"),
        ("中国北京", 8, "中国北京"),
        ("中国北京市", 8, "中国北…"),
        ("e\u0301" * 5, 5, "e\u0301" * 5),
        ("e\u0301" * 6, 5, "e\u0301" * 4 + "…"),
        ("a👩\u200d👧b", 4, "a…"),
        ("", 4, ""),
    ],
)
def test_texts_are_cut_between_what_readers_see(text, columns, expected):
    assert shorten(text, columns) == expected


def run(name="run.jsonl", scores=None):
    """A training of two epochs."""
    series = [(float(done), 1 / done) for done in range(1, 9)]
    return Run(name, {"loss": series, "lr": series, "words/s": [], "memory": []}, scores or {}, [4.0, 8.0])


def test_a_curve_has_a_panel_for_all_that_was_measured():
    with settings([BASE]):
        figure = compose_curves([run(scores={"google": [(4.0, 0.2), (8.0, 0.3)]})], (8, 6), 72, "")
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss per pair", "learning rate", "score"]
    loss = figure.axes[0].lines[0]
    assert loss.get_xydata().tolist() == [[done, 1 / done] for done in range(1, 9)]
    assert figure.axes[2].lines[0].get_xydata().tolist() == [[4, 0.2], [8, 0.3]]


def test_several_runs_are_told_apart():
    with settings([BASE]):
        figure = compose_curves([run("one"), run("two")], (8, 6), 72, "")
    one, two = figure.axes[0].lines
    assert (one.get_label(), two.get_label()) == ("one", "two")
    assert one.get_color() != two.get_color()
    assert one.get_linestyle() != two.get_linestyle()
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["one", "two"]


def test_a_curve_is_written_with_its_notes():
    cut = run()
    cut.notes.append("cut short")
    file = io.BytesIO()
    assert draw_curves([cut], file, "svg", title="How it went") == ["cut short"]
    assert "How it went" in file.getvalue().decode()


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.05, "0.05"), (300_000, "300 k"), (2.5e6, "2.5 M"), (-1e9, "-1 G")]
)
def test_numbers_of_axes_are_short(value, text):
    assert short(value) == text
