"""`train --eval` and `--patience`: scores in the log, and the best epoch kept."""

import json
from itertools import combinations

import numpy as np
import pytest

from embtrain import load
from tests.conftest import SMALL


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    words = [f"{letter}{number:02}" for letter in "ab" for number in range(5)]
    lines = [f"{one}\t{other}\t{9 if one[0] == other[0] else 1}" for one, other in combinations(words, 2)]
    path.write_text("\n".join([*lines, "a00\tmissing\t3"]))
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
        said = f"epoch {epoch['epoch']}: pairs {epoch['scores']['pairs']:.4f} (45 of 46 pairs)"
        assert said in result.err
        assert epoch["coverage"] == {"pairs": {"covered": 45, "items": 46}}
    recorded = json.loads(load(tmp_path / "v").metadata["training"])
    assert [epoch["coverage"] for epoch in recorded] == [epochs[0]["coverage"]] * 2
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


def test_too_few_pairs_cannot_decide(call, corpus, tmp_path):
    few = tmp_path / "few.tsv"
    few.write_text("a00\ta01\t9\na00\tb00\t1\nb00\tmissing\t8\n")
    options = (*SMALL, "--eval", f"similarity:{few}")
    result = call("train", corpus, "-o", tmp_path / "v", *options, "--patience", 1)
    assert result.code == 2
    assert "--patience: the vocabulary covers 2 of 3 pairs of few; expected 30 or more" in result.error_line
    assert not (tmp_path / "v").exists()
    assert call("train", corpus, "-o", tmp_path / "v", *options).code == 0


@pytest.mark.parametrize("content", [None, "no pairs here\n"])
def test_sets_are_read_before_the_text(call, corpus, tmp_path, content):
    path = tmp_path / "set.txt"
    if content is not None:
        path.write_text(content)
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--eval", f"similarity:{path}")
    assert result.code == (2 if content is None else 3)
    assert str(path) in result.error_line
    assert "read 15,000 words" not in result.err


@pytest.mark.parametrize(
    ("options", "second"),
    [
        (["--eval", "similarity:-"], "--eval similarity:-"),
        (["--vocab", "-"], "--vocab"),
        (["--stop-words", "-"], "--stop-words"),
    ],
)
@pytest.mark.parametrize("corpus_from", [["-"], []])
def test_stdin_is_for_one_input(call, tmp_path, options, second, corpus_from):
    result = call("train", *corpus_from, "-o", tmp_path / "v", *options)
    assert result.code == 2
    assert f"stdin (-) is both the corpus and {second}, but it can be read only once" in result.error_line
