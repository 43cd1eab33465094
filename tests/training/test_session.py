"""The session of `embtrain train` and `embtrain.train`: both do the same; each decision is taken once."""

import json
from itertools import combinations

import numpy as np
import pytest

import embtrain
from embtrain import api
from embtrain.errors import DataError, UsageError
from embtrain.ops import backends
from embtrain.training import refusals, session
from embtrain.training.corpora.sources import Files
from embtrain.training.gensim_baseline import GensimTrainer
from embtrain.training.job import Job
from embtrain.training.reporting import log as log_of_training
from embtrain.training.session import Session
from embtrain.training.trainer import Trainer
from tests.conftest import needs_native
from tests.training.trainers import config_of

#: Fields of log lines that differ from run to run.
TIMES = ("time", "started", "memory", "seconds", "epoch_seconds")
OPTIONS = {"dim": 12, "epochs": 6, "threads": 1, "min_count": 1}
ARGUMENTS = ("--dim", 12, "--epochs", 6, "--threads", 1, "--min-count", 1)


@pytest.fixture
def pairs(tmp_path):
    """A similarity set of the two topics."""
    path = tmp_path / "pairs.tsv"
    words = [f"{letter}{number:02}" for letter in "ab" for number in range(5)]
    lines = [f"{one}\t{other}\t{9 if one[0] == other[0] else 1}" for one, other in combinations(words, 2)]
    path.write_text("\n".join(lines))
    return f"similarity:{path}"


def is_timed(name):
    return name in TIMES or name.endswith(("/s", "_per_second"))


