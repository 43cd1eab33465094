"""Outputs are all or nothing, never replace another's file, and report failures."""

import errno
import io
import os
import shutil
import stat
import subprocess
import sys

import pytest

from embtrain.errors import ResourceError, Terminated, UsageError
from embtrain.io.outputs import rename, replacement
from embtrain.io.outputs.atomic import check_output, open_output
from tests.conftest import environment


def write(path, data: bytes, force: bool = False) -> None:
    with open_output(str(path), force) as stream:
        stream.write(data)


def test_new_file_appears_when_complete(tmp_path):
    path = tmp_path / "out"
    with open_output(str(path), False) as stream:
        stream.write(b"data")
        assert not path.exists()
    assert path.read_bytes() == b"data"
    assert os.listdir(tmp_path) == ["out"]


def test_new_file_has_the_permissions_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path / "out", b"data")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


def test_existing_file_needs_force_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o604)
    for action in (lambda: check_output(str(path), False), lambda: write(path, b"new")):
        with pytest.raises(UsageError, match="exists already; use force=True"):
            action()
    assert path.read_bytes() == b"old"
    check_output(str(path), True)
    write(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@pytest.fixture(params=["unnamed", "named", "plain"])
def how(request, monkeypatch):
    """With files that have no name until they are complete, without, and with plain renames only."""
    if request.param != "unnamed":
        monkeypatch.setattr(replacement, "open_unnamed", lambda folder, mode: None)
    if request.param == "plain":
        monkeypatch.setattr(rename, "_system_call", lambda: None)
    return request.param


def test_every_way_to_write_gives_the_same(tmp_path, how):
    path = tmp_path / "out"
    write(path, b"old")
    with pytest.raises(UsageError):
        write(path, b"new")
    path.chmod(0o640)
    write(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["out"]


def test_what_replaces_a_private_file_is_private_from_the_start(tmp_path, how):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with open_output(str(path), True) as stream:
        assert stat.S_IMODE(os.fstat(stream.fileno()).st_mode) == 0o600
        hidden = [name for name in os.listdir(tmp_path) if name != "out"]
        assert len(hidden) == (how != "unnamed")
        stream.write(b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_result_without_its_folder_is_kept_elsewhere(tmp_path, monkeypatch, how):
    (tmp_path / "gone").mkdir()
    (tmp_path / "spare").mkdir()

    def write_while_it_goes() -> None:
        with open_output(str(tmp_path / "gone" / "v.txt"), False, spare=str(tmp_path / "spare")) as stream:
            stream.write(b"result")
            shutil.rmtree(tmp_path / "gone")

    with pytest.raises(
        ResourceError, match=r"could not get its name.*kept as .*/spare/v\.kept-1\.txt$"
    ) as failure:
        write_while_it_goes()
    assert failure.value.kept == str(tmp_path / "spare" / "v.kept-1.txt")
    assert (tmp_path / "spare" / "v.kept-1.txt").read_bytes() == b"result"


def test_names_under_which_results_are_kept_are_free(tmp_path, how):
    path = tmp_path / "v.txt.gz"

    def write_while_it_appears() -> None:
        with open_output(str(path), False) as stream:
            stream.write(b"ours")
            path.write_bytes(b"theirs")

    for number in (1, 2):
        path.unlink(missing_ok=True)
        with pytest.raises(UsageError, match="appeared while") as failure:
            write_while_it_appears()
        assert failure.value.kept == str(tmp_path / f"v.kept-{number}.txt.gz")
    assert path.read_bytes() == b"theirs"
    assert len(os.listdir(tmp_path)) == 3


KILLED = """
import os, sys
from embtrain.io.outputs import replacement
from embtrain.io.outputs.atomic import open_output
if sys.argv[2] != "unnamed":
    replacement.open_unnamed = lambda folder, mode: None
with open_output(sys.argv[1], True) as stream:
    stream.write(bytes(1000))
    stream.flush()
    os.kill(os.getpid(), 9)
"""


def test_the_next_run_removes_what_a_killed_one_has_left(tmp_path, how, caplog):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", KILLED, str(path), how], env=environment(), check=False)
    assert len(os.listdir(tmp_path)) == (1 if how == "unnamed" else 2)
    (tmp_path / ".other.0123456789ab.tmp").write_bytes(b"")
    write(path, b"new", force=True)
    assert sorted(os.listdir(tmp_path)) == [".other.0123456789ab.tmp", "out"]
    assert ("removed an unfinished output" in caplog.text) == (how != "unnamed")


def test_the_file_of_a_run_that_goes_on_is_left_alone(tmp_path, how):
    path = tmp_path / "out"
    with open_output(str(path), True) as stream:
        stream.write(b"first")
        write(path, b"second", force=True)
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Terminated])
def test_nothing_is_left_after_an_exception(tmp_path, error):
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def fail_half_way() -> None:
        with open_output(str(path), True) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("dangling", [True, False])
def test_link_stays_a_link(tmp_path, dangling):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "target"
    if not dangling:
        target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write(link, b"new", force=not dangling)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path / "there") == ["target"]


