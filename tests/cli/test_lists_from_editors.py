"""Byte order marks, UTF-16, blank lines and spaces at line ends in every list that a command takes."""

import io
import json
import re
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.config import read_recipe

WORDS = ["king", "queen", "man", "woman", "apple", "pear", "new york"]
TABLE = np.array(
    [[2, 0, 1], [2, 1, 1], [0, 0, 1], [0, 1, 1], [-1, 0.3, -1], [-1, 0.2, -1], [1, 1, 0]], np.float32
)
CODECS = ["utf-8-sig", "utf-16", "utf-32"]


@pytest.fixture
def ask(tmp_path, monkeypatch, call):
    """Runs a command line in a folder that holds vectors named v, with `stdin` as its input."""
    Embeddings(Vocabulary.from_words(WORDS), TABLE).save(tmp_path / "v")
    monkeypatch.chdir(tmp_path)

    def ask(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        return call(*arguments)

    return ask


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_queries(ask, codec):
    commands = (("neighbors", b"king\t1\t"), ("vectors", b"king 2 0 1\n"), ("sentence", b"king\t2 0 1\n"))
    for name, start in commands:
        result = ask(name, "v", *(("-k1",) if name == "neighbors" else ()), stdin="king\n".encode(codec))
        assert (result.code, result.out[: len(start)]) == (0, start), (name, result.err)
    for name, line in (
        ("similarity", "king queen"),
        ("analogy", "man king woman"),
        ("odd-one-out", "king queen man"),
    ):
        result = ask(name, "v", stdin=f"{line}\n".encode(codec))
        assert (result.code, result.out.split(b"\t")[0]) == (
            0,
            line.split()[0].encode() if name != "odd-one-out" else line.encode(),
        ), (name, result.err)


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_lists_and_counts(ask, tmp_path, codec):
    (tmp_path / "text").write_text("king queen king man")
    (tmp_path / "words").write_text("queen\npear\n", codec)
    assert (
        ask("vocab", "build", "text", "-o", "-", "--min-count", "3", "--words", "words").out
        == b"queen 1\npear 0\n"
    )
    assert ask("convert", "v", "w.safetensors", "--words", "words").code == 0
    assert list(embtrain.load(tmp_path / "w.safetensors").words) == ["queen", "pear"]
    for name in "ab":
        (tmp_path / name).write_text("king 2\nman 1\n", codec)
    merged = ask("vocab", "merge", "a", "b", "-o", "-", "--words", "words")
    assert merged.out == b"king 4\nman 2\npear 0\nqueen 0\n"
    assert ask("vocab", "merge", "-", "-o", "-", stdin="king 2\n".encode(codec)).out == b"king 2\n"
    shown = ask("vocab", "show", "a", "--json")
    assert json.loads(shown.out)["words"] == 2


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_recipes(tmp_path, codec):
    (tmp_path / "r.toml").write_text("dim = 7\n", codec)
    assert read_recipe(str(tmp_path / "r.toml")) == {"dim": 7}


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_evaluation_sets(ask, tmp_path, codec):
    (tmp_path / "a.txt").write_text("man king woman queen\n", codec)
    (tmp_path / "s.csv").write_text("king,queen,9\nking,apple,1\nman,king,5\n", codec)
    (tmp_path / "c.txt").write_text("king person\nqueen person\napple fruit\npear fruit\n", codec)
    (tmp_path / "o.txt").write_text("apple\npear\n\nking\n", codec)
    sets = ("--analogies", "a.txt", "--similarity", "s.csv", "--categories", "c.txt", "--outliers", "o.txt")
    result = ask("evaluate", "v", *sets)
    assert (result.code, result.err) == (0, "")
    rows = [line.split() for line in result.out.decode().splitlines()]
    for name, number in zip("asco", "1341", strict=True):
        assert any(row[0] == name and row[-3:] == [number, "/", number] for row in rows), result.out


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_what_is_drawn(ask, tmp_path, codec):
    """The last line of the classes has a space where none belongs."""
    (tmp_path / "classes").write_text("king\tperson\nqueen\tperson\napple \tfruit \n\n", codec)
    (tmp_path / "words").write_text("king\n \nqueen \napple\n", codec)
    lists = ("--words", "words", "--classes", "classes", "--method", "pca")
    result = ask("plot", "v", "-o", "p.html", *lists)
    assert result.code == 0, result.err
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert {"apple", "king", "queen"} <= set(data["words"])
    assert "embtrain: 3 words, laid out by PCA\n" in result.err
    assert "no class" not in result.err


@pytest.mark.parametrize("codec", CODECS)
def test_marks_of_dictionaries_of_jieba(ask, tmp_path, codec):
    pytest.importorskip("jieba", reason="needs embtrain[zh]")
    (tmp_path / "text").write_text("云计算中心的韩玉赏鉴", encoding="utf-8")
    (tmp_path / "names").write_text("云计算中心 5 n\n韩玉赏鉴\n", codec)
    result = ask("vocab", "build", "text", "-o", "-", "--tokenizer", "jieba", "--user-dict", "names")
    assert set(result.out.decode().split()[::2]) == {"云计算中心", "的", "韩玉赏鉴"}


BLANKS = ("embtrain: left out 2 blank lines\n", "embtrain: left out white space around 2 words\n")


@pytest.mark.parametrize("name", ["neighbors", "vectors"])
@pytest.mark.parametrize("piped", [True, False])
def test_blank_lines_and_spaces_in_words(ask, tmp_path, name, piped):
    data = b"king \r\n\n \t\n\x0bnew york\t\nman\n"
    (tmp_path / "list").write_bytes(data)
    result = ask(name, "v", stdin=data) if piped else ask(name, "v", "--input", "list")
    clean = ask(name, "v", stdin=b"king\nnew york\nman\n")
    assert (result.code, result.out) == (0, clean.out)
    assert [line in result.err for line in BLANKS] == [True, True], result.err
    assert "blank" not in clean.err + clean.out.decode()


@pytest.mark.parametrize(
    ("name", "dirty", "clean"),
    [
        (
            "similarity",
            b"king  queen \n\nking \tnew york \r\n  \nman woman\n",
            b"king queen\nking\tnew york\nman woman\n",
        ),
        ("analogy", b"\n man king woman\nman\tking\twoman\t\n \n", b"man king woman\nman king woman\n"),
        (
            "odd-one-out",
            b"king queen man \n\t\nking\tqueen\t new york\n\n",
            b"king queen man\nking\tqueen\tnew york\n",
        ),
    ],
)
def test_blank_lines_and_spaces_in_groups_of_words(ask, tmp_path, name, dirty, clean):
    (tmp_path / "list").write_bytes(dirty)
    expected = ask(name, "v", stdin=clean)
    assert expected.code == 0, expected.err
    for result in (ask(name, "v", stdin=dirty), ask(name, "v", "--input", "list")):
        assert (result.code, result.out) == (0, expected.out), result.err
        assert BLANKS[0] in result.err
        assert re.search(r"left out white space around [23] words\n", result.err), result.err


def test_a_word_that_is_missing_between_tabs_is_still_an_error(ask):
    for line in (b"\tking\n", b"king\t\n", b"king\t\tqueen\n"):
        assert ask("similarity", "v", stdin=line).code == 3


def test_sentences_are_taken_as_they_are(ask):
    result = ask("sentence", "v", stdin=b"king man \n\n king\n")
    assert "white space" not in result.err
    assert "blank line" not in result.err
    assert result.out.count(b"\n") == 3


def test_blank_lines_and_spaces_in_words_to_convert(ask, tmp_path):
    (tmp_path / "words").write_bytes(b"\nqueen \r\n\tnew york\n  \nking")
    result = ask("convert", "v", "w.safetensors", "--words", "words")
    assert list(embtrain.load(tmp_path / "w.safetensors").words) == ["king", "queen", "new york"]
    assert "embtrain: left out 2 blank lines of words\n" in result.err
    assert "embtrain: left out white space around 2 words of words\n" in result.err


def test_a_list_without_a_mark_says_how_it_was_read(ask, tmp_path):
    (tmp_path / "words").write_text("queen\nking\n" * 9, "utf-16-le")
    result = ask("convert", "v", "w.safetensors", "--words", "words")
    assert result.code == 0
    assert "embtrain: warning: words: read as utf-16-le\n" in result.err


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("command", ["neighbors", "vectors", "sentence", "convert"])
def test_wide_text_without_a_mark_is_recognised_from_stdin_as_in_files(ask, tmp_path, command, codec):
    text = "king\nqueen\n".encode(codec)
    (tmp_path / "words").write_bytes(text)
    if command == "convert":
        arguments = ("convert", "v", "-", "--to", "glove", "-q", "--words")
        files = [ask(*arguments, "words"), ask(*arguments, "-", stdin=text)]
    else:
        files = [ask(command, "v", "--words", "words"), ask(command, "v", stdin=text)]
    assert files[0].out == files[1].out != b""
    for name, result in zip(("words", "stdin"), files, strict=True):
        assert f"embtrain: warning: {name}: read as {codec}\n" in result.err


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-32-be"])
def test_wide_text_that_arrives_byte_by_byte_is_recognised(codec):
    from embtrain.io.documents.text_form import ArrivingText

    said = []
    arriving = ArrivingText("stdin", said.append)
    pieces = [arriving(bytes([byte])) for byte in "a\nking\n".encode(codec)]
    assert b"".join(pieces) + arriving(b"") == b"a\nking\n"
    assert said == [f"stdin: read as {codec}"]


def test_what_is_too_short_to_be_told_is_left_as_it_is():
    from embtrain.io.documents.text_form import ArrivingText

    arriving = ArrivingText("stdin", print)
    assert arriving(b"a\0") + arriving(b"\n\0") == b""
    assert arriving(b"") == b"a\0\n\0"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_vocabulary_is_a_list_of_words_to_convert(ask, tmp_path, end):
    (tmp_path / "vocab").write_bytes(f"queen 7{end}king 7{end}zebra 1{end}".encode())
    result = ask("convert", "v", "-", "--to", "glove", "--words", "vocab")
    assert [line.split()[0] for line in result.out.splitlines()] == [b"king", b"queen"]
    assert "embtrain: vocab is a vocabulary: its words were taken, without their counts\n" in result.err
    assert "wanted words that the file lacks: 1, the first 'zebra'" in result.err


@pytest.mark.parametrize("text", ["new york\nking\n", "king 1\nqueen 7\n", "king 2\n\nqueen\n"])
def test_words_with_blanks_are_no_vocabulary(ask, tmp_path, text):
    (tmp_path / "words").write_text(text)
    result = ask("convert", "v", "x.safetensors", "--words", "words")
    assert "is a vocabulary" not in result.err
    assert f"wrote {sum(line in WORDS for line in text.splitlines())} word" in result.err
