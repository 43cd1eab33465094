"""The log of a run: lines that can be read at once, whatever happens to the run or the disk."""

import errno
import io
import json
import math
import os

import pytest

from embtrain.errors import UsageError
from embtrain.io.memory import resident_bytes
from embtrain.io.reporting.log import EventLog


def events(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def refuse(message):
    raise AssertionError(message)


def test_each_event_is_a_line_that_is_there_at_once(tmp_path):
    path = tmp_path / "log"
    with EventLog(str(path), False, refuse) as log:
        log.write("step", {"loss": 1.5, "lr": math.nan, "scores": {"a": math.inf, "b": [1, -math.inf]}})
        assert [event["event"] for event in events(path)] == ["step"]
        log.write("note", {"message": "中 \udcff"})
    step, note = events(path)
    assert step["loss"] == 1.5
    assert step["lr"] is None
    assert step["scores"] == {"a": None, "b": [1, None]}
    assert note["message"] == "中 \udcff"
    assert 0 <= step["time"] <= note["time"]


def test_a_run_that_fails_says_so_in_its_log(tmp_path):
    path = tmp_path / "log"
    for error, message in ((UsageError("no"), "no"), (KeyboardInterrupt(), "KeyboardInterrupt")):
        log = EventLog(str(path), True, refuse)
        log.begin()
        with pytest.raises(type(error)), log:
            raise error
        assert [(e["event"], e["message"]) for e in events(path)] == [("failed", message)]


def test_an_existing_log_is_replaced_by_force_only(tmp_path):
    path = tmp_path / "log"
    path.write_text("old")
    with pytest.raises(UsageError, match="exists already; use force=True"):
        EventLog(str(path), False, refuse)
    assert path.read_text() == "old"
    with EventLog(str(path), True, refuse) as log:
        log.write("note", {"message": "early"})
        assert path.read_text() == "old"
        log.begin()
        assert [event["message"] for event in events(path)] == ["early"]
    with pytest.raises(UsageError, match="there is no directory"):
        EventLog(str(tmp_path / "missing/log"), False, refuse)


def test_a_run_that_fails_before_it_begins_leaves_the_old_log(tmp_path):
    path = tmp_path / "log"
    path.write_text("old")
    log = EventLog(str(path), True, refuse)
    log.write("note", {})
    with pytest.raises(UsageError), log:
        raise UsageError("no")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["log"]


def test_the_new_log_keeps_the_permissions_of_the_old_one_and_its_links(tmp_path):
    path, link = tmp_path / "log", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    with EventLog(str(link), True, refuse):
        pass
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("", 0o600)


def test_a_log_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "log"
    warnings = []
    monkeypatch.setattr(os.path, "isfile", lambda name: True)  # as if there was one that is gone by now
    log = EventLog(str(path), False, warnings.append)
    monkeypatch.undo()
    path.write_text("theirs")
    with log:
        log.begin()
        log.write("step", {})
    assert path.read_text() == "theirs"
    assert [event["event"] for event in events(tmp_path / "log.kept-1")] == ["step"]
    assert "appeared meanwhile" in warnings[0]


def test_a_log_is_not_compressed(tmp_path):
    with pytest.raises(UsageError, match="is not compressed"):
        EventLog(str(tmp_path / "log.gz"), False, refuse)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_ends_the_log_not_the_run():
    warnings = []
    with EventLog("/dev/full", False, warnings.append) as log:
        log.write("step", {})
        log.write("step", {})
    assert warnings == ["/dev/full: the log ends here: No space left on device"]


def test_a_log_to_stdout_leaves_it_open(capfdbinary):
    with EventLog("-", False, refuse) as log:
        log.write("step", {"a": 1})
    os.write(1, b"after\n")
    line, after = capfdbinary.readouterr().out.splitlines()
    assert json.loads(line)["a"] == 1
    assert after == b"after"


def test_memory_is_that_of_a_running_python():
    assert 5e6 < resident_bytes() < 1e11


def test_a_disk_that_takes_a_part_of_a_line(tmp_path):
    """It says why when it is given the rest."""
    said = []

    class NearlyFull(io.FileIO):
        room = 100

        def write(self, data):
            if not self.room:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken = super().write(bytes(data)[: self.room])
            self.room -= taken
            return taken

    log = EventLog(str(tmp_path / "log"), False, said.append)
    log._file.close()
    log._file = NearlyFull(tmp_path / "log", "wb")
    with log:
        log.write("note", {"message": "a" * 1000})
        assert (tmp_path / "log").stat().st_size == 100
        assert said == [f"{tmp_path / 'log'}: the log ends here: No space left on device"]
