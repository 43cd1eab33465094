"""Trainings that are interrupted go on with the same bits, and refuse to go on as another training."""

import json
import os

import numpy as np
import pytest

import embtrain
from embtrain.errors import DataError, ResourceError, UsageError
from embtrain.training.checkpoint import writer
from embtrain.training.checkpoint.folder import CheckpointFolder
from embtrain.training.checkpoint.interval import Interval, parse_interval
from tests.conftest import needs_native

GENERATOR = np.random.default_rng(5)
TEXT = [[f"w{int(k)}" for k in GENERATOR.zipf(1.4, 12) % 60] for _ in range(3000)]
OPTIONS = {"dim": 8, "min_count": 1, "epochs": 4, "threads": 1}
MODELS = {
    "skipgram": {},
    "cbow": {"model": "cbow"},
    "batched": {"backend": "batched", "epochs": 3},
    "subwords": {"subwords": "2-3", "buckets": "500"},
    "explicit": {"model": "cbow", "subwords": "2-3", "buckets": "auto"},
    "glove": {"model": "glove", "memory": 1 << 33},
    "weighted": {"model": "cbow", "position_weights": True, "window_mode": "fixed", "subwords": "2-3"},
}


class Stop(BaseException):
    """Ends a training like a signal."""


def stop_at(condition):
    """A listener that ends the training at the first event for which `condition` is true."""

    def listen(event):
        if condition(event):
            raise Stop

    return listen


def interrupted(run, condition, **options):
    with pytest.raises(Stop) as caught:
        embtrain.train(TEXT, checkpoint=run, on_event=stop_at(condition), **OPTIONS | options)
    return caught.value


def after(epoch):
    return lambda event: isinstance(event, embtrain.api.Step) and event.progress.epoch > epoch


def same(one, other):
    assert list(one.vocabulary) == list(other.vocabulary)
    assert one.vocabulary.counts.tolist() == other.vocabulary.counts.tolist()
    assert one.metadata == other.metadata
    assert one.vectors.tobytes() == other.vectors.tobytes()
    assert (one.context is None) == (other.context is None)
    if one.context is not None:
        assert one.context.tobytes() == other.context.tobytes()
    if one.subwords is not None:
        assert one.subwords.vectors.tobytes() == other.subwords.vectors.tobytes()


@needs_native
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("epoch", [0, 1])
def test_a_resumed_training_has_the_bits_of_one_without_an_interrupt(model, epoch, tmp_path):
    options = OPTIONS | MODELS[model]
    whole = embtrain.train(TEXT, **options)
    run = tmp_path / "run"
    error = interrupted(run, after(epoch), **MODELS[model])
    assert [str(note) for note in error.__notes__] == [f"embtrain.train(resume={str(run)!r})"]
    told = []
    resumed = embtrain.train(resume=run, on_event=told.append)
    same(whole, resumed)
    (event,) = [event for event in told if isinstance(event, embtrain.api.Resumed)]
    assert event.epochs == epoch
    assert 0 < event.done < event.total
    assert not run.exists()


@needs_native
def test_interrupts_may_follow_each_other(tmp_path):
    whole = embtrain.train(TEXT, **OPTIONS)
    interrupted(tmp_path / "run", after(0))
    for epoch in (0, 1, 2):
        with pytest.raises(Stop):
            embtrain.train(resume=tmp_path / "run", on_event=stop_at(after(epoch)))
    same(whole, embtrain.train(resume=tmp_path / "run"))


@needs_native
@pytest.mark.parametrize("model", ["skipgram", "glove"])
def test_a_training_that_was_killed_before_its_first_checkpoint_starts_again(model, tmp_path):
    whole = embtrain.train(TEXT, **OPTIONS | MODELS[model])
    interrupted(tmp_path / "run", lambda event: isinstance(event, embtrain.api.Started), **MODELS[model])
    assert not (tmp_path / "run" / "state.safetensors").exists()
    same(whole, embtrain.train(resume=tmp_path / "run"))


