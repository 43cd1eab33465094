"""The output of `train`: the format its name says, and a result that is kept whatever happens."""

import errno
import gzip
import os

import pytest

import embtrain
from embtrain.training.session import Session
from tests.conftest import SMALL, needs_native


@needs_native
def test_the_name_says_the_format_and_the_compression(call, corpus, tmp_path):
    assert call("train", corpus, "-o", tmp_path / "v.safetensors", *SMALL).code == 0
    expected = embtrain.load(tmp_path / "v.safetensors")
    for name, kind in (("v.txt", "word2vec-text"), ("v.txt.gz", "word2vec-text"), ("v.bin", "word2vec")):
        done = call("train", corpus, "-o", tmp_path / name, *SMALL)
        assert done.code == 0
        assert f"{name} as {kind}" in done.err
        assert f"left out what the format {kind} cannot hold: counts, metadata" in done.err
        found = embtrain.load(tmp_path / name)
        assert list(found.vocabulary) == list(expected.vocabulary)
        assert (found.vectors == expected.vectors).all()
    assert gzip.decompress((tmp_path / "v.txt.gz").read_bytes()) == (tmp_path / "v.txt").read_bytes()


def test_names_of_what_cannot_be_written_are_refused_at_once(call, corpus, tmp_path):
    for name, advice in (
        ("v.npy", "embtrain export {}.safetensors --to npy -o"),
        ("v.pt", "give -o {}.safetensors"),
        ("v.zip", "files are not written"),
        ("v.tar.gz", "files are not written"),
        ("v.floret", "end it in .safetensors"),
    ):
        done = call("train", corpus, "-o", tmp_path / name, *SMALL)
        assert done.code == 2
        assert advice.format(tmp_path / "v") in done.error_line
    done = call("train", corpus, "-o", tmp_path / "v.vec", "--context", *SMALL)
    assert (done.code, "has no context vectors" in done.err) == (2, True)
    assert os.listdir(tmp_path) == []


@needs_native
def test_names_of_other_formats_are_refused_where_there_is_one_format_only(call, corpus, tmp_path):
    call("train", corpus, "-o", tmp_path / "v.safetensors", *SMALL)
    done = call("import", tmp_path / "v.safetensors", "-o", tmp_path / "v.txt.gz")
    assert (done.code, "embtrain convert" in done.error_line) == (2, True)
    for name in ("words.json", "words.safetensors.gz", "words.parquet"):
        done = call("vocab", "build", corpus, "-o", tmp_path / name)
        assert (done.code, "lines 'word count'" in done.error_line) == (2, True)
    assert os.listdir(tmp_path) == ["v.safetensors"]


def test_a_disk_that_is_too_small_is_found_before_the_training(call, corpus, tmp_path, monkeypatch):
    real = os.statvfs

    def small(path):
        return os.statvfs_result((4096, 4096, 100, 0, 0, *real(path)[5:]))

    monkeypatch.setattr(os, "statvfs", small)
    monkeypatch.setattr(Session, "_train", lambda *arguments: pytest.fail("trained"))
    done = call("train", corpus, "-o", tmp_path / "v", "--dim", 16384)
    assert done.code == 4
    assert "has only 0.1 MB left" in done.error_line
    assert os.listdir(tmp_path) == []


def when_trained(monkeypatch, action):
    """Does something when the vectors are trained and not yet saved."""
    real = Session._train

    def trained(*arguments):
        real(*arguments)
        action()

    monkeypatch.setattr(Session, "_train", trained)


@pytest.mark.parametrize("name", ["v.safetensors", "v.txt"])
@needs_native
def test_a_file_that_appears_meanwhile_costs_nothing(call, corpus, tmp_path, monkeypatch, name):
    when_trained(monkeypatch, lambda: (tmp_path / name).write_text("theirs"))
    done = call("train", corpus, "-o", tmp_path / name, *SMALL)
    assert done.code == 2
    assert (tmp_path / name).read_text() == "theirs"
    kept = tmp_path / "v.kept-1.safetensors"
    assert f"kept as {kept}" in done.error_line
    assert len(embtrain.load(kept).vocabulary) == 24


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_nothing_is_kept_beside_a_device(call, corpus, tmp_path):
    (tmp_path / "spare").mkdir()
    done = call("train", corpus, "-o", "/dev/full", *SMALL, "--tmp-dir", tmp_path / "spare")
    assert done.code == 4
    assert f"kept as {tmp_path / 'spare' / 'full.kept-1.safetensors'}" in done.error_line


def test_a_folder_that_is_gone_costs_nothing(call, corpus, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    (tmp_path / "spare").mkdir()
    when_trained(monkeypatch, (tmp_path / "gone").rmdir)
    done = call("train", corpus, "-o", tmp_path / "gone/v", *SMALL, "--tmp-dir", tmp_path / "spare")
    assert done.code == 2
    assert f"kept as {tmp_path / 'spare' / 'v.kept-1.safetensors'}" in done.error_line
    assert len(embtrain.load(tmp_path / "spare" / "v.kept-1.safetensors").vocabulary) == 24


def test_a_disk_that_is_full_costs_nothing(call, corpus, tmp_path, monkeypatch):
    (tmp_path / "v").write_text("old")
    (tmp_path / "spare").mkdir()
    real, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) <= 2:  # of the output, and of the file beside it
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    when_trained(monkeypatch, lambda: monkeypatch.setattr(os, "fsync", full))
    done = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--tmp-dir", tmp_path / "spare", "--force")
    assert done.code == 4
    assert "no space left on the device" in done.error_line
    assert f"kept as {tmp_path / 'spare' / 'v.kept-1.safetensors'}" in done.error_line
    assert (tmp_path / "v").read_text() == "old"
    assert len(embtrain.load(tmp_path / "spare" / "v.kept-1.safetensors").vocabulary) == 24
