"""Outputs never destroy inputs, nor files of other programs."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from tests.conftest import needs_native

TEXT = b"a b c\na c b\n" * 20


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t").write_bytes(TEXT)
    (tmp_path / "v").write_bytes(b"a 40\nb 40\nc 40\n")
    (tmp_path / "stop").write_bytes(b"c\n")
    (tmp_path / "recipe.toml").write_bytes(b"dim = 8\n")
    (tmp_path / "pairs").write_bytes(b"a\tb\t1\n")
    (tmp_path / "link").symlink_to("t")
    (tmp_path / "folder").mkdir()
    os.link("t", "folder/hard")
    Embeddings(Vocabulary.from_words("abc"), np.eye(3, dtype=np.float32)).save("e.safetensors")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


TRAIN = ("train", "t", "-o", "x", "--vocab", "v", "--stop-words", "stop", "--config", "recipe.toml")


@needs_native
@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "t", "-o", "t"),
        ("train", "t", "-o", "link"),
        ("train", "folder", "-o", "t"),
        ("train", "f*", "-o", "folder/hard"),
        (*TRAIN, "-o", "v"),
        (*TRAIN, "-o", "stop"),
        (*TRAIN, "-o", "recipe.toml"),
        (*TRAIN, "--eval", "similarity:pairs", "-o", "pairs"),
        (*TRAIN, "--log", "t"),
        (*TRAIN, "--log", "link"),
        (*TRAIN, "--log", "folder/hard"),
        (*TRAIN, "--log", "v"),
        (*TRAIN, "--log", "stop"),
        (*TRAIN, "--log", "recipe.toml"),
        (*TRAIN, "--eval", "similarity:pairs", "--log", "pairs"),
        ("vocab", "build", "t", "-o", "t"),
        ("vocab", "build", "t", "-o", "link"),
        ("vocab", "build", "t", "--words", "v", "-o", "v"),
        ("vocab", "build", "t", "--stop-words", "stop", "-o", "stop"),
        ("vocab", "merge", "v", "-o", "v"),
        ("import", "e.safetensors", "-o", "e.safetensors"),
        ("export", "e.safetensors", "--to", "glove", "-o", "e.safetensors"),
        ("export", "e.safetensors", "--to", "glove", "--words", "v", "-o", "v"),
        ("convert", "e.safetensors", "e.safetensors"),
        ("vectors", "e.safetensors", "a", "-o", "e.safetensors"),
        ("vectors", "e.safetensors", "--words", "v", "-o", "v"),
        ("sentence", "e.safetensors", "--words", "t", "-o", "t"),
        ("sentence", "e.safetensors", "a", "--counts", "v", "--weighting", "sif", "-o", "v"),
        ("plot", "e.safetensors", "--format", "png", "-o", "e.safetensors"),
        ("plot", "e.safetensors", "--words", "v", "--format", "png", "-o", "v"),
        ("plot", "--training", "pairs", "--format", "png", "-o", "pairs"),
    ],
)
def test_an_input_is_never_written_over(call, place, arguments):
    before = contents(place)
    done = call(*arguments, "--force")
    assert done.code == 2
    assert "is read" in done.error_line or "which is read" in done.error_line
    assert contents(place) == before


@needs_native
@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "t", "-o", ""),
        ("train", "t", "-o", "x", "--log", ""),
        ("vocab", "build", "t", "-o", ""),
        ("vocab", "merge", "v", "-o", ""),
        ("import", "e.safetensors", "-o", ""),
        ("import", "e.safetensors", "t", "-o", ""),
        ("export", "e.safetensors", "--to", "glove", "-o", ""),
        ("export", "e.safetensors", "--to", "npy", "-o", ""),
        ("convert", "e.safetensors", "", "--to", "glove"),
        ("vectors", "e.safetensors", "a", "-o", ""),
        ("vectors", "e.safetensors", "a", "--to", "npy", "-o", ""),
        ("sentence", "e.safetensors", "a", "-o", ""),
        ("neighbors", "e.safetensors", "a", "--index", ""),
        ("plot", "e.safetensors", "--format", "png", "-o", ""),
    ],
)
def test_an_empty_name_is_refused_at_once(call, place, arguments):
    before = sorted(os.listdir(place.parent)), contents(place)
    done = call(*arguments)
    assert done.code == 2
    assert done.error_line
    assert (sorted(os.listdir(place.parent)), contents(place)) == before


@needs_native
def test_a_folder_of_something_else_is_never_replaced(call, place):
    (place / "thesis").mkdir()
    (place / "thesis" / "main.tex").write_text("x")
    before = contents(place)
    for target in ("thesis", ".", "..", place, "folder"):
        done = call("export", "e.safetensors", "--to", "npy", "-o", target, "--force")
        assert done.code == 2, target
        assert done.error_line
    assert contents(place) == before
    assert call("export", "e.safetensors", "--to", "npy", "-o", "out").code == 0
    assert call("convert", "out", "out", "--to", "npy", "--force").code == 2
    os.rename("e.safetensors", "out/words.txt.safetensors")
    assert "holds" in call("convert", "out/words.txt.safetensors", "out", "--to", "npy", "--force").error_line
    os.rename("out/words.txt.safetensors", "e.safetensors")
    (place / "out" / "words.txt").chmod(0o600)
    assert call("export", "e.safetensors", "--to", "npy", "-o", "out", "--force", "--limit", 1).code == 0
    assert (place / "out" / "words.txt").read_bytes() == b"a\n"
    assert (place / "out" / "words.txt").stat().st_mode & 0o777 == 0o600
    # A model of another tool with just these names.
    (place / "out" / "vectors.npy").unlink()
    assert (
        "not of this format"
        in call("export", "e.safetensors", "--to", "npy", "-o", "out", "--force").error_line
    )


@needs_native
def test_the_words_beside_an_array_are_an_input(call, place):
    np.save("array.npy", np.eye(2, dtype=np.float32))
    (place / "words.txt").write_bytes(b"a\nb\n")
    done = call("convert", "array.npy", "words.txt", "--force")
    assert done.code == 2
    assert (place / "words.txt").read_bytes() == b"a\nb\n"


def test_a_run_that_fails_at_once_leaves_the_old_log(call, place):
    (place / "log").write_text("old")
    for broken in (("missing",), ("t", "--vocab", "missing"), ("t", "--min-count", "1000")):
        assert call("train", *broken, "-o", "x", "--log", "log", "--force").code in (2, 3)
        assert (place / "log").read_text() == "old"
    assert not (place / "x").exists()


def test_a_log_within_the_corpus_is_refused(call, place):
    done = call("train", "folder", "-o", "x", "--log", "folder/log.jsonl")
    assert done.code == 2
    assert "is in folder" in done.error_line


@needs_native
def test_text_is_compressed_where_the_name_says_so(call, place):
    plain = call("export", "e.safetensors", "--to", "glove", "-o", "-").out
    assert plain.startswith(b"a 1 0 0\n")
    for arguments, expected in (
        (("export", "e.safetensors", "--to", "glove", "-o", "x.txt.gz"), plain),
        (("export", "e.safetensors", "-o", "x.tsv.gz"), plain.replace(b" ", b"\t")),
        (("convert", "e.safetensors", "y.txt.gz"), b"3 3\n" + plain),
        (("vectors", "e.safetensors", "a", "-o", "x.gz"), b"a 1 0 0\n"),
        (("vocab", "build", "t", "-o", "vocab.txt.gz"), b"a 40\nb 40\nc 40\n"),
        (("vocab", "merge", "vocab.txt.gz", "-o", "merged.gz"), b"a 40\nb 40\nc 40\n"),
    ):
        assert call(*arguments).code == 0, arguments
        assert gzip.decompress((place / arguments[-1]).read_bytes()) == expected
    assert call("import", "x.txt.gz", "-o", "back.safetensors", "-q").code == 0
    assert "not compressed" in call("export", "e.safetensors", "--to", "npy", "-o", "x.gz").error_line