@needs_native
def test_counts_that_were_read_from_a_file_are_kept(tmp_path):
    text = tmp_path / "text"
    text.write_text("".join(" ".join(words) + "\n" for words in TEXT))
    from embtrain.cli.main import run

    counts = str(tmp_path / "counts.cooc")
    assert run(["cooccur", "build", str(text), "--min-count", "1", "-o", counts, "--memory", "8G", "-q"]) == 0
    options = {"model": "glove", "dim": 8, "epochs": 3, "threads": 1, "cooccur": counts}
    whole = embtrain.train(**options)
    with pytest.raises(Stop):
        embtrain.train(checkpoint=tmp_path / "run", on_event=stop_at(after(0)), **options)
    os.remove(counts)
    same(whole, embtrain.train(resume=tmp_path / "run"))


@needs_native
def test_scores_and_patience_go_on(tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"w{k}\tw{k + 7}\t{(k * 37) % 11}\n" for k in range(40)))
    options = {"eval": f"similarity:{pairs}", "patience": 2, "epochs": 12}
    whole = embtrain.train(TEXT, **OPTIONS | options)
    assert len(json.loads(whole.metadata["training"])) < 12
    interrupted(tmp_path / "run", after(2), **options)
    same(whole, embtrain.train(resume=tmp_path / "run"))


@needs_native
def test_an_interrupt_while_an_epoch_is_scored_changes_nothing(tmp_path, monkeypatch):
    from embtrain.analysis.training_scores import TrainingScores

    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"w{k}\tw{k + 7}\t{(k * 37) % 11}\n" for k in range(40)))
    options = {"eval": f"similarity:{pairs}", "patience": 2, "epochs": 12}
    whole = embtrain.train(TEXT, **OPTIONS | options)
    kept, calls = TrainingScores.__call__, []

    def scored(self, vectors):
        calls.append(1)
        if len(calls) == 3:
            raise Stop
        return kept(self, vectors)

    monkeypatch.setattr(TrainingScores, "__call__", scored)
    interrupted(tmp_path / "run", lambda event: False, **options)
    same(whole, embtrain.train(resume=tmp_path / "run"))


@needs_native
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dim": 9}, "dim is 9, that of the checkpoint in .* was 8, and cannot change"),
        ({"min_count": 2}, "min_count is 2.*cannot change"),
        ({"model": "cbow"}, "model is 'cbow'.*cannot change"),
        ({"lr": 0.01}, "lr is 0.01.* was null; leave it out, or accept it with allow_changes=True"),
        ({"epochs": 9}, "epochs is 9.* was 4; leave it out, or accept it"),
    ],
)
def test_other_options_are_refused_by_name(changes, said, tmp_path):
    interrupted(tmp_path / "run", after(0))
    with pytest.raises(UsageError, match=said.replace("null", "nothing|null|None")):
        embtrain.train(resume=tmp_path / "run", **changes)


@needs_native
def test_weights_of_places_are_those_of_one_window(tmp_path):
    interrupted(tmp_path / "run", after(0), model="cbow", position_weights=True)
    for changes in ({"window": 4}, {"position_weights": False}):
        with pytest.raises(UsageError, match="cannot change"):
            embtrain.train(resume=tmp_path / "run", allow_changes=True, model="cbow", **changes)
    embtrain.train(resume=tmp_path / "run", allow_changes=True, window_mode="fixed")


@needs_native
def test_other_options_can_be_accepted(tmp_path):
    interrupted(tmp_path / "run", after(0))
    resumed = embtrain.train(resume=tmp_path / "run", epochs=6, lr=0.01, allow_changes=True)
    assert json.loads(resumed.metadata["config"])["lr"] == 0.01
    assert len(json.loads(resumed.metadata["training"])) == 6


