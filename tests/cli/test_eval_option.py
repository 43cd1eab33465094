"""`train --eval` and `--patience`: scores in the log, and the best epoch kept."""

import json

import numpy as np
import pytest

from embtrain import load
from tests.conftest import SMALL


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a00\ta01\t9\na00\tb00\t1\nb00\tb01\t8\na01\tb01\t2\n")
    return f"similarity:{path}"


def epochs_of(log):
    events = [json.loads(line) for line in log.read_text().splitlines()]
    return [event for event in events if event["event"] == "epoch"]


def test_scores_of_each_epoch_are_said_and_logged(call, corpus, tmp_path, pairs):
    log = tmp_path / "log"
    options = (*SMALL, "--eval", pairs, "--log", log)
    result = call("train", corpus, "-o", tmp_path / "v", *options)
    assert result.code == 0
    epochs = epochs_of(log)
    assert [set(epoch["scores"]) for epoch in epochs] == [{"pairs"}] * 2
    for epoch in epochs:
        assert f"epoch {epoch['epoch']}: pairs {epoch['scores']['pairs']:.4f}" in result.err
    call("train", corpus, "-o", tmp_path / "plain", *SMALL)
    np.testing.assert_array_equal(load(tmp_path / "v").vectors, load(tmp_path / "plain").vectors)


def test_patience_keeps_the_best_epoch(call, corpus, tmp_path, pairs):
    log = tmp_path / "log"
    options = (*SMALL[:-1], "40", "--eval", pairs, "--patience", "1", "--log", log)
    result = call("train", corpus, "-o", tmp_path / "v", *options)
    assert result.code == 0
    scores = [epoch["scores"]["pairs"] for epoch in epochs_of(log)]
    assert len(scores) < 40
    assert scores[-1] <= max(scores[:-1])
    best = int(np.argmax(scores))
    assert f"kept epoch {best + 1} of {len(scores)}" in result.err
    command = ("evaluate", tmp_path / "v", "--similarity", pairs.partition(":")[2], "--json")
    (found,) = json.loads(call(*command).out)["sets"]
    assert found["scores"][0]["score"] == pytest.approx(scores[best])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--patience", "2"), "--patience needs scores: name a set with --eval"),
        (("--eval", "wordsim"), "--eval wordsim: expected questions-words, "),
        (("--eval", "wordsim353", "--backend", "gensim"), "--eval: gensim trains all epochs by itself"),
        (("--eval", "simlex999"), "--eval simlex999: no item of it has all its words in the vocabulary"),
    ],
)
def test_what_cannot_be_scored_is_refused(call, corpus, tmp_path, options, message):
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, *options)
    assert result.code == 2
    assert message in result.err
    assert not (tmp_path / "v").exists()
