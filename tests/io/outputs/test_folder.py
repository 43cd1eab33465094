"""Outputs that are folders: nothing but their own kind is ever replaced, and it in one step."""

import os
import subprocess
import sys

import pytest

from embtrain.errors import ResourceError, Terminated, UsageError
from embtrain.io.outputs import folder as folders
from embtrain.io.outputs import rename
from embtrain.io.outputs.folder import check_output_folder, open_output_folder
from embtrain.io.outputs.leftovers import temporary_name
from tests.conftest import environment

OWN = ("a.bin", "b.txt")


def write(path, content="new", force=False, before=None):
    with open_output_folder(str(path), force, OWN) as folder:
        for name in OWN:
            with open(os.path.join(folder, name), "w") as file:
                file.write(content)
        if before is not None:
            before()


def content(path):
    return {name: (path / name).read_text() for name in sorted(os.listdir(path))}


@pytest.fixture(params=["renameat2", "plain"])
def how(request, monkeypatch):
    """With and without renames that never replace or that exchange."""
    if request.param == "plain":
        monkeypatch.setattr(rename, "_system_call", lambda: None)
    return request.param


def test_a_folder_is_replaced_by_force_only_and_keeps_its_permissions(tmp_path, how):
    path = tmp_path / "out"
    write(path, "old")
    path.chmod(0o700)
    (path / "a.bin").chmod(0o640)
    with pytest.raises(UsageError, match="exists already; use force=True"):
        write(path)
    write(path, force=True)
    assert content(path) == {"a.bin": "new", "b.txt": "new"}
    assert path.stat().st_mode & 0o777 == 0o700
    assert (path / "a.bin").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out"]


def test_a_link_to_a_folder_stays_one(tmp_path, how):
    write(tmp_path / "there", "old")
    (tmp_path / "link").symlink_to("there")
    write(tmp_path / "link", force=True)
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "there")["a.bin"] == "new"


@pytest.mark.parametrize("stranger", ["main.tex", "sub/a.bin", "sub/", "link"])
def test_what_holds_other_files_is_never_replaced(tmp_path, stranger):
    path = tmp_path / "thesis"
    write(path, "old")
    if stranger == "link":
        (path / "a.bin").unlink()
        (path / "a.bin").symlink_to("b.txt")
    else:
        (path / stranger).parent.mkdir(exist_ok=True)
        (path / stranger).mkdir() if stranger.endswith("/") else (path / stranger).write_text("x")
    with pytest.raises(UsageError, match="holds 1 file or folder that this format does not write"):
        check_output_folder(str(path), True, OWN)
    with pytest.raises(UsageError, match="they would be lost"):
        write(path, force=True)
    assert (path / stranger).exists() or stranger == "link"
    assert os.listdir(tmp_path) == ["thesis"]


def test_files_that_only_have_such_names_are_not_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.txt").write_text("my words")
    with pytest.raises(UsageError, match="not of this format"):
        check_output_folder(str(tmp_path / "out"), True, OWN)
    write(tmp_path / "own")
    with pytest.raises(UsageError, match="not of this format"):
        check_output_folder(str(tmp_path / "own"), True, OWN, lambda folder: False)
    check_output_folder(str(tmp_path / "own"), True, OWN, lambda folder: True)
    (tmp_path / "empty").mkdir()
    check_output_folder(str(tmp_path / "empty"), True, OWN, lambda folder: False)


@pytest.mark.parametrize("path", [".", "..", "../..", "{cwd}", "{home}", "/", "link"])
def test_places_that_are_never_replaced(tmp_path, monkeypatch, path):
    (tmp_path / "work" / "here").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work" / "here")
    (tmp_path / "work" / "here" / "link").symlink_to("..")
    path = path.format(cwd=tmp_path / "work" / "here", home=tmp_path / "home")
    with pytest.raises(UsageError, match=r"folder or holds it"):
        check_output_folder(path, True, OWN)