@needs_native
def test_the_options_of_the_checkpoint_may_be_repeated(tmp_path):
    whole = embtrain.train(TEXT, **OPTIONS)
    interrupted(tmp_path / "run", after(0))
    same(whole, embtrain.train(resume=tmp_path / "run", **OPTIONS))


@needs_native
def test_another_version_or_machine_is_refused(tmp_path):
    interrupted(tmp_path / "run", after(0))
    path = tmp_path / "run" / "run.json"
    request = json.loads(path.read_text())
    path.write_text(json.dumps(request | {"tool": "embtrain 0.0.1"}))
    with pytest.raises(
        UsageError, match=r"tool is embtrain .*written with embtrain 0\.0\.1.*allow_changes=True"
    ):
        embtrain.train(resume=tmp_path / "run")
    embtrain.train(resume=tmp_path / "run", allow_changes=True)


@needs_native
def test_another_text_is_refused(tmp_path):
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_text("".join(" ".join(words) + "\n" for words in TEXT))
    other.write_text("another text\n")
    with pytest.raises(Stop):
        embtrain.train(text, checkpoint=tmp_path / "run", on_event=stop_at(after(0)), **OPTIONS)
    with pytest.raises(UsageError, match=r"the text is .*other, that of the checkpoint was .*text"):
        embtrain.train(other, resume=tmp_path / "run")
    size = text.stat().st_size
    text.write_text("shorter\n")
    with pytest.raises(UsageError, match=rf"changed since it was read \({size:,} bytes, now 8 bytes\)"):
        embtrain.train(text, resume=tmp_path / "run")
    # The text itself is kept, so it is not needed.
    text.unlink()
    embtrain.train(resume=tmp_path / "run")


@needs_native
@pytest.mark.parametrize(
    "name", ["run.json", "state.safetensors", "ids", "sentence-lengths", "words.safetensors"]
)
@pytest.mark.parametrize("damage", ["cut", "zero"])
def test_a_damaged_checkpoint_is_one_clear_error(name, damage, tmp_path):
    interrupted(tmp_path / "run", after(0))
    path = tmp_path / "run" / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else bytes(len(content)))
    if (name, damage) == ("ids", "zero"):
        pytest.skip("the most frequent word everywhere is a text")
    with pytest.raises(DataError, match=r"damaged|is not the request|train again|expected"):
        embtrain.train(resume=tmp_path / "run")


@needs_native
def test_ids_without_a_word_are_found(tmp_path):
    interrupted(tmp_path / "run", after(0))
    path = tmp_path / "run" / "ids"
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(DataError, match="its text is damaged"):
        embtrain.train(resume=tmp_path / "run")


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError, match=r"holds other files \(thesis\.txt\); name a new folder"):
        embtrain.train(TEXT, checkpoint=tmp_path / "run", force=True, **OPTIONS)
    with pytest.raises(UsageError, match="holds no checkpoint"):
        embtrain.train(resume=tmp_path / "run")
    assert (tmp_path / "run" / "thesis.txt").read_text() == "precious"


@needs_native
def test_the_checkpoint_of_another_run_is_replaced_only_on_request(tmp_path):
    interrupted(tmp_path / "run", after(0))
    with pytest.raises(
        UsageError, match="holds the checkpoint of another training; go on with it with resume"
    ):
        embtrain.train(TEXT, checkpoint=tmp_path / "run", **OPTIONS)
    embtrain.train(TEXT, checkpoint=tmp_path / "run", force=True, **OPTIONS)
    assert not (tmp_path / "run").exists()


@needs_native
def test_two_runs_do_not_share_a_folder(tmp_path):
    interrupted(tmp_path / "run", after(0))
    with (
        CheckpointFolder(str(tmp_path / "run")).locked(is_new=False, force=False),
        pytest.raises(UsageError, match="another training uses this folder"),
    ):
        embtrain.train(resume=tmp_path / "run")


