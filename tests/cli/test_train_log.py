"""`embtrain train --log`: what a run leaves behind for `embtrain plot` and any other reader of JSON."""

import json

import pytest

from tests.conftest import SMALL


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_log_tells_the_run_from_start_to_end(call, corpus, tmp_path):
    log = tmp_path / "run.jsonl"
    assert call("train", corpus, "-o", tmp_path / "v", *SMALL, "--log", log, "-q").code == 0
    events = read(log)
    names = [event["event"] for event in events]
    assert [name for name in names if name not in {"note", "step"}] == [
        *("start", "epoch", "epoch", "trained", "saved")
    ]
    start = events[names.index("start")]
    assert (start["words"], start["total"], start["vocabulary"]) == (15_000, 30_000, 24)
    assert start["config"]["dim"] == 16
    steps = [event for event in events if event["event"] == "step"]
    assert steps[-1]["done"] == 30_000
    fields = {"time", "step", "epoch", "done", "words", "loss", "lr", "words/s", "pairs/s", "memory"}
    assert all(fields <= set(step) for step in steps)
    times = [event["time"] for event in events]
    assert times == sorted(times)
    assert any("different" in event["message"] for event in events if event["event"] == "note")


def test_a_log_changes_no_bit_of_the_vectors(call, corpus, tmp_path):
    for name, more in {"a": [], "b": ["--log", tmp_path / "log"]}.items():
        assert call("train", corpus, "-o", tmp_path / name, *SMALL, *more).code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failed_run_ends_its_log_with_the_reason(call, corpus, tmp_path):
    log = tmp_path / "log"
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--lr", 90, "--log", log)
    assert result.code == 1
    last = read(log)[-1]
    assert last["event"] == "failed"
    assert last["message"] in result.error_line


def test_logs_that_cannot_be(call, corpus, tmp_path):
    (tmp_path / "old").write_text("old")
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--log", tmp_path / "old")
    assert result.code == 2
    assert "old: exists already; use --force" in result.error_line
    result = call("train", corpus, "-o", tmp_path / "v", "--log", tmp_path / "." / "v")
    assert result.code == 2
    assert "is both the output and the log" in result.error_line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]


@pytest.mark.parametrize("mode", ["plain", "json", "none"])
def test_the_log_is_the_same_whatever_is_shown(call, corpus, tmp_path, mode):
    log = tmp_path / "log"
    assert call("train", corpus, "-o", tmp_path / "v", *SMALL, "--log", log, "--progress", mode).code == 0
    assert {event["event"] for event in read(log)} == {"note", "start", "step", "epoch", "trained", "saved"}
