"""Outputs are compressed where their names say so."""

import bz2
import gzip
import lzma
import os

import pytest

from embtrain.errors import UsageError
from embtrain.io.inputs.open import open_input
from embtrain.io.outputs.atomic import check_output, open_output
from embtrain.io.outputs.compress import compression_of, without_compression

DATA = b"a 0.5 1\n" * 40_000


def write(path, data=DATA):
    with open_output(str(path), True) as stream:
        for start in range(0, len(data), 1000):
            stream.write(memoryview(data)[start : start + 1000])


@pytest.mark.parametrize(
    ("name", "decompress"),
    [("v.txt.gz", gzip.decompress), ("V.BZ2", bz2.decompress), ("v.xz", lzma.decompress), ("v", bytes)],
)
def test_content_is_what_the_name_says(tmp_path, name, decompress):
    write(tmp_path / name)
    assert decompress((tmp_path / name).read_bytes()) == DATA
    first = (tmp_path / name).read_bytes()
    write(tmp_path / name)
    assert (tmp_path / name).read_bytes() == first


def test_zst(tmp_path):
    pytest.importorskip("zstandard")
    write(tmp_path / "v.zst")
    assert os.path.getsize(tmp_path / "v.zst") < 1000
    with open_input(str(tmp_path / "v.zst")) as stream:
        assert stream.read() == DATA


def test_a_failure_leaves_nothing(tmp_path):
    with pytest.raises(KeyError), open_output(str(tmp_path / "v.gz"), False):
        raise KeyError
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["v.zip", "v.tar", "v.tar.gz", "v.tgz", "v.txt.lzma", "v.txt.lz4"])
def test_archives_and_other_compressions_are_refused(tmp_path, name):
    with pytest.raises(UsageError, match="files are not written"):
        check_output(str(tmp_path / name), True)


@pytest.mark.parametrize("name", ["", "new/"])
def test_names_that_are_none(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"is empty|names a folder"):
        check_output(name, True)


def test_names():
    assert without_compression("a.b/v.txt.GZ") == "a.b/v.txt"
    assert without_compression("v.gz.txt") == "v.gz.txt"
    assert compression_of("v.txt") is compression_of("-") is compression_of(".gz") is None
