"""Text in which no word meets another one: a plain message, code 1, nothing written, JSON that is JSON."""

import json

import pytest

import embtrain
from embtrain import api
from embtrain.errors import NotFoundError
from embtrain.ops.backends import list_backends
from tests.conftest import SMALL

BACKENDS = [backend.name for backend in list_backends() if backend.available]


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (b"one\ntwo\n" * 50, [], "there is nothing to train: each of the 100 sentences is one word"),
        (b"one two rare\n" * 50, ["--sample", "1e-12"], "subsampling (--sample 1e-12) kept 0 of 300 words"),
    ],
)
def test_nothing_to_train_is_said_and_nothing_written(call, tmp_path, backend, model, text, options, message):
    (tmp_path / "t").write_bytes(text)
    log = tmp_path / "log"
    more = ("--backend", backend, "--model", model, "--progress", "json", "--log", log)
    result = call("train", tmp_path / "t", "-o", tmp_path / "v", *SMALL, *options, *more)
    assert result.code == 1
    assert message in result.error_line
    lines = [line for line in result.err.splitlines() if not line.startswith("embtrain: error")]
    for line in [*lines, *log.read_text().splitlines()]:
        json.loads(line, parse_constant=pytest.fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "t"]


@pytest.mark.parametrize("corpus", [["one", "two"] * 5, [["one"], ["two"]] * 5])
def test_python_says_it_too(corpus):
    with pytest.raises(NotFoundError, match="nothing to train"):
        embtrain.train(corpus, min_count=1, dim=4, threads=1)


def test_more_threads_than_processors_are_warned_of(call, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("embtrain.training.refusals.available_processors", lambda: 2)
    options = (*SMALL, "--threads", 3, "-q")
    result = call("train", corpus, "-o", tmp_path / "v", *options)
    assert result.code == 0
    assert "warning: --threads 3 is more than the 2 processors that this process may use" in result.err
    events = []
    embtrain.train([["a", "b"]] * 9, dim=4, min_count=1, threads=3, sample=0, on_event=events.append)
    assert sum(isinstance(event, api.Warned) and "threads" in event.message for event in events) == 1
