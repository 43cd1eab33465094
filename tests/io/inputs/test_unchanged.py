"""Every reader reports a file that changes while it is read."""

import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import embtrain
from embtrain.errors import DataError
from embtrain.io.inputs.open import open_input
from embtrain.io.inputs.unchanged import unchanged, unchanged_path
from embtrain.vectors.formats.base import ReadOptions, RowBlock
from embtrain.vectors.formats.opening import open_source
from tests.conftest import needs_native

CHANGED = "the file changed while it was read"


def write_over(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    os.utime(path, (1, 1))


def cut(path: Path) -> None:
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def grow(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(b"more")


def read_while(path: Path, change: Callable[[Path], None]) -> None:
    with open_input(str(path)) as stream:
        stream.read(10)
        change(path)
        stream.read()


CHANGES = [write_over, cut, grow]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes(tmp_path, change):
    path = tmp_path / "f"
    path.write_bytes(b"text\n" * 1000)
    with pytest.raises(DataError, match=f"{path}: {CHANGED}"):
        read_while(path, change)


def test_that_it_changed_is_the_reason_for_what_is_wrong_with_it(tmp_path):
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(os.urandom(3 << 20)))
    with pytest.raises(DataError, match=CHANGED):
        read_while(path, cut)


def test_a_log_may_grow_but_not_shrink(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"line\n" * 9)
    with open_input(str(path), may_grow=True) as stream:
        grow(path)
        stream.read()
    with pytest.raises(DataError, match=CHANGED), open_input(str(path), may_grow=True):
        cut(path)


def test_what_is_no_file_is_not_watched(tmp_path):
    with unchanged(io.BytesIO(b"x"), "x") as check:
        check()
    path = tmp_path / "f"
    path.write_bytes(b"1")
    os.link(path, tmp_path / "g")
    with open_input(str(path)) as stream:
        stream.read()
        path.unlink()  # what was opened is as it was


@pytest.mark.parametrize("name", ["v", "v.vectors.npy"])
@pytest.mark.parametrize("change", [*CHANGES, Path.unlink])
def test_what_is_opened_by_name(tmp_path, name, change):
    for part in ("v", "v.vectors.npy", "w.npy"):
        (tmp_path / part).write_bytes(b"content")
    with unchanged_path(str(tmp_path / "v")) as check:
        grow(tmp_path / "w.npy")
        check()
        change(tmp_path / name)
        with pytest.raises(DataError, match=CHANGED):
            check()


def test_a_folder(tmp_path):
    (tmp_path / "part").write_bytes(b"content")
    with unchanged_path(str(tmp_path)) as check:
        (tmp_path / "new").touch()
        check()
        (tmp_path / "other").write_bytes(b"CONTENT")
        os.replace(tmp_path / "other", tmp_path / "part")
        with pytest.raises(DataError, match=CHANGED):
            check()


@needs_native
@pytest.mark.parametrize("target", ["word2vec", "npy"])
@pytest.mark.parametrize("format", ["glove", "word2vec", "embtrain", "finalfusion", "fasttext", "npy"])
def test_vectors_that_change_while_they_are_converted(call, tmp_path, monkeypatch, format, target):
    text, given, out = tmp_path / "text", tmp_path / "given", tmp_path / "out"
    text.write_text("".join(f"w{number} {number} 1 2.5\n" for number in range(300)))
    assert call("convert", text, given, "--to", format, "-q").code == 0
    part = given / "vectors.npy" if given.is_dir() else given

    def check_request(source, request):
        cut(part)

    monkeypatch.setattr("embtrain.vectors.convert.convert.check_request", check_request)
    result = call("convert", given, out, "--to", target, "--from", format, "-q")
    assert result.code == 3
    assert CHANGED in result.error_line
    assert not out.exists()


@needs_native
def test_vectors_that_change_while_they_are_loaded(tmp_path):
    path = tmp_path / "v"
    path.write_text("a 1 2\nb 3 4\n")

    def rows() -> list[RowBlock]:
        with open_source(str(path), "glove", ReadOptions("fail")) as opened:
            grow(path)
            return list(opened.source.blocks)

    with pytest.raises(DataError, match=CHANGED):
        rows()


@pytest.mark.parametrize("command", ["train", "vocab build"])
def test_a_text_that_changes_while_it_is_counted(call, corpus, tmp_path, monkeypatch, command):
    path, out = tmp_path / "t", tmp_path / "out"
    path.write_bytes(corpus.read_bytes())
    read = embtrain.io.inputs.open._Start.readinto

    def readinto(self, buffer):
        if path.stat().st_size and self.name == str(path):
            cut(path)
        return read(self, buffer)

    monkeypatch.setattr(embtrain.io.inputs.open._Start, "readinto", readinto)
    # Not the memory of all the tests before this one.
    monkeypatch.setattr("embtrain.text.vocab.counter.resident_bytes", lambda: 60 << 20)
    result = call(*command.split(), path, "-o", out, "-q")
    assert result.code == 3
    assert CHANGED in result.error_line
    assert not out.exists()
