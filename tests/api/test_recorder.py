"""What a training in Python tells: a progress bar, and notes and warnings by logging."""

import io
import logging
import sys

import numpy as np
import pytest

import embtrain
from embtrain.api import Step, recorder
from embtrain.errors import UsageError
from tests.conftest import topic_text

LINES = topic_text(200).decode().splitlines()
OPTIONS = {"dim": 8, "epochs": 2, "threads": 1, "min_count": 1}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_shown_on_wish(capsys):
    embtrain.train(LINES, progress=True, **OPTIONS)
    shown = capsys.readouterr().err
    assert "reading" in shown
    assert "training: 100%" in shown
    assert "loss=" in shown
    assert "words/s" in shown


@pytest.mark.parametrize("progress", [None, False, np.bool_(False)])
def test_no_bar_is_shown_elsewhere(capsys, progress):
    embtrain.train(LINES, progress=progress, **OPTIONS)
    assert capsys.readouterr().err == ""


def test_a_terminal_and_a_notebook_show_it(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not recorder.shows_progress()
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert recorder.shows_progress()
    monkeypatch.setattr(sys, "stderr", None)
    assert not recorder.shows_progress()


def test_a_wrong_wish_is_refused():
    with pytest.raises(UsageError, match="train: progress is 'yes'"):
        embtrain.train(LINES, progress="yes", **OPTIONS)


def test_nothing_is_left_out_in_silence(caplog):
    with caplog.at_level(logging.INFO, "embtrain"):
        embtrain.train([*LINES, "rare words"], **{**OPTIONS, "min_count": 2})
    notes = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert notes[0].startswith("read 2,002 words, 26 different, 201 sentences")
    assert notes[1] == "left out 2 words seen fewer than 2 times, 2 tokens; 24 words remain"
    assert notes[-1].startswith("trained 2 epochs in ")
    assert {record.name for record in caplog.records} == {"embtrain"}


def test_a_listener_and_the_bar_go_together(capsys, caplog):
    events = []
    with caplog.at_level(logging.INFO, "embtrain"):
        embtrain.train(LINES, progress=True, on_event=events.append, **OPTIONS)
    assert any(isinstance(event, Step) for event in events)
    assert "training: 100%" in capsys.readouterr().err
    assert caplog.messages


def test_a_bar_ends_with_its_training(capsys):
    def stop(event):
        if isinstance(event, Step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embtrain.train(LINES, progress=True, on_event=stop, **OPTIONS)
    assert capsys.readouterr().err.endswith("\n")


def test_a_bar_goes_on_where_its_run_does(capsys, tmp_path):
    def stop(event):
        if isinstance(event, embtrain.api.EpochEnd):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embtrain.train(LINES, on_event=stop, checkpoint=tmp_path / "run", **OPTIONS)
    embtrain.train(resume=tmp_path / "run", progress=True)
    assert "training: 100%" in capsys.readouterr().err
