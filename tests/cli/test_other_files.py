"""Files that are not what a command expects: messages name the kind of file, and their advice works."""

import io
import pickle
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import embtrain
from tests.conftest import environment

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 12345\n"
GLOVE = b"the 0.1 0.2\nof 0.3 0.5\nand 0.9 0.1\n"


def npy(value, **options):
    file = io.BytesIO()
    np.save(file, value, **options)
    return file.getvalue()


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    return file.getvalue()


def database(folder):
    with sqlite3.connect(folder / "db") as connection:
        connection.execute("create table a(b)")
    return (folder / "db").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "found", "remedy"),
    [
        ("m.bin", POINTER, "a Git LFS pointer", "git lfs pull"),
        ("a.txt", b"the [0.1 0.2]\nof [0.3 0.4]\n", "in brackets", "tr -s '][, ' ' ' < "),
        ("a.txt", b"the,0.1,0.2\nof,0.3,0.4\n", "separated by ','", "tr ',' '\\t' < "),
        ("a.tsv", b"0.1\t0.2\t0.3\n0.4\t0.5\t0.6\n", "without words", "put the word before"),
        ("a.txt", b"2 3\n0.1 0.2 0.3\n1 0.5 0.6\n", "without words", "put the word before"),
        ("a.csv", b"0.1,0.2,0.3\n0.4,0.5,0.6\n", "separated by ','", "a word first"),
        ("README.md", b"# V\nA card, see the site\n", "without rows", "train"),
        ("a.bin", b"<!DOCTYPE html><html>", "a web page, so the download failed", "download the file itself"),
        ("a.xml", b'<?xml version="1.0"?><a/>', "XML text", "a word and its numbers"),
        ("a.json", b'{"the": [0.1, 0.2]}', "JSON text", "a word and its numbers"),
        ("a.json", b'[["the", 0.1, 0.2]]', "JSON text", "a word and its numbers"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(50), "an HDF5 file", "embtrain.Embeddings("),
        ("a.magnitude", database, "an SQLite database", "embtrain.Embeddings("),
        ("a.pkl", pickle.dumps({"the": [1.0]}), "a Python pickle", "embtrain.Embeddings("),
        ("a.pt", zipped("a/data.pkl", "a/data/0"), "a torch file", "embtrain.Embeddings("),
        ("a.npz", zipped("x.npy", "y.npy"), "numpy's arrays", "NAME.npy and NAME.txt"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "an office document", "as text"),
        ("a.npy", npy({"the": [1.0]}, allow_pickle=True), "Python objects", "np.save(name, table)"),
        ("m.kv.vectors.npy", npy(np.ones((2, 2), "f4")), "words", "put that beside it and give "),
        ("vectors", npy(np.ones((2, 2), "f4")), "words", "give the pipeline's folder"),
        ("x.npy", npy(np.ones((2, 2), "f4")), "without words", "one per line, in x.txt beside it"),
    ],
)  # fmt: skip
def test_what_it_is_and_what_to_do(call, tmp_path, name, content, found, remedy):
    (tmp_path / name).write_bytes(content(tmp_path) if callable(content) else content)
    done = call("import", tmp_path / name, "-o", tmp_path / "out")
    assert done.code == 3
    assert found in done.error_line
    assert remedy in done.error_line
    assert "--from" not in done.error_line
    done = call("check", tmp_path / name)
    assert (done.code, found in done.error_line) == (3, True)
    done = call("neighbors", tmp_path / name, "the")
    assert (done.code, found in done.error_line) == (3, True)