def masked(path):
    """The lines of a log without times and rates."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if "message" in event:
            event["message"] = event["message"].partition(" in ")[0]
        lines.append(
            {
                name: value
                for name, value in event.items()
                if name not in TIMES and "per_sec" not in name and "/s" not in name
            }
        )
    return lines


@needs_native
@pytest.mark.parametrize("patience", [None, 1])
def test_python_and_the_command_score_stop_log_and_train_alike(
    call, corpus, tmp_path, monkeypatch, pairs, patience
):
    monkeypatch.setattr(log_of_training, "INTERVAL", 0.0)  # steps are logged whenever they come
    more = () if patience is None else ("--patience", patience)
    arguments = ("--eval", pairs, "--log", tmp_path / "command.jsonl", *more, *ARGUMENTS)
    assert call("train", corpus, "-o", tmp_path / "v", "--context", "-q", *arguments).code == 0
    written = embtrain.load(tmp_path / "v")
    events = []
    log = tmp_path / "python.jsonl"
    found = embtrain.train(
        corpus, eval=[pairs], patience=patience, log=log, on_event=events.append, **OPTIONS
    )
    assert np.array_equal(found.vectors, written.vectors)
    assert np.array_equal(found.context, written.context)
    assert found.metadata == written.metadata
    lines = masked(tmp_path / "command.jsonl")
    # What the command saves, Python returns.
    assert lines[-2]["event"] == "saved"
    assert masked(log) == lines[:-2]
    ends = [event for event in events if isinstance(event, api.EpochEnd)]
    assert [end.progress.scores for end in ends] == [
        epoch["scores"] for epoch in json.loads(found.metadata["training"])
    ]
    assert ends[0].scores == f"pairs {ends[0].progress.scores['pairs']:.4f} (45 of 45 pairs)"
    scores = [end.progress.scores["pairs"] for end in ends]
    kept = next(event.kept for event in events if isinstance(event, api.Trained))
    assert kept == (None if patience is None else int(np.argmax(scores)) + 1)
    assert patience is None or len(ends) < 6


def test_python_refuses_what_the_command_refuses(corpus, tmp_path, pairs):
    for options, message in (
        ({"patience": 2}, "^patience needs scores: name a set with eval$"),
        ({"eval": "wordsim"}, "eval='wordsim': expected questions-words, "),
        ({"eval": pairs, "patience": 0}, "train: patience is 0; expected a whole number of 1 or more"),
        ({"eval": pairs, "backend": "gensim"}, "^eval: gensim trains all epochs by itself"),
        ({"eval": ["simlex999"]}, "eval='simlex999': no item of it has all its words in the vocabulary"),
        ({"log": corpus, "force": True}, "is read: an output must not be an input"),
        ({"log": tmp_path / "no" / "log"}, "there is no directory"),
    ):
        with pytest.raises(UsageError, match=message):
            embtrain.train(corpus, **options, **OPTIONS)
    with pytest.raises(UsageError, match="is read: an output must not be an input"):
        embtrain.train([corpus], log=corpus, force=True, **OPTIONS)
    (tmp_path / "empty").write_text("nothing\n")
    with pytest.raises(DataError, match="empty"):
        embtrain.train(corpus, eval=f"similarity:{tmp_path / 'empty'}", **OPTIONS)


def test_a_log_of_python_is_replaced_by_force_only(corpus, tmp_path):
    log = tmp_path / "log"
    log.write_text("old")
    with pytest.raises(UsageError, match="exists already"):
        embtrain.train(corpus, log=log, **OPTIONS)
    assert log.read_text() == "old"
    with pytest.raises(embtrain.errors.EmbtrainError, match="diverged"):
        embtrain.train(corpus, log=log, force=True, **{**OPTIONS, "lr": 90.0})
    lines = masked(log)
    assert [line["event"] for line in lines][-1] == "failed"
    assert "start" in [line["event"] for line in lines]


@pytest.mark.parametrize(
    ("backend", "kind"),
    [pytest.param("cpu", Trainer, marks=needs_native), ("batched", Trainer), ("gensim", GensimTrainer)],
)
def test_the_trainer_of_each_backend(corpus, monkeypatch, backend, kind):
    trainers = []
    real = Session._train
    monkeypatch.setattr(
        Session, "_train", lambda self, trainer: (trainers.append(trainer), real(self, trainer))
    )
    embtrain.train(corpus, backend=backend, **{**OPTIONS, "epochs": 1})
    assert [type(trainer) for trainer in trainers] == [kind]


def test_every_decision_is_taken_once(corpus, monkeypatch):
    calls = []

    def watch(module, name):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given: (calls.append(name), real(*given))[1])

    watch(session, "choose_backend")
    watch(session, "check_options")
    watch(backends, "list_backends")
    watch(refusals, "available_processors")
    embtrain.train(corpus, **{**OPTIONS, "epochs": 1})
    assert sorted(calls) == ["available_processors", "check_options", "choose_backend", "list_backends"]


def test_what_cannot_be_is_refused_before_a_session_reads(corpus):
    with pytest.raises(UsageError, match="needs scores"):
        Session(Job(config=config_of(), corpus=Files([str(corpus)]), patience=1), print)


@needs_native
@pytest.mark.parametrize(
    "options",
    [{}, {"model": "cbow", "backend": "batched"}, {"model": "glove", "memory": 1 << 33}],
    ids=["skipgram", "cbow", "glove"],
)
def test_a_deterministic_training_makes_the_same_file_for_any_number_of_threads(options):
    generator = np.random.default_rng(3)
    text = [[f"w{int(k)}" for k in generator.zipf(1.4, 12) % 60] for _ in range(2000)]
    fixed = {"min_count": 1, "dim": 8, "epochs": 2, "deterministic": True}
    runs = [embtrain.train(text, threads=threads, **fixed, **options) for threads in (1, 2, 3)]
    assert len({run.vectors.tobytes() for run in runs}) == 1
    assert runs[0].metadata == runs[1].metadata == runs[2].metadata


def test_gensim_is_not_deterministic():
    with pytest.raises(UsageError, match="deterministic is not for backend='gensim'"):
        embtrain.train([["a", "b"]], deterministic=True, backend="gensim")
