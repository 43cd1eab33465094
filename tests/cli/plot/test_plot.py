"""`embtrain plot` as a shell would use it: what is written, what is said, what is refused."""

import json
import os
import re
import sys

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.analysis.plot.lists import parse_pairs
from embtrain.errors import DataError
from tests.conftest import SMALL, shell

WORDS = ["the", "man", "woman", "king", "queen", "zero", "中国", *(f"w{number}" for number in range(60))]


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    table = np.random.default_rng(0).normal(size=(len(WORDS), 8)).astype(np.float32)
    table[WORDS.index("zero")] = 0
    path = tmp_path_factory.mktemp("vectors") / "v.safetensors"
    Embeddings(Vocabulary.from_words(WORDS, range(len(WORDS), 0, -1)), table).save(path)
    return path


@pytest.fixture
def matplotlib():
    return pytest.importorskip("matplotlib")


def labels(svg):
    return set(re.findall(r"<text[^>]*>([^<]*)</text>", svg.read_text(encoding="utf-8")))


def page_data(path):
    page = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_words_and_the_kind_by_the_name(call, vectors, tmp_path, matplotlib):
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    for kind, start in starts.items():
        result = call("plot", vectors, "king", "queen", "--method", "pca", "-o", tmp_path / f"x.{kind}")
        assert (result.code, result.out) == (0, b"")
        assert (tmp_path / f"x.{kind}").read_bytes().startswith(start)
        assert "2 words, laid out by PCA" in result.err
    assert {"king", "queen"} <= labels(tmp_path / "x.svg")
    assert "the" not in labels(tmp_path / "x.svg")


def test_the_most_frequent_words_without_any_of_your_own(call, vectors, tmp_path, matplotlib):
    result = call(
        "plot", vectors, "--top", 6, "--method", "pca", "-o", tmp_path / "x.svg", "--title", "Some $words$"
    )
    assert result.code == 0
    assert "1 word is left out: its vector is zero or not finite" in result.err
    assert {"the", "man", "woman", "king", "queen", "Some $words$"} <= labels(tmp_path / "x.svg")


def test_neighbourhoods_are_coloured_by_their_word(call, vectors, tmp_path, matplotlib):
    out = tmp_path / "x.svg"
    assert call("plot", vectors, "king", "queen", "--neighbors", 5, "--method", "pca", "-o", out).code == 0
    found = call("neighbors", vectors, "-k", 5, "king", "queen").out.decode().splitlines()
    assert {row.split("\t")[2] for row in found} <= labels(out)
    assert out.read_text(encoding="utf-8").count(">king</text>") == 2  # the point's and the legend's


def test_analogies_and_pairs_are_arrows(call, vectors, tmp_path, matplotlib):
    (tmp_path / "pairs").write_text("w1 w2\nw3\tw4\n")
    out = tmp_path / "x.svg"
    options = ["--analogy", "man", "king", "woman", "queen", "--pairs", tmp_path / "pairs", "-o", out]
    result = call("plot", vectors, *options)
    assert result.code == 0
    assert "laid out by PCA" in result.err
    assert {"man", "king", "woman", "queen", "w1", "w2", "w3", "w4"} <= labels(out)
    assert any(label.startswith("principal component 1 (") for label in labels(out))


def test_classes_and_words_from_files(call, vectors, tmp_path, matplotlib):
    (tmp_path / "words").write_text("king\nqueen\n\nw1\r\n")
    (tmp_path / "classes").write_text("king\tpeople\nqueen\tpeople\n")
    options = ["--words", tmp_path / "words", "--classes", tmp_path / "classes", "--method", "pca"]
    result = call("plot", vectors, *options, "-o", tmp_path / "x.svg")
    assert result.code == 0
    assert {"king", "queen", "w1", "people"} <= labels(tmp_path / "x.svg")
    assert f"1 of 3 words have no class in {tmp_path / 'classes'} and are grey" in result.err


def test_unknown_words_stop_or_are_counted(call, vectors, tmp_path, matplotlib):
    result = call("plot", vectors, "King", "-o", tmp_path / "x.svg")
    assert result.code == 1
    assert "'King' is not among the 67 words; did you mean 'king'? --oov skip" in result.error_line
    assert list(tmp_path.iterdir()) == []
    options = ["--oov", "skip", "--analogy", "man", "King", "woman", "queen"]
    result = call("plot", vectors, *options, "-o", tmp_path / "x.svg")
    assert result.code == 0
    assert "1 word has no vector and was skipped" in result.err
    assert "1 arrow is left out: one of its words is missing" in result.err


def test_a_page_holds_words_and_their_neighbours(call, vectors, tmp_path):
    out = tmp_path / "x.html"
    options = ["--html", "--method", "pca", "--clusters", 0]
    assert call("plot", vectors, "king", "中国", *options, "-k", 3, "-o", out).code == 0
    data = page_data(out)
    assert data["words"][:2] == ["king", "中国"]
    assert (data["n"], data["k"]) == (2, 3)
    assert data["about"].startswith("2 of the 67 words of v.safetensors, laid out by PCA.")
    assert "nearest of all 67 words by cosine of all 8 dimensions" in data["about"]
    assert call("plot", vectors, *options, "--among", "shown", "-o", tmp_path / "y.html").code == 0
    data = page_data(tmp_path / "y.html")
    assert data["n"] == len(data["words"]) == 66
    assert "nearest of the words shown here" in data["about"]