def test_pointers_in_the_place_of_any_input(call, tmp_path):
    """Not only files of vectors: a text, a vocabulary, a list, and the parts of a model."""
    pointer, text = tmp_path / "pointer", tmp_path / "text"
    pointer.write_bytes(POINTER)
    text.write_bytes(b"a b c\n" * 9)
    (tmp_path / "v.txt").write_bytes(GLOVE)
    (tmp_path / "model").mkdir()
    np.save(tmp_path / "model" / "vectors.npy", np.ones((3, 2), "f4"))
    (tmp_path / "model" / "words.txt").write_bytes(POINTER)
    for arguments in [
        ("vocab", "build", pointer, "-o", "-"),
        ("train", pointer, "-o", tmp_path / "x"),
        ("train", text, "--vocab", pointer, "-o", tmp_path / "x"),
        ("convert", tmp_path / "v.txt", "-", "--to", "glove", "--words", pointer),
        ("import", tmp_path / "model", "-o", tmp_path / "x"),
        ("info", pointer),
        ("neighbors", pointer, "a"),
    ]:
        done = call(*arguments)
        assert (done.code, "Git LFS pointer" in done.error_line) == (3, True), (arguments, done.err)
        assert "git lfs pull" in done.error_line
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("part", ["vectors", "key2row", "strings.json"])
def test_a_pointer_within_the_folder_of_a_model(call, tmp_path, part):
    import shutil

    golden = Path(__file__).parents[1] / "golden" / "spacy" / "tiny"
    shutil.copytree(golden, tmp_path / "model")
    (tmp_path / "model" / "vocab" / part).write_bytes(POINTER)
    done = call("import", tmp_path / "model", "-o", tmp_path / "x")
    assert (done.code, f"{part}: expected the file itself, found a Git LFS pointer" in done.error_line) == (
        3,
        True,
    )


def test_a_text_that_only_begins_like_a_pointer_is_a_text(call, tmp_path):
    (tmp_path / "t").write_bytes(b"version https is a text\n" * 3)
    assert b"version 3" in call("vocab", "build", tmp_path / "t", "-o", "-").out
    (tmp_path / "t").write_bytes(b"version ht")
    assert b"version 1" in call("vocab", "build", tmp_path / "t", "-o", "-").out


def test_numbers_that_were_taken_for_words_are_not_dropped(call, tmp_path):
    (tmp_path / "v.tsv").write_bytes(b"1\t2\t3\n1\t5\t6\n7\t8\t9\n")
    done = call("import", tmp_path / "v.tsv", "-o", tmp_path / "x")
    assert done.code == 3
    assert "the words are all numbers, and 1 row has an earlier one's" in done.error_line
    assert call("import", tmp_path / "v.tsv", "-o", tmp_path / "x", "--duplicates", "mean").code == 0
    (tmp_path / "v.tsv").write_bytes(b"1\t2\t3\n4\t5\t6\n")
    assert call("import", tmp_path / "v.tsv", "-o", tmp_path / "y").code == 0
    assert list(embtrain.load(tmp_path / "y").words) == ["1", "4"]


def test_tabs_below_a_header_with_a_space(call, tmp_path):
    (tmp_path / "v.txt").write_bytes(b"2 2\nthe\t0.1\t0.2\nof\t0.3\t0.4\n")
    done = call("convert", tmp_path / "v.txt", "-", "--to", "glove", "--quiet")
    assert (done.code, done.out, done.err) == (0, b"the 0.1 0.2\nof 0.3 0.4\n", "")


def test_what_the_projector_gets_can_be_read_back(call, tmp_path):
    (tmp_path / "v.txt").write_bytes(GLOVE)
    folder = tmp_path / "p"
    assert call("convert", tmp_path / "v.txt", folder, "--to", "projector").code == 0
    for source in (folder, folder / "vectors.tsv"):
        done = call("convert", source, "-", "--to", "glove", "--quiet")
        assert (done.code, done.out, done.err) == (0, GLOVE, "")
    (folder / "metadata.tsv").write_bytes(b"id\tWord\r\n1\tthe\r\n2\tof\r\n3\tand\r\n")
    assert call("convert", folder, "-", "--to", "glove", "--quiet").out == GLOVE
    (tmp_path / "x_tensor.tsv").write_bytes((folder / "vectors.tsv").read_bytes())
    (tmp_path / "x_metadata.tsv").write_bytes(b"the\nof\nand")
    assert call("convert", tmp_path / "x_tensor.tsv", "-", "--to", "glove", "--quiet").out == GLOVE
    for metadata, found in (
        (b"the\nof\n", "2 words for more rows"),
        (b"a\nb\nc\nd\n", "more words for 3 rows"),
    ):
        (folder / "metadata.tsv").write_bytes(metadata)
        done = call("check", folder)
        assert done.code == 1
        done = call("convert", folder, "-", "--to", "glove", "--quiet")
        assert (done.code, found in done.error_line) == (3, True)
    (folder / "metadata.tsv").write_bytes(b"the\nof\nand\n")
    for rows, found in ((GLOVE.replace(b"0.5", b"x"), "'x' where a number"), (b"", "expected")):
        table = b"\n".join(b"\t".join(line.split()[1:]) for line in rows.splitlines())
        (folder / "vectors.tsv").write_bytes(table)
        done = call("convert", folder, "-", "--to", "glove", "--quiet")
        assert (done.code, found in done.error_line) == (3, True)