@needs_native
def test_a_checkpoint_that_cannot_be_written_does_not_end_the_training(tmp_path, monkeypatch):
    whole = embtrain.train(TEXT, **OPTIONS)

    def full(path, force):
        raise ResourceError("no space left")

    monkeypatch.setattr(writer, "open_output", full)
    told = []
    trained = embtrain.train(
        TEXT, checkpoint=tmp_path / "run", checkpoint_every="1epoch", on_event=told.append, **OPTIONS
    )
    same(whole, trained)
    warned = [str(event.message) for event in told if isinstance(event, embtrain.api.Warned)]
    assert warned
    assert all("no checkpoint was written: no space left; training goes on" in message for message in warned)


@needs_native
def test_checkpoints_follow_the_interval(tmp_path):
    told = []
    embtrain.train(
        TEXT, checkpoint=tmp_path / "run", checkpoint_every="1epoch", on_event=told.append, **OPTIONS
    )
    kept = [event for event in told if isinstance(event, embtrain.api.Checkpointed)]
    assert kept
    assert all(event.done % (len(TEXT) * 12) == 0 for event in kept)
    assert all(event.waited < 0.2 for event in kept)


def test_gensim_cannot_be_kept(tmp_path):
    with pytest.raises(UsageError, match="gensim trains all epochs by itself; choose another backend"):
        embtrain.train(TEXT, checkpoint=tmp_path / "run", backend="gensim", **OPTIONS)
    assert not (tmp_path / "run").exists()


def test_a_run_that_fails_before_its_text_is_read_leaves_no_folder(tmp_path):
    with pytest.raises(DataError):
        embtrain.train([["a", "b"]], checkpoint=tmp_path / "run", min_count=5)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("30s", Interval(seconds=30)),
        ("10m", Interval(seconds=600)),
        ("1.5h", Interval(seconds=5400)),
        ("2 epochs", Interval(epochs=2)),
        ("50000000words", Interval(units=5e7)),
    ],
)
def test_intervals(text, interval):
    assert parse_interval(text) == interval


@pytest.mark.parametrize("text", ["", "10", "0s", "-1s", "1 day", "m", "1e9s", "१s"])
def test_what_is_no_interval(text):
    with pytest.raises(ValueError, match="is not an interval"):
        parse_interval(text)


@pytest.mark.parametrize("name", ["log", "output"])
def test_a_checkpoint_is_no_other_output(name, tmp_path, capfd):
    from embtrain.cli.main import run

    (tmp_path / "text").write_text("a b c d e\n" * 20)
    place = str(tmp_path / "here")
    more = ["-o", place] if name == "output" else ["-o", str(tmp_path / "v"), "--log", place]
    assert run(["train", str(tmp_path / "text"), "--min-count", "1", "--checkpoint", place, *more]) == 2
    assert "here: is both" in capfd.readouterr().err
    assert sorted(os.listdir(tmp_path)) == ["text"]


@needs_native
def test_a_run_that_would_fail_again_keeps_nothing(tmp_path):
    with pytest.raises(embtrain.errors.NotFoundError) as caught:
        embtrain.train([["a"], ["b"]], min_count=1, checkpoint=tmp_path / "run")
    assert not hasattr(caught.value, "__notes__")
    assert not (tmp_path / "run").exists()


@needs_native
@pytest.mark.parametrize(
    "given",
    [
        {"vocabulary": "words.txt"},
        {"memory": 1 << 30},
        {"cooccur": "counts.cooc"},
        {"field": "body"},
        {"on_error": "skip"},
        {"eval": "wordsim353"},
        {"patience": 2},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_the_checkpoint_decides_is_refused_not_ignored(given, tmp_path):
    interrupted(tmp_path / "run", after(0))
    with pytest.raises(UsageError, match="was decided when the run began, and resume keeps it; leave it out"):
        embtrain.train(resume=tmp_path / "run", **given)
