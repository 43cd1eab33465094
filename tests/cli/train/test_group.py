"""`embtrain train` in a group of processes: like one process, and ends together."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest

import embtrain
from tests.conftest import command, environment, needs_native
from tests.training.group.processes import finish, start, write_two_topics

pytestmark = needs_native


@pytest.fixture
def text(tmp_path):
    """Words of two topics that never meet, in two files: one is cut, a compressed one is not."""
    write_two_topics(tmp_path / "one.txt", 4000, 12)
    return tmp_path


OPTIONS = ("--dim", "16", "--epochs", "6", "--threads", "1", "--sample", "0", "--progress", "none")


def train(text, size, *more):
    return start(size, lambda rank: ("one.txt", "-o", f"out{size}.safetensors", *OPTIONS, *more), text)


def test_two_processes_learn_what_one_learns(text):
    assert finish(train(text, 1))[0] == [0]
    log = ("--log", "log.jsonl")
    codes, said = finish(train(text, 2, *log))
    assert (codes, said[1]) == ([0, 0], "")
    one, two = (embtrain.load(text / f"out{size}.safetensors") for size in (1, 2))
    assert two.vocabulary.equals(one.vocabulary)
    corpora = [json.loads(vectors.metadata["provenance"])["corpus"] for vectors in (one, two)]
    for name in ("bytes", "tokens", "types", "sentences", "trained_tokens"):
        assert corpora[1][name] == corpora[0][name]
    assert corpora[1]["parts"] == 2
    reproduced = subprocess.run(
        command("reproduce", "out2.safetensors"), cwd=text, env=environment(), capture_output=True, text=True
    )
    assert reproduced.stdout.startswith("torchrun --nproc-per-node 2 -m embtrain train CORPUS --dim 16 ")
    epochs = [json.loads(line) for line in (text / "log.jsonl").read_text().splitlines()]
    assert [event["words"] for event in epochs if event["event"] == "epoch"] == [48_000] * 6
    for vectors in (one, two):
        rows = vectors.vectors / np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
        topics = np.array([word[0] == "a" for word in vectors.vocabulary])
        cosines = rows @ rows.T
        assert cosines[np.ix_(topics, topics)].mean() > cosines[np.ix_(topics, ~topics)].mean() + 0.5


def test_n_grams_and_cbow_are_trained_too(text):
    codes, said = finish(train(text, 2, "--model", "cbow", "--subwords", "2-3", "--buckets", "100"))
    assert codes == [0, 0], said
    assert np.isfinite(embtrain.load(text / "out2.safetensors").vectors).all()


def test_the_first_process_scores_and_ends_the_training_for_all(text):
    pairs = [f"a{n} {topic}{n + 1} {9 if topic == 'a' else 1}\n" for n in range(20) for topic in "ab"]
    (text / "pairs.txt").write_text("".join(pairs))
    log = ("--eval", "similarity:pairs.txt", "--patience", "1", "--epochs", "60", "--log", "log.jsonl")
    codes, said = finish(train(text, 2, *log))
    assert (codes, said[1]) == ([0, 0], "")
    events = [json.loads(line) for line in (text / "log.jsonl").read_text().splitlines()]
    epochs = [event for event in events if event["event"] == "epoch"]
    assert all("pairs" in str(event["scores"]) for event in epochs)
    assert len(epochs) < 60


def test_the_first_process_prints_the_plan(text):
    processes = train(text, 2, "--dry-run")
    printed = [process.communicate(timeout=60)[0] for process in processes]
    assert "memory" in printed[0]
    assert printed[1] == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            lambda rank: ("one.txt", "--dim", 16 + rank),
            2,
            "--dim differs: rank 0 has 16, rank 1 has 17",
        ),
        (lambda rank: ("one.txt", "--model", "glove"), 2, "--model glove is trained by one process"),
        (lambda rank: ("-",), 2, "stdin cannot be divided among processes; name files"),
        (lambda rank: ("line.txt",), 3, "rank 1: has no word of the vocabulary"),
        (lambda rank: ("one.txt" if rank == 0 else "missing.txt",), 2, "CORPUS differs"),
    ],
)
def test_a_group_that_cannot_train_says_which_process_and_why(text, arguments, code, message):
    (text / "line.txt").write_text("a b " * 1000 + "\n")
    codes, said = finish(
        start(2, lambda rank: (*arguments(rank), "-o", "out.safetensors", "--min-count", "1"), text)
    )
    assert code in codes
    assert 0 not in codes
    assert any(message in one for one in said), said
    assert all(one.count("embtrain: error: ") == 1 for one in said), said
    assert not (text / "out.safetensors").exists()


def test_the_others_end_when_one_is_lost(text):
    processes = train(text, 2, "--epochs", "100000", "--log", "log.jsonl")
    until = time.monotonic() + 60
    while not ((text / "log.jsonl").exists() and "epoch" in (text / "log.jsonl").read_text()):
        assert time.monotonic() < until
        time.sleep(0.05)
    lost = processes[1].pid
    os.kill(lost, signal.SIGKILL)
    killed = time.monotonic()
    codes, said = finish(processes)
    assert time.monotonic() - killed < 10
    assert codes == [4, -signal.SIGKILL]
    assert said[0].endswith(f"rank 0 ends, because rank 1 was lost ({os.uname().nodename}, process {lost})\n")
    assert not (text / "out2.safetensors").exists()