def test_queries_work_on_files_of_other_tools(call, tmp_path):
    (tmp_path / "v.txt").write_bytes(GLOVE)
    for target in ("v.bin", "v.vec", "v.tsv"):
        assert call("convert", tmp_path / "v.txt", tmp_path / target).code == 0
    assert call("convert", tmp_path / "v.txt", tmp_path / "folder", "--to", "npy").code == 0
    for name in ("v.txt", "v.bin", "v.vec", "v.tsv", "folder"):
        done = call("neighbors", tmp_path / name, "the", "-k", 1)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(b"the\t1\tof\t0.99")
        assert call("similarity", tmp_path / name, "the", "of").code == 0
        done = call("info", tmp_path / name)
        assert (done.code, b"dim: 2" in done.out) == (0, True)
    assert call("compare", tmp_path / "v.txt", tmp_path / "v.bin").code == 0
    done = call("export", tmp_path / "v.txt", "--to", "word2vec", "-o", tmp_path / "x")
    assert f"embtrain import {tmp_path / 'v.txt'} -o v.safetensors" in done.error_line


def test_lists_of_formats_hold_what_works(call):
    for name, reads, writes in (("import", True, False), ("export", False, True), ("convert", True, True)):
        text = " ".join(call(name, "--help").out.decode().split())
        assert ("Formats that are read: embtrain" in text) is reads
        assert ("Formats that are written: embtrain" in text) is writes
        assert ("spacy" in text) is reads


def test_options_that_contradict_each_other(call, tmp_path):
    done = call("plot", tmp_path / "v", "--html", "--format", "png", "-o", tmp_path / "p")
    assert (done.code, "--html and --format png contradict" in done.error_line) == (2, True)


def test_releases_of_click_whose_types_take_no_parameter():
    """Before 8.4 `class X(click.ParamType[int])` is an error when a command is imported."""
    sources = (Path(embtrain.__file__).parent / "cli").rglob("*.py")
    bases = [
        path.name
        for path in sources
        if re.search(r"^class .*\(click\.\w+\[", path.read_text(encoding="utf-8"), re.M)
    ]
    assert bases == []


SCRIPT = """
import sys
sys.modules["embtrain._native"] = None
import numpy as np
from embtrain.cli.main import run
import embtrain
words = embtrain.Vocabulary.from_words(["a", "b"])
embtrain.Embeddings(words, np.eye(2, dtype=np.float32)).save(sys.argv[1])
for arguments in (["similarity", sys.argv[1], "a", "b"], ["export", sys.argv[1], "--to", "gensim", "-o", "x"],
                  ["neighbors", sys.argv[1], "a"], ["import", sys.argv[2], "-o", "x"],
                  ["neighbors", sys.argv[2], "a"], ["check", sys.argv[2]]):
    code = run(arguments)
    print(arguments[0], code, file=sys.stderr)
"""


def test_without_the_native_module_each_command_works_or_says_that_it_needs_it(tmp_path):
    (tmp_path / "g.txt").write_bytes(GLOVE)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "v.safetensors", tmp_path / "g.txt"],
        env=environment(), capture_output=True, text=True, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    codes = [line.split()[1] for line in lines if not line.startswith("embtrain: ")]
    assert codes == ["0", "2", "2", "2", "2", "2"], done.stderr
    errors = [line for line in lines if line.startswith("embtrain: ")]
    assert len(errors) == 5
    assert all("needs the native module" in line for line in errors)
