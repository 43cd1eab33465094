"""Logs of trainings: what is read from them, and what is refused."""

import json

import pytest

from embtrain.analysis.plot.runs import read_run
from embtrain.errors import DataError
from embtrain.wording import counted


def lines(*events):
    return [json.dumps(event).encode() + b"\n" for event in events]


def step(done, **fields):
    return {"event": "step", "done": done, **fields}


def test_measures_scores_and_ends_of_epochs():
    run = read_run(
        lines(
            {"event": "start", "config": {}},
            step(10, loss=2.5, lr=0.1, **{"words/s": 5}, memory=3_000_000),
            step(20, loss=None, lr=0.05),
            {"event": "epoch", "done": 20, "loss": 2.4, "scores": {"google": 0.25, "ws353": None}},
            {"event": "note", "message": "x"},
        ),
        "run",
    )
    assert run.measures == {
        "loss": [(10, 2.5)],
        "lr": [(10, 0.1), (20, 0.05)],
        "words/s": [(10, 5)],
        "memory": [(10, 3.0)],
    }
    assert run.scores == {"google": [(20, 0.25)]}
    assert run.epoch_ends == [20]
    assert run.notes == []


def test_a_run_that_is_going_on_is_read_as_far_as_it_has_come():
    run = read_run([*lines(step(1, loss=1.0)), b'{"event": "step", "done'], "run")
    assert run.measures["loss"] == [(1, 1.0)]
    assert run.notes == ["run: line 2, the last one, is cut short and was left out"]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"loss 2.5\n", "line 2: expected an event that `embtrain train --log` writes: JSON is malformed"),
        (b"[1]\n", "line 2: .*Expected `object`"),
        (b"{}\n", 'line 2: .*no text "event" in it'),
        (b'{"event": "step"}\n', 'line 2: .*no number "done" in this "step"'),
        (b'{"event": "step", "done": "many"}\n', "line 2: .*\"done\" is not a number but 'many'"),
        (b'{"event": "step", "done": true}\n', 'line 2: .*"done" is not a number but True'),
        (b'{"event": "epoch", "done": 2, "scores": [1]}\n', 'line 2: .*"scores" is not an object'),
        (b"\xff\n", "line 2: .*"),
        (b'{"event": "st', "line 2: "),
    ],
)
def test_lines_that_are_no_events(bad, message):
    with pytest.raises(DataError, match=f"^run: {message}"):
        read_run([*lines(step(1, loss=1.0)), bad, *lines(step(2, loss=1.0))], "run")


@pytest.mark.parametrize("log", [[], lines({"event": "note", "message": "x"}), [b'{"event": "st']])
def test_a_log_without_a_training(log):
    with pytest.raises(DataError, match=f"no steps of a training in {counted(len(log), 'line')};"):
        read_run(log, "run")
