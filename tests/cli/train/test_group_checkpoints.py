"""Checkpoints of a group of processes: one is lost, and another number of processes goes on."""

import json
import os
import signal
import time

import numpy as np
import pytest

import embtrain
from tests.conftest import needs_native
from tests.training.group.processes import finish, start, write_two_topics

pytestmark = needs_native

OPTIONS = (
    *("one.txt", "-o", "out.safetensors", "--dim", "16", "--threads", "1", "--sample", "0"),
    *("--epochs", "8", "--progress", "none", "--log", "log.jsonl", "--checkpoint", "run"),
)


@pytest.fixture
def text(tmp_path):
    """Words of two topics that never meet, enough for several rounds of each process."""
    write_two_topics(tmp_path / "one.txt", 30_000, 20)
    return tmp_path


def lose_one(text, *more):
    """Trains with two processes, and kills one of them after the second checkpoint."""
    processes = start(2, lambda rank: (*OPTIONS, *more), text)
    log, until = text / "log.jsonl", time.monotonic() + 60
    while not (log.exists() and log.read_text().count('"checkpoint"') >= 2):
        assert time.monotonic() < until, finish(processes, 1)
        time.sleep(0.01)
    os.kill(processes[1].pid, signal.SIGKILL)
    return finish(processes)


def resume(text, size, *more):
    return finish(start(size, lambda rank: ("--resume", "run", *more), text))


def check_learned(text, repeated=0):
    """The words of a topic are nearer to each other than to others, and nothing is left over.

    Args:
        repeated: words that the resumed epoch may have read twice.
    """
    found = embtrain.load(text / "out.safetensors")
    rows = found.vectors / np.linalg.norm(found.vectors, axis=1, keepdims=True)
    topics = np.array([word[0] == "a" for word in found.vocabulary])
    cosines = rows @ rows.T
    assert cosines[np.ix_(topics, topics)].mean() > cosines[np.ix_(topics, ~topics)].mean() + 0.5
    assert sorted(path.name for path in text.iterdir()) == ["log.jsonl", "one.txt", "out.safetensors"]
    events = [json.loads(line) for line in (text / "log.jsonl").read_text().splitlines()]
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs][-1] == 8
    assert all(-10 < event["words"] - 600_000 < 10 + repeated for event in epochs)


@pytest.mark.parametrize("every", ["1epoch", "100000words"])
def test_more_processes_go_on_when_one_is_lost(text, every):
    codes, said = lose_one(text, "--checkpoint-every", every)
    assert codes == [4, -signal.SIGKILL]
    assert said[0].endswith("embtrain train --resume run\n"), said
    kept = sorted(path.name for path in (text / "run").iterdir())
    assert kept == ["run.json", "state.safetensors", "words.safetensors"]
    codes, said = resume(text, 3)
    assert codes == [0, 0, 0], said
    assert "embtrain: resuming after " in said[0], said
    # With other rounds, a resumed epoch begins at the end of one of its own.
    check_learned(text, repeated=600_000 // 4)


def test_one_process_goes_on_unless_the_text_has_changed(text):
    lose_one(text, "--checkpoint-every", "100000words")
    content = (text / "one.txt").read_text()
    (text / "one.txt").write_text(content + "a1 a2\n")
    codes, said = resume(text, 1)
    assert codes == [2]
    assert "one.txt: changed since it was read" in said[0]
    (text / "one.txt").write_text(content.replace("a1 ", "zz ", 5))
    codes, said = resume(text, 1)
    assert codes == [3], said
    assert "the text has 599,995 words of the vocabulary, that of run had 600,000" in said[0]
    (text / "one.txt").write_text(content)
    assert resume(text, 1)[0] == [0]
    check_learned(text)


def test_torchrun_goes_on_by_itself(text, monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", "1")
    codes, said = lose_one(text, "--checkpoint-every", "100000words")
    assert codes == [4, -signal.SIGKILL], said
    codes, said = finish(start(2, lambda rank: OPTIONS, text))
    assert codes == [0, 0], said
    check_learned(text)


def test_the_checkpoint_of_one_process_is_for_one(text):
    processes = start(1, lambda rank: (*OPTIONS, "--checkpoint-every", "1epoch"), text)
    until = time.monotonic() + 60
    while not (text / "run" / "state.safetensors").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    processes[0].terminate()
    assert finish(processes)[0] == [128 + signal.SIGTERM]
    codes, said = resume(text, 2)
    assert codes == [2, 2]
    assert "--resume: the checkpoint is of one process; go on with one" in said[0]
