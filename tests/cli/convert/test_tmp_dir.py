"""Temporary copies of inputs without random access are made in --tmp-dir, and nowhere else."""

import gzip
import shutil
from pathlib import Path

import pytest

from embtrain.cli.main import run
from embtrain.io import temporary_files
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
# What is converted before it is compressed: golden file, and the format to make of it first.
INPUTS = {
    "fasttext": ("fasttext/skipgram.bin", None),
    "fasttext quantised": ("fasttext/quantized.ftz", None),
    "finalfusion": ("finalfusion/buckets.fifu", None),
    "floret": ("floret/table.floret", None),
    "shared with n-grams": ("fasttext/skipgram.bin", "embtrain"),
    "gensim": ("finalfusion/simple.fifu", "gensim"),
    "parquet": ("finalfusion/simple.fifu", "parquet"),
}


@pytest.fixture
def places(monkeypatch):
    """Folders in which temporary files were made."""
    found: list[str] = []
    make = temporary_files.open_unnamed

    def recorded(folder, mode):
        found.append(folder)
        return make(folder, mode)

    monkeypatch.setattr(temporary_files, "open_unnamed", recorded)
    return found


@pytest.mark.parametrize("name", INPUTS)
def test_copies_of_inputs_go_to_the_temporary_folder_that_was_named(name, tmp_path, places):
    golden, first = INPUTS[name]
    plain: Path = tmp_path / "plain"
    if first is None:
        shutil.copy(GOLDEN / golden, plain)
    else:
        if first == "parquet":
            pytest.importorskip("pyarrow")
        assert run(["convert", str(GOLDEN / golden), str(plain), "--to", first, "-q"]) == 0
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    folder = tmp_path / "here"
    folder.mkdir()
    places.clear()
    out = str(tmp_path / "out.safetensors")
    assert run(["convert", str(packed), out, "--tmp-dir", str(folder), "-q"]) == 0
    assert set(places) == {str(folder)}


def test_a_temporary_folder_that_is_missing_is_a_usage_error(tmp_path, capfd):
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress((GOLDEN / "fasttext/skipgram.bin").read_bytes()))
    out = str(tmp_path / "out.safetensors")
    assert run(["convert", str(packed), out, "--tmp-dir", str(tmp_path / "none")]) == 2
    assert "choose another --tmp-dir" in capfd.readouterr().err
