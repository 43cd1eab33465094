"""Formats by name, by ending, and by content; and that listing them costs nothing."""

import subprocess
import sys
from importlib import import_module

import pytest

from embtrain.errors import UsageError
from embtrain.vectors.formats.registry import (
    MODULES,
    NAMES,
    WRITTEN,
    all_formats,
    find_format,
    format_of_file,
    recognise,
)
from tests.conftest import environment


def test_the_table_of_names_is_what_the_modules_have():
    for module, names in MODULES.items():
        formats = import_module(f"embtrain.vectors.{module}").FORMATS
        assert tuple(entry.name for entry in formats) == names
    assert len(set(NAMES)) == len(NAMES) == len(list(all_formats()))


def test_every_format_can_be_read_or_written():
    for entry in all_formats():
        writable = entry.write_folder if entry.folder else entry.write
        assert entry.read or writable, entry.name
        assert (entry.name in WRITTEN) == bool(writable)
        assert entry.read, "the lists in --help say that all formats are read"
        assert entry.description
        assert all(ending.startswith(".") for ending in entry.extensions)


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
