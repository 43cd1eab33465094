"""Which files are read, and in which order."""

import io
import os
import sys

import pytest

from embtrain.errors import UsageError
from embtrain.io.inputs.paths import expand_inputs


def silent(message: str) -> None:
    raise AssertionError(f"unexpected warning: {message}")


def test_order_given_is_kept_and_directories_are_sorted_by_bytes(tmp_path):
    for name in ["d/b", "d/B", "d/a/z", "d/a.txt", "d/\u00e9", "last", "first"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    sources = [str(tmp_path / "last"), str(tmp_path / "d"), "-", "s3://bucket/key", str(tmp_path / "first")]
    expanded = [
        os.path.relpath(path, tmp_path) if os.path.isabs(path) else path
        for path in expand_inputs(sources, silent)
    ]
    assert expanded == ["last", "d/B", "d/a.txt", "d/a/z", "d/b", "d/\u00e9", "-", "s3://bucket/key", "first"]


def test_what_is_skipped_in_a_directory_is_said(tmp_path):
    (tmp_path / "text").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    said: list[str] = []
    assert expand_inputs([str(tmp_path)], said.append) == [str(tmp_path / "text")]
    assert said == [f"{tmp_path}: 4 hidden or special entries skipped, files to read: 1"]


def test_links_to_files_are_followed(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "text").write_text("x")
    (tmp_path / "d" / "link").symlink_to(tmp_path / "text")
    assert expand_inputs([str(tmp_path / "d")], silent) == [str(tmp_path / "d" / "link")]


def test_warnings_are_logged_unless_taken(tmp_path, caplog):
    (tmp_path / "text").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    expand_inputs([str(tmp_path)])
    assert "1 hidden or special entries skipped" in caplog.text


def test_empty_directory(tmp_path):
    (tmp_path / ".hidden").write_text("x")
    with pytest.raises(UsageError, match=r"no files to read.*1 hidden"):
        expand_inputs([str(tmp_path)], silent)


def test_missing(tmp_path):
    with pytest.raises(UsageError, match="no such file or directory"):
        expand_inputs([str(tmp_path / "nothing")], silent)


def test_stdin_only_once():
    with pytest.raises(UsageError, match="named twice"):
        expand_inputs(["-", "-"], silent)


@pytest.mark.parametrize("terminal", [True, False])
def test_no_input(monkeypatch, terminal):
    stdin = io.StringIO()
    monkeypatch.setattr(stdin, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdin", stdin)
    if terminal:
        with pytest.raises(UsageError, match="no input"):
            expand_inputs([], silent)
    else:
        assert expand_inputs([], silent) == ["-"]


def test_globs_in_byte_order_where_they_stand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.txt", "c.md", "deep/er/d.txt", "odd[1].txt", "odd1.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert expand_inputs(["c.md", "[ab].txt", "a.txt"]) == ["c.md", "a.txt", "b.txt", "a.txt"]
    assert expand_inputs(["**/*.txt"]) == ["a.txt", "b.txt", "deep/er/d.txt", "odd1.txt", "odd[1].txt"]
    assert expand_inputs(["d??p"]) == ["deep/er/d.txt"]  # a folder that matches is read as one
    assert expand_inputs(["odd[1].txt"]) == ["odd[1].txt"]  # a file of that name comes first
    with pytest.raises(UsageError, match=r"x\*: no file matches this pattern"):
        expand_inputs(["x*"])


def circle(folder):
    """Files in folders with links that lead round in circles, in two ways."""
    (folder / "a" / "b").mkdir(parents=True)
    for name in ("x.txt", "a/x.txt", "a/b/y.txt", "a/b/z.md", "a/.hidden.txt"):
        (folder / name).write_text("a b")
    (folder / "a" / "up").symlink_to("..")
    (folder / "a" / "b" / "up").symlink_to("../..")
    (folder / "a" / "again.txt").symlink_to("b/y.txt")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**/*.txt", ["a/b/y.txt", "a/x.txt", "x.txt"]),
        ("**", ["a/b/y.txt", "a/b/z.md", "a/x.txt", "x.txt"]),
        ("a/**", ["a/b/y.txt", "a/b/z.md", "a/x.txt"]),
        ("*/**/b/*", ["a/b/y.txt", "a/b/z.md"]),
        ("**/b/**/y*", ["a/b/y.txt"]),
        ("a/up/**/x.txt", ["a/up/a/x.txt", "a/up/x.txt"]),
    ],
)
def test_a_glob_reads_each_file_once_whatever_links_there_are(tmp_path, monkeypatch, pattern, expected):
    circle(tmp_path)
    said: list[str] = []
    monkeypatch.chdir(tmp_path)
    assert expand_inputs([pattern], said.append) == expected
    absolute = expand_inputs([str(tmp_path / pattern)], said.append)
    assert [os.path.relpath(path) for path in absolute] == expected
    assert all("links to files that are read already" in line or "1 link to a file" in line for line in said)


def test_a_link_to_a_file_of_the_same_directory_is_skipped(tmp_path):
    circle(tmp_path)
    said: list[str] = []
    found = expand_inputs([str(tmp_path)], said.append)
    assert [os.path.relpath(path, tmp_path) for path in found] == [
        "a/b/y.txt", "a/b/z.md", "a/x.txt", "x.txt",
    ]  # fmt: skip
    assert said == [f"{tmp_path}: 4 hidden or special entries skipped, files to read: 4"]
