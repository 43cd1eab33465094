"""Formats by name, by ending, and by content; and that listing them costs nothing."""

import subprocess
import sys
from importlib import import_module

import pytest

from embtrain.errors import UsageError
from embtrain.vectors.formats.registry import (
    FORMATS,
    NAMES,
    WRITTEN,
    find_format,
    format_of_file,
    format_table,
    recognise,
)
from tests.conftest import environment


def test_names_and_endings_are_those_of_one_format():
    assert len(set(NAMES)) == len(NAMES) == len(FORMATS)
    endings = [ending for entry in FORMATS for ending in entry.endings]
    assert len(set(endings)) == len(endings)
    assert all(ending.startswith(".") for ending in endings)


@pytest.mark.parametrize("entry", FORMATS, ids=NAMES)
def test_every_descriptor_names_functions_that_exist(entry):
    assert entry.reader, "the lists in --help say that all formats are read"
    assert (entry.name in WRITTEN) == bool(entry.writer)
    assert entry.description
    assert not entry.files or (entry.folder and entry.writer)
    for place in filter(None, (entry.reader, entry.writer, entry.late_words_writer, entry.beside)):
        module, name = place.split(":")
        assert callable(getattr(import_module(f"embtrain.vectors.{module}"), name)), place


def test_the_table_for_documents_has_a_row_for_each_format():
    rows = {row["name"]: row for row in format_table()}
    assert tuple(rows) == NAMES
    assert len({tuple(row) for row in rows.values()}) == 1
    assert rows["npy"]["layout"] == "folder: vectors.npy, words.txt"
    assert (rows["spacy"]["access"], rows["glove"]["access"]) == ("read", "read, write")
    assert rows["embtrain"]["endings"] == ".safetensors"
    assert "counts" in rows["parquet"]["holds"]


def test_the_registry_imports_neither_numpy_nor_any_reader():
    script = (
        "import sys; from embtrain.vectors.formats.registry import FORMATS, recognise\n"
        "recognise(b'the 0.1 0.2\\n', '/dev/null')\n"
        "named = {place.split(':')[0] for f in FORMATS for place in (f.reader, f.writer) if place}\n"
        "assert not {f'embtrain.vectors.{name}' for name in named} & set(sys.modules)\n"
        "assert not {'numpy', 'msgspec', 'torch', 'gensim'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], env=environment(), check=True)


def test_names_and_endings():
    assert format_of_file("a/b.BIN") is find_format("word2vec")
    assert format_of_file("b.vec") is find_format("fasttext-vec")
    assert format_of_file("b.txt") is find_format("word2vec-text")
    assert format_of_file("b.safetensors") is find_format("embtrain")
    assert format_of_file("-") is None
    with pytest.raises(UsageError, match=r"did you mean word2vec\?"):
        find_format("wrod2vec")
    with pytest.raises(UsageError, match="there are embtrain, "):
        find_format("zzz")
    with pytest.raises(UsageError, match="spacy can only be read, not written"):
        find_format("spacy", "written")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"3 2\nthe 1 -0.1\nof 2 3\n", "word2vec-text"),
        (b"3 2\r\nthe 1 -0.1\r\n", "word2vec-text"),
        (b"\xef\xbb\xbf3 2\nthe 1 -0.1\n", "word2vec-text"),
        (b"-1 2\nthe 1 -0.1\n", "word2vec-text"),
        (b"400000 4\nthe 0.1 -0.2 0.3 1e-05 \n", "word2vec-text"),
        (b"10 3000\nthe " + b"0.125 " * 400, "word2vec-text"),
        (b"0 300\n", "word2vec-text"),
        (b"3 2\nthe \x00\x00\x80\x3f\xcd\xcc\xcc\xbd\n", "word2vec"),
        (b"3 2\n\xff\xfe \x00\x00\x80\x3f\xcd\xcc\xcc\xbd", "word2vec"),
        (b"the 0.41 0.24 -0.41 0.12 0.3 -1e-05\n", "glove"),
        (b". . . " + b"0.125 " * 300, "glove"),
        (b"2003 1 2\n", "glove"),
        (b"the\t0.41\t0.24\n", "tsv"),
        (b"", None),
        (b"just a line of prose\n", None),
        (b"<!DOCTYPE html><html>", None),
        (b"\x80\x04\x95 pickle", None),
    ],
)
def test_recognised_by_content(head, name):
    found = recognise(head, None)
    assert (found and found.name) == name


@pytest.mark.parametrize("arguments", [["convert", "--help"], ["import", "--help"], ["check", "--help"]])
def test_help_needs_no_numpy(arguments):
    script = (
        "import sys; from embtrain.cli.main import run\n"
        f"assert run({arguments}) == 0\n"
        "assert not {'numpy', 'torch', 'gensim'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], env=environment(), check=True, capture_output=True)