def test_a_page_needs_no_matplotlib(call, vectors, tmp_path, monkeypatch):
    for module in ("matplotlib", "openTSNE", "umap"):
        monkeypatch.setitem(sys.modules, module, None)
    assert call("plot", vectors, "--method", "pca", "-o", tmp_path / "x.html").code == 0
    assert page_data(tmp_path / "x.html")["names"][0] == ""
    result = call("plot", vectors, "--method", "pca", "-o", tmp_path / "x.png")
    assert result.code == 2
    assert "needs matplotlib, which is not installed: pip install 'embtrain[plot]'" in result.error_line
    result = call("plot", vectors, "-o", tmp_path / "y.html")
    assert "--method tsne needs openTSNE" in result.error_line
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


def test_pictures_go_through_pipes(vectors, tmp_path, matplotlib):
    done = shell(
        f"$EMBTRAIN plot - king queen --method pca --format svg -o - -q < {vectors} | head -c 5; echo; "
        f"printf 'king\\nw1\\n' | $EMBTRAIN plot {vectors} --words - --method pca --format png -o - | wc -c",
        tmp_path,
    )
    assert done.code == 0
    start, size = done.out.decode().split()
    assert start == "<?xml"
    assert int(size) > 1000


def test_a_training_from_its_log(call, corpus, tmp_path, matplotlib):
    log = tmp_path / "run.jsonl"
    assert call("train", corpus, "-o", tmp_path / "v", *SMALL, "--log", log).code == 0
    assert call("plot", "--training", log, "-o", tmp_path / "curve.svg").code == 0
    assert {"loss per pair", "learning rate", "words/s", "words trained"} <= labels(tmp_path / "curve.svg")
    two = call("plot", "--training", log, "--training", log, "-o", tmp_path / "two.svg")
    assert two.code == 0
    assert str(log) in labels(tmp_path / "two.svg")


def test_a_log_that_is_none_names_its_line(call, tmp_path, matplotlib):
    (tmp_path / "log").write_text("epoch 1 loss 2.5\n")
    result = call("plot", "--training", tmp_path / "log", "-o", tmp_path / "x.png")
    assert result.code == 3
    assert "log: line 1: expected an event that `embtrain train --log` writes" in result.error_line
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["v"], "Missing option '-o'"),
        (["v", "-o", "x"], "x: what to write? End the name in .png, .svg, .pdf, .html, or use --format"),
        (["v", "-o", "x.png", "--html"], "x.png: the name says png, but the options say html: choose one"),
        (["-o", "x.png"], "nothing to draw"),
        (["v", "--training", "log", "-o", "x.png"], "VECTORS shows words: choose one"),
        (["--training", "log", "-o", "x.html"], "--html shows words: choose one"),
        (["v", "-o", "x.html", "--analogy", "a", "b", "c", "d"], "a page shows no arrows"),
        (["v", "-o", "x.png", "--neighbors", "3"], "--neighbors of what?"),
        (["v", "-o", "x.png", "--classes", "c", "--clusters", "3"], "both colour the words"),
        (["-", "-o", "x.png", "--words", "-"], "stdin (-) is named twice"),
        (["v", "-o", "x.png", "--size", "wide"], "'wide' is not a size in inches like 10x7.5"),
        (["v", "-o", "x.png", "--size", "0x200"], "must be 1 to 100 inches"),
        (["missing", "-o", "x.png"], "missing"),
    ],
)
def test_requests_that_contradict_themselves(call, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = call("plot", *arguments)
    assert result.code == 2
    assert message in result.error_line
    assert list(tmp_path.iterdir()) == []


def test_an_output_is_replaced_by_force_only(call, vectors, tmp_path, matplotlib):
    (tmp_path / "x.png").write_bytes(b"old")
    options = ["king", "queen", "--method", "pca", "-o", tmp_path / "x.png"]
    assert call("plot", vectors, *options).code == 2
    assert (tmp_path / "x.png").read_bytes() == b"old"
    assert call("plot", vectors, *options, "--force").code == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_appears_meanwhile_costs_no_drawing(call, vectors, tmp_path, monkeypatch):
    from embtrain.analysis.plot import request

    make = request.make_scene

    def make_slowly(*arguments):
        (tmp_path / "p.html").write_text("theirs")
        return make(*arguments)

    monkeypatch.setattr(request, "make_scene", make_slowly)
    done = call("plot", vectors, "-o", tmp_path / "p.html")
    assert done.code == 2
    assert (tmp_path / "p.html").read_text() == "theirs"
    assert f"kept as {tmp_path / 'p.kept-1.html'}" in done.error_line
    assert (tmp_path / "p.kept-1.html").read_text(encoding="utf-8").startswith("<!")


def test_lists_of_pairs():
    assert parse_pairs([b"a b\n", b"\n", b"new york\tparis\r\n"], "f") == [
        (b"a", b"b"),
        (b"new york", b"paris"),
    ]
    for lines, message in (
        ([b"a b\n", b"a b c\n"], "f: line 2: expected two words, found 'a b c'"),
        ([b"a\n"], "f: line 1: expected two words"),
        ([b"\n"], "f: no pairs"),
    ):
        with pytest.raises(DataError, match=message):
            parse_pairs(lines, "f")


@pytest.mark.parametrize("kind", ["png", "svg", "html"])
def test_a_title_and_a_file_name_that_are_not_utf8(call, tmp_path, kind):
    rows = tmp_path / "rows"
    rows.write_text("".join(f"w{number} {number} {number % 7} 1\n" for number in range(30)))
    vectors = tmp_path / os.fsdecode(b"v\xff")
    assert call("import", rows, "-o", vectors, "-q").code == 0
    out = tmp_path / f"out.{kind}"
    options = ("--method", "pca", "--title", os.fsdecode(b"caf\xe9"), "-q")
    result = call("plot", vectors, "-o", out, *options)
    assert result.code == 0, result.err
    if kind == "html":
        assert "caf\ufffd" in out.read_text()