@pytest.mark.parametrize("links", [True, False])
def test_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch, links):
    path = tmp_path / "out"
    if not links:
        monkeypatch.setattr(os, "link", raise_no_links)

    def write_while_it_appears() -> None:
        with open_output(str(path), False) as stream:
            stream.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(UsageError, match="appeared while") as failure:
        write_while_it_appears()
    assert path.read_bytes() == b"theirs"
    kept = str(failure.value).rsplit(" ", 1)[1]
    with open(kept, "rb") as stream:
        assert stream.read() == b"ours"


def raise_no_links(source, target, **how):
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")


def test_file_system_without_links(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", raise_no_links)
    write(tmp_path / "out", b"data")
    assert (tmp_path / "out").read_bytes() == b"data"
    assert os.listdir(tmp_path) == ["out"]


def test_missing_parent_and_directory_as_target(tmp_path):
    with pytest.raises(UsageError, match=r"there is no directory .*nothing"):
        check_output(str(tmp_path / "nothing" / "out"), True)
    with pytest.raises(UsageError, match="is a directory"):
        check_output(str(tmp_path), True)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError):
        check_output(str(tmp_path / "file" / "out"), True)


def test_parent_that_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="permission denied"):
        check_output(str(tmp_path / "out"), False)


def test_terminal_is_refused(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match="stdout is a terminal"):
        check_output("-", False)
    check_output("-", False, lines=True)


def test_a_reader_of_lines_that_leaves_has_seen_enough(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with (
        subprocess.Popen(["head", "-c", "1", str(path)], stdout=subprocess.DEVNULL),
        pytest.raises(BrokenPipeError),
        open_output(str(path), False, lines=True) as stream,
    ):
        stream.write(bytes(5_000_000))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("size", [10, 5_000_000])
def test_full_device(size):
    with pytest.raises(ResourceError, match="/dev/full: no space left"):
        write("/dev/full", bytes(size))


def test_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResourceError, match="out: no space left"):
        write(tmp_path / "out", b"data")
    assert os.listdir(tmp_path) == []


def test_named_pipe_is_written_directly(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(["cat", str(path)], stdout=subprocess.PIPE) as reader:
        write(path, b"data")
        assert reader.communicate()[0] == b"data"
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_reader_of_a_named_pipe_leaves(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with (
        subprocess.Popen(["head", "-c", "1", str(path)], stdout=subprocess.DEVNULL),
        pytest.raises(ResourceError, match="pipe: the reader closed the pipe"),
    ):
        write(path, bytes(5_000_000))


WRITE_STDOUT = """
import sys
from embtrain.errors import EmbtrainError
from embtrain.io.outputs.atomic import open_output
try:
    with open_output({path!r}, False) as stream:
        stream.write(bytes({size}))
except EmbtrainError as error:
    print(error.exit_code, error, file=sys.stderr)
"""


def run_stdout(redirect: str, size: int, path: str = "-") -> subprocess.CompletedProcess[bytes]:
    code = WRITE_STDOUT.format(path=path, size=size)
    command = f'"$0" -c "$1" {redirect}'
    return subprocess.run(["/bin/sh", "-c", command, sys.executable, code], capture_output=True, check=False)


@pytest.mark.parametrize("path", ["-", "/dev/stdout"])
def test_stdout(path):
    done = run_stdout("", 3_000_000, path)
    assert done.stdout == bytes(3_000_000)
    assert done.stderr == b""


def test_dev_stdout_that_is_a_regular_file_is_appended_to(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"before")
    assert run_stdout(f">> {path}", 3, "/dev/stdout").stderr == b""
    assert path.read_bytes() == b"before" + bytes(3)


def test_closed_stdout_pipe_is_one_line():
    done = run_stdout("| head -c 1", 5_000_000)
    assert done.stderr == b"4 stdout: the reader closed the pipe before the output was complete\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_full_stdout_is_one_line():
    done = run_stdout("> /dev/full", 10)
    assert done.stderr.startswith(b"4 stdout: no space left")
    assert done.stderr.count(b"\n") == 1


def test_captured_stdout(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stdout)
    write("-", b"data")
    assert stdout.buffer.getvalue() == b"data"
