"""What the log tells of a training: every word once, losses that add up, a bounded number of lines."""

import math

import pytest

from embtrain.io.reporting.progress import Reporter
from embtrain.text.encode import encode_pieces
from embtrain.training.objectives.skipgram import SkipGram
from embtrain.training.progress import LOSS_UNITS, Progress
from embtrain.training.reporting import log as training_log
from embtrain.training.reporting.log import TrainingLog
from tests.conftest import topic_text
from tests.training.trainers import config_of, make_trainer


def logged_run(monkeypatch, step_size):
    monkeypatch.setattr(training_log, "INTERVAL", 0.0)
    events = []
    reporter = Reporter("none")
    reporter.sink = lambda name, fields: events.append({"event": name, **fields})
    with encode_pieces([("text", [topic_text()])], min_count=1) as corpus:
        trainer = make_trainer(corpus, config_of(dim=8, epochs=2, threads=1, min_count=1), step_size)
        log = TrainingLog(reporter, 2 * corpus.tokens)

        def on_epoch(now):
            now.scores = {"fake": now.epoch / 10}
            log.epoch(now)
            return True

        trainer.train(log.step, on_epoch)
    return trainer, events


def test_steps_are_stretches_and_epochs_wholes(monkeypatch):
    trainer, events = logged_run(monkeypatch, 4000)
    assert [event["event"] for event in events] == (["step"] * 4 + ["epoch"]) * 2
    steps = [event for event in events if event["event"] == "step"]
    assert [step["done"] for step in steps] == [4000, 8000, 12_000, 15_000, 19_000, 23_000, 27_000, 30_000]
    assert [step["words"] for step in steps] == [4000, 8000, 12_000, 15_000] * 2
    assert [step["step"] for step in steps] == list(range(1, 9))
    assert len({step["loss"] for step in steps}) == 8
    for epoch, record in zip(trainer.epochs, (e for e in events if e["event"] == "epoch"), strict=True):
        own = [step for step in steps if step["epoch"] == epoch.epoch]
        assert min(s["loss"] for s in own) < epoch.loss < max(s["loss"] for s in own)
        assert record["loss"] == epoch.loss
        assert record["pairs"] == epoch.terms
        assert record["words/s"] == pytest.approx(15_000 / epoch.seconds)
        assert record["scores"] == {"fake": epoch.epoch / 10}
        assert record["memory"] > 0
        assert record["lr"] == own[-1]["lr"]


def fed(monkeypatch, states, total, interval=0.0):
    """Lines of a log that is told these states of epochs: number, words, pairs, loss sum, seconds, end?"""
    monkeypatch.setattr(training_log, "INTERVAL", interval)
    events = []
    reporter = Reporter("none")
    reporter.sink = lambda name, fields: events.append({"event": name, **fields})
    log = TrainingLog(reporter, total)
    for epoch, words, pairs, loss, seconds, is_end in states:
        counts = {"words": words, "kept": words, "pairs": pairs}
        loss_units = round(loss * LOSS_UNITS)
        now = Progress(epoch, SkipGram.counters, counts, loss_units, seconds, words)
        log.step(now)
        if is_end:
            log.epoch(now)
    return events


def test_a_stretch_goes_on_over_the_end_of_an_epoch(monkeypatch):
    # A line for the few words before the end would show the chance of few pairs as a jump of the loss.
    monkeypatch.setattr(training_log, "SHARE", 0.25)
    states = [(1, 30, 10, 20.0, 1.0, False), (1, 40, 12, 40.0, 2.0, True), (2, 20, 8, 8.0, 4.0, False)]
    events = fed(monkeypatch, states, 80)
    assert [event["event"] for event in events] == ["step", "epoch", "step"]
    first, epoch, second = events
    assert (first["loss"], first["words/s"], first["pairs/s"]) == (2.0, 30.0, 10.0)
    assert (epoch["loss"], epoch["words/s"], epoch["pairs/s"]) == (pytest.approx(40 / 12), 20.0, 6.0)
    # 40 - 20 + 8 over 2 + 8 pairs; 10 + 20 words in 1 + 4 seconds.
    assert (second["loss"], second["words/s"], second["pairs/s"]) == (2.8, 6.0, 2.0)


def test_the_number_of_lines_is_bounded(monkeypatch):
    states = [(1, words, words, 1.0, 1.0, False) for words in range(1, 20_001)]
    assert len(fed(monkeypatch, states, 20_000)) == 1000
    monkeypatch.setattr(training_log.time, "monotonic", lambda: 5.0)
    events = fed(monkeypatch, states, 20_000, interval=0.1)
    assert [event["words"] for event in events] == [20]


def test_an_epoch_without_pairs_has_no_loss():
    events = []
    reporter = Reporter("none")
    reporter.sink = lambda name, fields: events.append(fields)
    log = TrainingLog(reporter, 3)
    now = Progress(1, SkipGram.counters, {"words": 3}, done=3, seconds=0.0)
    assert math.isnan(now.loss)
    log.step(now)
    log.epoch(now)
    assert [event["loss"] for event in events] == [None, None]
    assert events[0]["words/s"] is None