@pytest.mark.parametrize("path", ["", "-", "x.tar.gz", "x.zip", "x.gz"])
def test_names_that_no_folder_can_have(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        check_output_folder(path, True, OWN)


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path, how):
    path = tmp_path / "out"

    def appear():
        path.mkdir()
        (path / "theirs").write_text("x")

    with pytest.raises(UsageError, match="appeared while") as failure:
        write(path, before=appear)
    assert content(path) == {"theirs": "x"}
    kept = tmp_path / "out.kept-1"
    assert str(failure.value).endswith(f"kept as {kept}")
    assert content(kept) == {"a.bin": "new", "b.txt": "new"}
    assert sorted(os.listdir(tmp_path)) == ["out", "out.kept-1"]


def test_an_empty_folder_that_appears_meanwhile_is_not_replaced_either(tmp_path, how):
    path = tmp_path / "out"
    with pytest.raises(UsageError, match="appeared while"):
        write(path, before=path.mkdir)
    assert content(path) == {}


def test_what_is_put_into_the_folder_meanwhile_is_not_lost(tmp_path, how):
    path = tmp_path / "out"
    write(path, "old")
    with pytest.raises(UsageError, match="was changed while"):
        write(path, force=True, before=lambda: (path / "thesis.tex").write_text("x"))
    assert content(path) == {"a.bin": "old", "b.txt": "old", "thesis.tex": "x"}
    assert content(tmp_path / "out.kept-1") == {"a.bin": "new", "b.txt": "new"}


@pytest.mark.parametrize("error", [ValueError, Terminated, KeyboardInterrupt])
def test_nothing_is_left_after_an_exception(tmp_path, error):
    def fail():
        raise error

    write(tmp_path / "out", "old")
    with pytest.raises(error):
        write(tmp_path / "out", force=True, before=fail)
    assert content(tmp_path / "out") == {"a.bin": "old", "b.txt": "old"}
    assert os.listdir(tmp_path) == ["out"]


def test_a_rename_that_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    write(tmp_path / "out", "old")
    monkeypatch.setattr(rename, "_system_call", lambda: None)
    real, renames = os.rename, []

    def fail_second(source, target):
        renames.append(source)
        if len(renames) == 2:
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(folders.os, "rename", fail_second)
    with pytest.raises(ResourceError, match="Input/output error"):
        write(tmp_path / "out", force=True)
    assert content(tmp_path / "out") == {"a.bin": "old", "b.txt": "old"}
    assert os.listdir(tmp_path) == ["out"]


KILLED = """
import os, sys
from embtrain.io.outputs.folder import open_output_folder
with open_output_folder(sys.argv[1], True, ("a.bin", "b.txt")) as folder:
    open(os.path.join(folder, "a.bin"), "w").write("half")
    os.kill(os.getpid(), 9)
"""


def test_the_next_run_removes_what_a_killed_one_has_left(tmp_path, caplog):
    path = tmp_path / "out"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment(), check=False)
    assert len(os.listdir(tmp_path)) == 1
    write(path)
    assert os.listdir(tmp_path) == ["out"]
    assert "removed an unfinished output of runs that were killed (4 bytes)" in caplog.text


def test_a_folder_between_two_renames_gets_its_name_back(tmp_path, caplog):
    path = tmp_path / "out"
    write(path, "old")
    path.rename(temporary_name(str(path)) + ".old")
    with pytest.raises(UsageError, match="exists already"):
        write(path)
    assert content(path) == {"a.bin": "old", "b.txt": "old"}
    assert "restored" in caplog.text


def test_the_folder_of_a_run_that_goes_on_is_left_alone(tmp_path):
    path = tmp_path / "out"
    with pytest.raises(UsageError, match="appeared while"):
        write(path, "first", before=lambda: write(path, "second"))
    assert content(path)["a.bin"] == "second"
    assert content(tmp_path / "out.kept-1")["a.bin"] == "first"
