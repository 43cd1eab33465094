"""Messages and progress while a command runs."""

import io
import json
import os
import sys

import pytest

from embtrain.io.reporting import progress
from embtrain.io.reporting.progress import Reporter


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    """A stderr whose reader is gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def use_stderr(monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_auto_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch):
    use_stderr(monkeypatch, Terminal())
    assert Reporter().mode == "bar"
    use_stderr(monkeypatch, io.StringIO())
    assert Reporter().mode == "plain"
    use_stderr(monkeypatch, None)
    assert Reporter().mode == "plain"


def test_a_bar_shows_the_phase_and_is_gone_afterwards(monkeypatch):
    stream = use_stderr(monkeypatch, Terminal())
    with Reporter("bar") as reporter:
        reporter.update("training", 5e5, 1e6, "words", {"loss": 2.34567})
        reporter.note("in between")
    shown = stream.getvalue()
    assert "training" in shown
    assert "embtrain: in between\n" in shown
    assert shown.rstrip(" ").endswith("\r")


def test_plain_lines_come_at_intervals(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    clock = iter([0.0, 1.0, 6.0, 7.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    reporter = Reporter("plain")
    for done in (1, 2, 3, 4):
        reporter.update("training", done, 10, "words", {"words/s": 2_500_000.0, "lr": 0.0213, "eta": "12s"})
    assert stream.getvalue() == "embtrain: training: 30.0% words/s 2.50M lr 0.0213 eta 12s\n"


def test_plain_lines_without_a_total_count(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    clock = iter([0.0, 6.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    reporter = Reporter("plain")
    for done in (0, 7.25e6):
        reporter.update("reading", done, None, "words", {"rate": 12_345.0})
    assert stream.getvalue() == "embtrain: reading: 7.2M words rate 12.3k\n"


def test_json_lines_hold_notes_warnings_events_and_progress(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    clock = iter([0.0, 2.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    reporter = Reporter("json", quiet=True)
    reporter.note("a")
    reporter.warn("b")
    reporter.event("saved", {"bytes": 3})
    for done in (1, 2):
        reporter.update("training", done, 4, "words", {"loss": 1.5})
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"event": "note", "message": "a"},
        {"event": "warning", "message": "b"},
        {"event": "saved", "bytes": 3},
        {"event": "progress", "phase": "training", "done": 2, "total": 4, "unit": "words", "loss": 1.5},
    ]


def test_quiet_leaves_warnings(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    reporter = Reporter("plain", quiet=True)
    reporter.note("a")
    reporter.event("saved", {})
    reporter.update("training", 1, 2, "words", {})
    reporter.warn("b")
    assert stream.getvalue() == "embtrain: warning: b\n"


@pytest.mark.parametrize("mode", ["plain", "json", "bar"])
@pytest.mark.parametrize("make", [Broken, lambda: None])
def test_a_stderr_that_takes_nothing_is_no_error(monkeypatch, mode, make):
    use_stderr(monkeypatch, make())
    with Reporter(mode) as reporter:
        reporter.update("reading", 1, None, "words", {})
        reporter.note("a")
        reporter.warn("b")
        reporter.update("training", 1, 2, "words", {})


def test_json_never_holds_what_json_cannot(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    Reporter("json").event("epoch", {"loss": float("nan"), "scores": {"a": float("inf")}, "list": [1.0]})
    event = json.loads(stream.getvalue(), parse_constant=pytest.fail)
    assert event == {"event": "epoch", "loss": None, "scores": {"a": None}, "list": [1.0]}


@pytest.mark.parametrize("mode", ["auto", "bar"])
@pytest.mark.parametrize("size", [(0, 0), (80, 0), (0, 24)])
def test_a_terminal_without_room_gets_lines(monkeypatch, mode, size):
    use_stderr(monkeypatch, Terminal()).fileno = lambda: 2
    monkeypatch.setattr("os.get_terminal_size", lambda descriptor: os.terminal_size(size))
    assert Reporter(mode).mode == "plain"


def test_a_share_stands_where_no_total_of_the_unit_is_known(monkeypatch):
    stream = use_stderr(monkeypatch, io.StringIO())
    clock = iter([0.0, 6.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    reporter = Reporter("plain")
    for share in (0.1, 0.25):
        reporter.update("reading", 7.25e6, None, "words", {"types": 12, "eta": 3661.0}, share)
    assert stream.getvalue() == "embtrain: reading: 25.0% types 12 eta 1:01:01\n"
